import type { Core } from '../core/cloud.ts';
import { AwsError, asError, internalError } from '../core/errors.ts';
import type { RawAnswer } from '../core/service.ts';
import { errorAnswer, successAnswer } from './answer.ts';
import { ClientGone } from './body.ts';
import type { Callers } from './callers.ts';
import { type PlainRequest, resolve } from './resolve.ts';
import { readSignature } from './signature.ts';

/** What calls are served with. */
export interface CallParts {
  core: Core;
  callers: Callers;
  /** Writes down an error of local-aws itself. */
  log(message: string, error: Error): void;
}

/**
 * Serves one request as a call of an AWS operation: the wire's adapter to `core.call`. Every error becomes an answer in the
 * service's own format. `madeBy`: see CallRequest. Rejects with ClientGone when the client breaks off a body that is streamed.
 */
export async function serveCall(
  parts: CallParts,
  request: PlainRequest,
  requestId: string,
  signalOf: () => AbortSignal,
  madeBy?: string,
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
      principal: () => parts.callers(signature, { service: called, operation, input }),
      requestId,
      traceHeader: request.headers['x-amzn-trace-id'],
      isFromClient: true,
      madeBy,
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
