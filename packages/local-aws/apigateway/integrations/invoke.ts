import { arnOf } from '../../core/arn.ts';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import { servicePrincipal } from '../../core/principal.ts';
import type { Functions, InvocationResult } from '../../lambda/index.ts';
import { GatewayError } from '../gatewayError.ts';
import type { MethodCall } from '../request.ts';

/** What integrations are carried out with. */
export interface Backends {
  core: Core;
  functions: Pick<Functions, 'invoke'>;
}

/** What a Lambda invocation may carry at the most, in bytes: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** API Gateway, acting for one method: what `SourceArn` of a Lambda permission is compared with. */
export function principalOf({ request, route }: MethodCall) {
  const path = route.path.replaceAll(/\{[^}]+\}/g, '*');
  const method = `${request.api.id}/${request.stageName}/${request.method}${path}`;
  return servicePrincipal('apigateway.amazonaws.com', arnOf('execute-api', method));
}

/** Runs a method's function and waits. Throws GatewayError: no permission, no such function, no answer in time. */
export async function invokeFunction(
  { core, functions }: Backends,
  call: MethodCall,
  { functionArn, timeoutMs }: { functionArn: string; timeoutMs: number },
  payload: unknown,
): Promise<InvocationResult> {
  checkSize(payload);
  const { traceHeader, headers } = call.request;
  const correlationId = headers['x-correlation-id'];
  const invocation = functions.invoke(functionArn, payload, {
    principal: principalOf(call),
    traceHeader,
    ...(correlationId !== undefined && { correlationId }),
  });
  try {
    return await inTime(core, invocation, timeoutMs);
  } catch (error) {
    throw configurationError(error);
  }
}

/** Hands an event to the function's queue and does not wait for it. Throws GatewayError: no permission, no such function. */
export async function sendEvent({ core }: Backends, call: MethodCall, targetArn: string, payload: unknown) {
  const { traceHeader, headers } = call.request;
  const correlationId = headers['x-correlation-id'];
  try {
    await core.deliver({
      targetArn,
      principal: principalOf(call),
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

async function inTime<T>({ clock }: Core, work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: { cancel(): void } | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = clock.at(clock.now() + timeoutMs, () =>
      reject(new GatewayError('INTEGRATION_TIMEOUT', `The function gave no answer within ${timeoutMs} ms.`)),
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    timer?.cancel();
  }
}
