import type { CallRequest, Core } from './cloud.ts';
import { AwsError, internalError } from './errors.ts';
import type { Hop } from './journal.ts';
import { describePrincipal, type Principal } from './principal.ts';
import type { CallContext } from './service.ts';
import { traceRoot } from './trace.ts';

/** What the pipeline stands on: a core that lacks only what is made of it. */
export type Foundation = Omit<Core, 'call' | 'deliver'>;

/** What is found out about a call on its way, for the journal. */
type Note = Pick<Hop, 'from' | 'to' | 'correlationId'>;

/** Makes `core.call`: see there. */
export function createPipeline(core: Foundation): Core['call'] {
  return async (request) => {
    const requestId = request.requestId ?? core.newId();
    const note: Note = { from: 'client' };
    if (request.hop === false) return carryOut(core, request, requestId, note);
    const startedMs = performance.now();
    try {
      const result = await carryOut(core, request, requestId, note);
      core.journal.record({ ...hopOf(request, note, startedMs), outcome: 'ok' });
      return result;
    } catch (thrown) {
      const { code, message, detail } = thrown instanceof AwsError ? thrown : internalError(requestId);
      const hop = hopOf(request, note, startedMs);
      core.journal.record({
        ...hop,
        outcome: 'error',
        error: { code, message },
        ...(detail && { detail: { ...hop.detail, ...detail } }),
      });
      throw thrown;
    }
  };
}

async function carryOut(core: Foundation, request: CallRequest, requestId: string, note: Note): Promise<unknown> {
  const { service, operation } = request;
  const principal = typeof request.principal === 'function' ? request.principal() : request.principal;
  note.from = describePrincipal(principal);
  const context = contextOf(core, request, requestId, principal);
  const interceptors = request.isFromClient ? core.interceptors : [];
  const hooked = { service, operation, context };
  for (const interceptor of interceptors) await interceptor.before?.(hooked);

  const call = core.services.operation(service, operation)(request.input, context);
  const correlationId = request.correlationId ?? call.correlationId;
  if (correlationId !== undefined) note.correlationId = correlationId;
  const target = call.target ?? call.permissions?.[0]?.resource;
  if (target !== undefined) note.to = target;
  if (core.faults.throttles(service, operation, target ?? '')) throw core.services.throttled(service);
  for (const permission of call.permissions ?? []) core.authorize(principal, permission);
  const result = await call.run();
  // What the answer acknowledges outlives a kill.
  const committed = core.store.settled();
  if (committed) await committed;

  for (const interceptor of interceptors) await interceptor.after?.(hooked);
  return result;
}

function contextOf(core: Foundation, request: CallRequest, requestId: string, principal: Principal): CallContext {
  const { traceHeader, correlationId } = request;
  return {
    principal,
    requestId,
    ...(traceHeader !== undefined && { traceHeader }),
    ...(correlationId !== undefined && { correlationId }),
    ...(request.isDelivery && { isDelivery: true }),
    endpoint: request.endpoint ?? core.endpoint(),
    // Made on first use: few operations wait long enough to be called off.
    get signal() {
      return request.signal;
    },
  };
}

function hopOf(request: CallRequest, note: Note, startedMs: number): Omit<Hop, 'outcome'> {
  const traceId = traceRoot(request.traceHeader);
  return {
    kind: 'call',
    service: request.service,
    action: request.operation,
    ...note,
    ...(traceId !== undefined && { traceId }),
    durationMs: performance.now() - startedMs,
    ...request.hop,
  };
}
