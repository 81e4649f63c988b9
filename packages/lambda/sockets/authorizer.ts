import type { APIGatewayAuthorizerResult, APIGatewayAuthorizerResultContext } from 'aws-lambda';
import { correlated } from '../correlated.ts';
import { UnknownTriggerError } from '../errors.ts';
import type { InvocationContext } from '../invocation.ts';
import { type Log, logger } from '../observability.ts';
import { makeStacksReadable } from '../readableStacks.ts';

/** What becomes of a token; `why` is for the log, and says nothing of what the token says. */
export type Verified<Claims> = { outcome: 'verified'; claims: Claims } | { outcome: 'refused'; why: string };

/** Who is let in, and what every later event of the connection tells of them (`socketHandler` has it as `caller`). */
export interface Admission {
  principal: string;
  context: APIGatewayAuthorizerResultContext;
}

/**
 * A handler for the REQUEST authorizer of a WebSocket API's `$connect`: takes the token from the query string, the only place where
 * a browser's WebSocket can put one.
 *
 * Whoever is refused gets 403, by a policy that denies. The guide's way to 401 is to throw, and then each wrong token of anybody
 * would be an error of the function in its metrics. Without any token API Gateway answers 401 itself. What `verify`
 * throws is thrown: 500, nobody knows.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 *
 * @example
 * export const handler = socketAuthorizer(verify, ({ sub, username }) => ({ principal: sub, context: { name: username } }));
 */
export function socketAuthorizer<Claims>(
  verify: (token: string | undefined) => Promise<Verified<Claims>>,
  admit: (claims: Claims) => Admission,
  { log = logger }: { log?: Log } = {},
) {
  makeStacksReadable();
  return async (event: unknown, { awsRequestId }: InvocationContext): Promise<APIGatewayAuthorizerResult> => {
    const { methodArn, queryStringParameters } = (event ?? {}) as Partial<ConnectRequest>;
    if (typeof methodArn !== 'string') throw new UnknownTriggerError(['the authorizer of a WebSocket API']);
    return correlated(awsRequestId, async () => {
      const token = await verify(queryStringParameters?.token);
      if (token.outcome === 'verified') {
        const { principal, context } = admit(token.claims);
        return { principalId: principal, policyDocument: policy('Allow', methodArn), context };
      }
      log.info('the connection was refused', { reason: token.why });
      return { principalId: 'nobody', policyDocument: policy('Deny', methodArn) };
    });
  };
}

interface ConnectRequest {
  methodArn: string;
  queryStringParameters?: Record<string, string | undefined> | null;
}

const policy = (Effect: 'Allow' | 'Deny', Resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }],
});
