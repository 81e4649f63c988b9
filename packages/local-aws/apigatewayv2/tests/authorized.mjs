/** Lets in whose token begins with `player`, and tells who it is. */
export const decide = async ({ methodArn, queryStringParameters: { token }, ...event }) => {
  if (token === 'unknown') throw new Error('Unauthorized');
  if (token === 'broken') throw new Error(`cannot read ${token}`);
  console.log(
    JSON.stringify({ methodArn, type: event.type, route: event.requestContext.routeKey, keys: Object.keys(event) }),
  );
  const Effect = token.startsWith('player') ? 'Allow' : 'Deny';
  const statement = { Action: 'execute-api:Invoke', Effect, Resource: methodArn };
  return {
    principalId: token,
    policyDocument: { Version: '2012-10-17', Statement: [statement] },
    context: { name: 'Ann' },
  };
};

/** Shows what it knows of the caller. */
export const tell = async ({ requestContext }) => {
  console.log(`${requestContext.routeKey} ${JSON.stringify(requestContext.authorizer)}`);
  return { statusCode: 200, body: JSON.stringify(requestContext.authorizer) };
};
