import { arnOf } from '../../core/arn.ts';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import { type Principal, servicePrincipal } from '../../core/principal.ts';
import type { Iam } from '../../iam/index.ts';
import type { Functions, InvocationResult } from '../../lambda/index.ts';
import { GatewayError } from '../gatewayError.ts';
import type { MethodCall } from '../request.ts';

/** What functions are run with. */
export interface FunctionBackends {
  core: Core;
  functions: Pick<Functions, 'invoke'>;
}

/** What integrations are carried out with. */
export interface Backends extends FunctionBackends {
  iam: Pick<Iam, 'sessionOf' | 'assertTrust'>;
}

/** The name that API Gateway gives to a session of an integration's role, or an authorizer's. */
export const INTEGRATION_SESSION = 'BackplaneAssumeRoleSession';

/** What a Lambda invocation may carry at the most, in bytes: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** An event made of a body of this size stays below that, however much of it has to be escaped. */
const SMALL_BODY_BYTES = 512 * 1024;

/** A function that is to be run for one request. */
export interface Invocation {
  functionArn: string;
  timeoutMs: number;
  /** What `SourceArn` of a Lambda permission is compared with, after the account: `<api>/<stage>/GET/games/*`. */
  source: string;
  traceHeader: string;
  correlationId: string | undefined;
  /** Who asks; left out, API Gateway for `source`. */
  principal?: Principal;
  /** How large the request's body was; left out where the event is not made of the request alone. */
  bodyBytes?: number;
}

/** The invocation that a method's integration asks for. */
export function invocationOf(
  { request, route }: MethodCall,
  { functionArn, timeoutMs }: { functionArn: string; timeoutMs: number },
): Invocation {
  return {
    functionArn,
    timeoutMs,
    source: `${request.api.id}/${request.stageName}/${request.method}${withWildcards(route.path)}`,
    traceHeader: request.traceHeader,
    correlationId: request.headers['x-correlation-id'],
  };
}

/** `/games/{gameId}` as it stands in ARNs: `/games/*`. */
export function withWildcards(path: string): string {
  return path.includes('{') ? path.replaceAll(/\{[^}]+\}/g, '*') : path;
}

const principalOf = ({ source, principal }: Invocation) =>
  principal ?? servicePrincipal('apigateway.amazonaws.com', arnOf('execute-api', source));

/** Runs a function and waits. Throws GatewayError: no permission, no such function, no answer in time. */
export async function invokeFunction(
  { core, functions }: FunctionBackends,
  invocation: Invocation,
  payload: unknown,
): Promise<InvocationResult> {
  if ((invocation.bodyBytes ?? Number.POSITIVE_INFINITY) > SMALL_BODY_BYTES) checkSize(payload);
  const { functionArn, timeoutMs, traceHeader, correlationId } = invocation;
  const running = functions.invoke(functionArn, payload, {
    principal: principalOf(invocation),
    traceHeader,
    ...(correlationId !== undefined && { correlationId }),
  });
  try {
    return await inTime(core, running, timeoutMs);
  } catch (error) {
    throw configurationError(error);
  }
}

/** Hands an event to the function's queue and does not wait for it. Throws GatewayError: no permission, no such function. */
export async function sendEvent({ core }: FunctionBackends, invocation: Invocation, payload: unknown): Promise<void> {
  const { functionArn, traceHeader, correlationId } = invocation;
  try {
    await core.deliver({
      targetArn: functionArn,
      principal: principalOf(invocation),
      payload: JSON.stringify(payload),
      traceHeader,
      ...(correlationId !== undefined && { correlationId }),
    });
  } catch (error) {
    throw configurationError(error);
  }
}

function checkSize(payload: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(payload));
  if (bytes > MAX_PAYLOAD_BYTES)
    throw new GatewayError('REQUEST_TOO_LARGE', `The event for the function is ${bytes} bytes, at the most 6 MB go.`);
}

/** The client sees "Internal server error" whatever it was, as on AWS; the journal says what. */
function configurationError(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  return new GatewayError('API_CONFIGURATION_ERROR', `${error.code}: ${error.message}`);
}

/** Waits for an integration as long as it may take, in milliseconds. Throws GatewayError INTEGRATION_TIMEOUT. */
export async function inTime<T>({ clock }: Core, work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: { cancel(): void } | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = clock.at(clock.now() + timeoutMs, () =>
      reject(new GatewayError('INTEGRATION_TIMEOUT', `The backend gave no answer within ${timeoutMs} ms.`)),
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    timer?.cancel();
  }
}
