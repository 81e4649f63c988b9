import type { Core } from '../core/cloud.ts';
import { AwsError, asError } from '../core/errors.ts';
import type { Hop } from '../core/journal.ts';
import { describePrincipal, type Principal } from '../core/principal.ts';
import type { CallContext, RawAnswer } from '../core/service.ts';
import { traceRoot } from '../core/trace.ts';
import { AccessDeniedError, type Iam } from '../iam/index.ts';
import { errorAnswer, successAnswer } from './answer.ts';
import { internalError, missingTokenError, throttlingError, unknownKeyError } from './errors.ts';
import type { Registry } from './registry.ts';
import { type PlainRequest, type ResolvedCall, resolve } from './resolve.ts';
import { readSignature, type Signature } from './signature.ts';

/** What calls are served with. */
export interface CallParts {
  core: Core;
  iam: Pick<Iam, 'principalOf'>;
  registry: Registry;
  /** Writes down an error of local-aws itself. */
  log(message: string, error: Error): void;
}

/** Serves one request as a call of an AWS operation; every error becomes an answer in the service's own format. */
export async function serveCall(
  parts: CallParts,
  request: PlainRequest,
  requestId: string,
  signalOf: () => AbortSignal,
): Promise<RawAnswer> {
  const signature = readSignature(request.headers.authorization);
  const { service, call: readCall } = resolve(parts.registry, request, signature);
  try {
    const call = readCall();
    const result = await journaled(parts, call, request, requestId, (note) => {
      const principal = principalOf(parts, signature, call);
      note.from = describePrincipal(principal);
      return carryOut(parts.core, call, contextOf(parts.core, principal, request, requestId, signalOf), note);
    });
    return successAnswer(call.service, call.operationName, result, requestId);
  } catch (thrown) {
    return errorAnswer(service, awsErrorOf(parts, thrown, requestId), requestId);
  }
}

function awsErrorOf(parts: CallParts, thrown: unknown, requestId: string): AwsError {
  if (thrown instanceof AwsError) return thrown;
  parts.log(`request ${requestId} failed`, asError(thrown));
  return internalError(requestId);
}

function principalOf(parts: CallParts, signature: Signature | undefined, { service }: ResolvedCall): Principal {
  if (!signature) throw missingTokenError(service);
  const principal = parts.iam.principalOf(signature.accessKeyId);
  if (!principal) throw unknownKeyError(service, signature.accessKeyId);
  return principal;
}

function contextOf(
  core: Core,
  principal: Principal,
  http: PlainRequest,
  requestId: string,
  signalOf: () => AbortSignal,
): CallContext {
  const traceHeader = http.headers['x-amzn-trace-id'];
  return {
    principal,
    requestId,
    ...(traceHeader !== undefined && { traceHeader }),
    endpoint: core.endpoint(),
    http,
    // Made on first use: few operations wait long enough to be called off.
    get signal() {
      return signalOf();
    },
  };
}

/** What is found out about a call on its way, for the journal. */
type Note = Pick<Hop, 'from' | 'to' | 'correlationId'>;

async function carryOut(core: Core, call: ResolvedCall, context: CallContext, note: Note): Promise<unknown> {
  const { service, operationName, operation, input } = call;
  const hooked = { service: service.id, operation: operationName, context };
  for (const interceptor of core.interceptors) await interceptor.before?.(hooked);
  const correlationId = operation.correlationId?.(input);
  if (correlationId !== undefined) note.correlationId = correlationId;
  const permissions = operation.permissions?.(input, context) ?? [];
  const target = operation.target?.(input) ?? permissions[0]?.resource;
  if (target !== undefined) note.to = target;
  if (core.faults.throttles(service.id, operationName, target ?? '')) throw throttlingError(service.id);
  for (const permission of permissions) core.authorize(context.principal, permission);
  const result = await operation.run(input, context);
  // What the answer acknowledges outlives a kill.
  const committed = core.store.settled();
  if (committed) await committed;
  for (const interceptor of core.interceptors) await interceptor.after?.(hooked);
  return result;
}

/** Does the work and writes the hop down, whatever comes of it. */
async function journaled<T>(
  { core }: CallParts,
  { service, operationName }: ResolvedCall,
  request: PlainRequest,
  requestId: string,
  work: (note: Note) => Promise<T>,
): Promise<T> {
  const note: Note = { from: 'client' };
  const startedMs = performance.now();
  const traceId = traceRoot(request.headers['x-amzn-trace-id']);
  const record = (rest: Pick<Hop, 'outcome' | 'error' | 'detail'>) =>
    core.journal.record({
      kind: 'call',
      service: service.id,
      action: operationName,
      ...note,
      ...(traceId !== undefined && { traceId }),
      durationMs: performance.now() - startedMs,
      ...rest,
    });
  try {
    const result = await work(note);
    record({ outcome: 'ok' });
    return result;
  } catch (thrown) {
    record({ outcome: 'error', error: describe(thrown, requestId), ...refusal(thrown) });
    throw thrown;
  }
}

function describe(thrown: unknown, requestId: string): { code: string; message: string } {
  const { code, message } = thrown instanceof AwsError ? thrown : internalError(requestId);
  return { code, message };
}

/** What was refused, to whom: the journal says it in fields, not only in the message. */
function refusal(thrown: unknown): Pick<Hop, 'detail'> {
  if (!(thrown instanceof AccessDeniedError)) return {};
  const { action, resource, roleArn } = thrown;
  return { detail: { action, resource, ...(roleArn !== undefined && { role: roleArn }) } };
}
