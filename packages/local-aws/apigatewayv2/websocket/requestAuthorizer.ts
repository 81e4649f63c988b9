import { z } from 'zod';
import { type Backends, INTEGRATION_SESSION, invokeFunction } from '../../apigateway/integrations/invoke.ts';
import { arnOf } from '../../core/arn.ts';
import { parseJson } from '../../core/boundedJson.ts';
import { asError } from '../../core/errors.ts';
import { policyAllows } from '../../iam/policyAllows.ts';
import { RouteError } from './routeError.ts';

/** A part of the handshake without which the function is not asked. */
export interface IdentitySource {
  place: 'header' | 'querystring';
  name: string;
}

/** An authorizer of type REQUEST: a function that says who may connect. */
export interface RequestAuthorizer {
  id: string;
  functionArn: string;
  /** The role that it is called with; left out, a permission of the function lets API Gateway call it. */
  roleArn?: string;
  identitySources: readonly IdentitySource[];
}

/** Who was let in: `requestContext.authorizer` of all that happens on the connection from then on. */
export type Caller = Readonly<Record<string, string | number | boolean>>;

/** What the authorizer is asked with. */
export interface Question {
  apiId: string;
  stageName: string;
  /** The event of `$connect`. */
  event: { headers: Record<string, string>; queryStringParameters?: Record<string, string> };
  stageVariables: Record<string, string>;
  traceHeader: string;
  correlationId: string | undefined;
}

/** docs.aws.amazon.com/apigateway/latest/developerguide/limits.html, of a Lambda authorizer, in milliseconds. */
const TIMEOUT_MS = 30_000;

/**
 * Asks the authorizer of `$connect`, each time: nothing is remembered of it. Rejects with RouteError: 401 where an identity source is
 * missing (the function is not called) or the function throws `Unauthorized`, 403 where its policy does not allow it, else 500.
 * docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export async function askAuthorizer(
  backends: Backends,
  authorizer: RequestAuthorizer,
  question: Question,
): Promise<Caller> {
  const { apiId, stageName, event, stageVariables, traceHeader, correlationId } = question;
  const missing = authorizer.identitySources.find((source) => !sentAs(source, event));
  if (missing) throw unauthorized(`The ${missing.place} '${missing.name}' is missing, by which a caller is known.`);
  const methodArn = arnOf('execute-api', `${apiId}/${stageName}/$connect`);
  const { isBase64Encoded: _, ...handshake } = event as Question['event'] & { isBase64Encoded: boolean };
  const payload = {
    type: 'REQUEST',
    methodArn,
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    stageVariables,
    ...handshake,
  };
  const ask = async () =>
    invokeFunction(
      backends,
      {
        functionArn: authorizer.functionArn,
        timeoutMs: TIMEOUT_MS,
        source: sourceOf(apiId, authorizer.id),
        traceHeader,
        correlationId,
        ...sessionOf(backends, authorizer),
      },
      payload,
    );
  const answer = await ask().catch((cause: unknown) => {
    throw failed(asError(cause).message);
  });
  if (answer.functionError) throw refusalOf(answer.payload);
  return callerIn(answer.payload, methodArn, backends.core.clock.now());
}

const sessionOf = ({ iam }: Backends, { roleArn }: RequestAuthorizer) =>
  roleArn === undefined ? {} : { principal: iam.sessionOf(roleArn, INTEGRATION_SESSION) };

/** What a Lambda permission's SourceArn names an authorizer by. */
export const sourceOf = (apiId: string, authorizerId: string): string => `${apiId}/authorizers/${authorizerId}`;

function sentAs({ place, name }: IdentitySource, { headers, queryStringParameters = {} }: Question['event']) {
  if (place === 'querystring') return Object.hasOwn(queryStringParameters, name) && queryStringParameters[name];
  return Object.entries(headers).find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
}

const answerSchema = z.object({
  principalId: z.string().min(1),
  policyDocument: z.unknown(),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
});

/** What a function's answer says of who calls. Throws RouteError. */
export function callerIn(payload: string, methodArn: string, nowMs: number): Caller {
  const answer = answerSchema.safeParse(parsed(payload));
  if (!answer.success) {
    const [issue] = answer.error.issues;
    throw failed(`The authorizer's answer is none: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { principalId, policyDocument, context } = answer.data;
  const permission = { action: 'execute-api:Invoke', resource: methodArn };
  let allows: boolean;
  try {
    allows = policyAllows(policyDocument, permission, nowMs);
  } catch (cause) {
    throw failed(`The authorizer's policy cannot be evaluated: ${asError(cause).message}`);
  }
  if (!allows) throw new RouteError("The authorizer's policy does not allow it.", 403, 'ACCESS_DENIED');
  return { ...context, principalId };
}

function refusalOf(payload: string): RouteError {
  const { errorMessage } = (parsed(payload) ?? {}) as { errorMessage?: unknown };
  if (errorMessage === 'Unauthorized') return unauthorized('The authorizer does not know the caller.');
  return failed('The authorizer failed.');
}

function parsed(payload: string): unknown {
  try {
    return parseJson(payload);
  } catch {
    return undefined;
  }
}

const unauthorized = (reason: string) => new RouteError(reason, 401, 'UNAUTHORIZED');
const failed = (reason: string) => new RouteError(reason, 500, 'AUTHORIZER_FAILURE');
