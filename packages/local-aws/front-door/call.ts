import type { Core } from '../core/cloud.ts';
import { AwsError, asError, internalError } from '../core/errors.ts';
import { ANONYMOUS, type Principal } from '../core/principal.ts';
import type { LocalService, RawAnswer } from '../core/service.ts';
import type { Iam } from '../iam/index.ts';
import { errorAnswer, successAnswer } from './answer.ts';
import { ClientGone } from './body.ts';
import { expiredTokenError, missingTokenError, unknownKeyError } from './errors.ts';
import { type PlainRequest, resolve } from './resolve.ts';
import { readSignature, type Signature } from './signature.ts';

/** What calls are served with. */
export interface CallParts {
  core: Core;
  iam: Pick<Iam, 'principalOf'>;
  /** Writes down an error of local-aws itself. */
  log(message: string, error: Error): void;
}

/**
 * Serves one request as a call of an AWS operation: the wire's adapter to `core.call`. Every error becomes an answer in the
 * service's own format. Rejects with ClientGone when the client breaks off a body that is streamed.
 */
export async function serveCall(
  parts: CallParts,
  request: PlainRequest,
  requestId: string,
  signalOf: () => AbortSignal,
): Promise<RawAnswer> {
  const { core } = parts;
  const { host } = request.headers;
  const signature = readSignature(request.headers.authorization);
  const { service, call: readCall } = resolve(core.services, request, signature);
  try {
    const { service: called, operation, input } = readCall();
    const result = await core.call({
      service: called.id,
      operation,
      input,
      principal: () => principalOf(parts, signature, called, operation),
      requestId,
      traceHeader: request.headers['x-amzn-trace-id'],
      isFromClient: true,
      // A client finds again under its own name for this machine what an answer gives an address of.
      ...(host !== undefined && { endpoint: `http://${host}` }),
      get signal() {
        return signalOf();
      },
    });
    return successAnswer(called, operation, result, requestId);
  } catch (thrown) {
    if (request.stream?.readableAborted)
      throw new ClientGone('the client went away before the end of its request', { cause: thrown });
    return errorAnswer(service, awsErrorOf(parts, thrown, requestId), requestId);
  }
}

function awsErrorOf(parts: CallParts, thrown: unknown, requestId: string): AwsError {
  if (thrown instanceof AwsError) return thrown;
  parts.log(`request ${requestId} failed`, asError(thrown));
  return internalError(requestId);
}

function principalOf(
  { core, iam }: CallParts,
  signature: Signature | undefined,
  service: LocalService,
  operation: string,
): Principal {
  if (!signature) {
    if (service.unsigned?.has(operation)) return ANONYMOUS;
    throw missingTokenError(service);
  }
  const principal = iam.principalOf(signature.accessKeyId);
  if (!principal) throw unknownKeyError(service, signature.accessKeyId);
  if (principal.kind === 'role' && (principal.expiresAtMs ?? Number.POSITIVE_INFINITY) <= core.clock.now())
    throw expiredTokenError(service);
  return principal;
}
