/** The services of AWS that the page calls itself, once somebody has signed in: the sign-in, and what a manager looks at. */
const CALLED = ['cognito-idp', 'cognito-identity', 'dynamodb', 'kinesis', 'ssm'];

/** What the page is told of its stage, in files of its site; on a laptop the app's own server says the same. */
exports.files = async ({ resolveVariable }) => {
  const { region, endpoint } = await placeOf(resolveVariable);
  return {
    '_arcade/stage': { stage: await resolveVariable('sls:stage'), canBreak: false },
    '_arcade/config': {
      region,
      userPool: {
        clientId: await resolveVariable('param:userPoolClientId'),
        endpoint: endpoint || `https://cognito-idp.${region}.amazonaws.com/`,
      },
      identityPoolId: await resolveVariable('param:identityPoolId'),
      // The SDK in the page knows AWS's own addresses.
      aws: endpoint ? { endpoint } : {},
      confirmsAtOnce: String(await resolveVariable('param:confirmsAtOnce')) === 'true',
    },
  };
};

/** Nothing but what the page is made of; what React writes into elements are styles, and no scripts. */
exports.contentSecurity = async ({ resolveVariable }) => {
  const { region, endpoint } = await placeOf(resolveVariable);
  const called = endpoint ? [endpoint] : CALLED.map((service) => `https://${service}.${region}.amazonaws.com`);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${called.join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
};

async function placeOf(resolveVariable) {
  const endpoint = await resolveVariable('param:awsEndpoint');
  return { region: await resolveVariable('self:provider.region'), endpoint: String(endpoint ?? '').replace(/\/$/, '') };
}
