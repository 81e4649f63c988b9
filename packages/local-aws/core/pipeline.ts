import type { Carried } from './carried.ts';
import type { CallRequest, Core } from './cloud.ts';
import { AwsError, internalError } from './errors.ts';
import type { Ending, Hop, Journal } from './journal.ts';
import { describePrincipal, type Principal } from './principal.ts';
import type { CallContext } from './service.ts';
import { traceRoot } from './trace.ts';

/** What the pipeline stands on: a core that lacks only what is made of it. */
export type Foundation = Omit<Core, 'call' | 'deliver'>;

/** What is found out about a call on its way, for the journal. */
interface Note extends Pick<Hop, 'from' | 'to' | 'correlationId'> {
  requestId?: string | undefined;
  /** How it went. */
  detail?: Record<string, unknown> | undefined;
  /** Writes down that it begins: all is known that will be. */
  begin(): void;
}

/** Makes `core.call`: see there. */
export function createPipeline(core: Foundation): Core['call'] {
  return async (request) => {
    const requestId = request.requestId ?? core.newId();
    if (request.hop === false) return carryOut(core, request, requestId, { begin() {} });
    const startedMs = performance.now();
    let end: ((ending: Ending) => void) | undefined;
    const note: Note = {
      from: 'client',
      begin() {
        end ??= beginning(core.journal, hopOf(request, note), carriedBy(request));
      },
    };
    const ended = (ending: Ending) => {
      // What is refused before its target is known has not begun yet.
      note.begin();
      end?.({ ...ending, durationMs: performance.now() - startedMs });
    };
    try {
      const result = await carryOut(core, request, requestId, note);
      ended({ outcome: 'ok', ...(note.detail && { detail: note.detail }) });
      return result;
    } catch (thrown) {
      const { code, message, detail } = thrown instanceof AwsError ? thrown : internalError(requestId);
      ended({ outcome: 'error', error: { code, message }, ...(detail && { detail }) });
      throw thrown;
    }
  };
}

/** Only calls are written down when they begin: what a caller makes of one otherwise is one hop. */
function beginning(journal: Journal, hop: Omit<Hop, 'outcome'>, carried?: Carried): (ending: Ending) => void {
  if (hop.kind === 'call') return journal.begin(hop, carried);
  return ({ detail, ...ending }) =>
    journal.record({ ...hop, ...ending, ...(detail && { detail: { ...hop.detail, ...detail } }) }, carried);
}

/** The calls that bring a message somewhere: those can be sent again. */
const SENDING = new Set([
  'sns:Publish',
  'sns:PublishBatch',
  'sqs:SendMessage',
  'sqs:SendMessageBatch',
  'events:PutEvents',
  'kinesis:PutRecord',
  'kinesis:PutRecords',
  'firehose:PutRecord',
  'firehose:PutRecordBatch',
]);
/** Those whose input is worth seeing, and no more: what they say is data, and no body that may be large. */
const SHOWN = /^(dynamodb:|execute-api:PostToConnection$|scheduler:CreateSchedule$)/;

/** What goes over with a call; undefined where it is nobody's business (a key, a password, an object's bytes). */
function carriedBy({ service, operation, input, traceHeader }: CallRequest): Carried | undefined {
  const name = `${service}:${operation}`;
  if (SENDING.has(name)) return { said: input, again: { kind: 'call', service, operation, traceHeader } };
  return SHOWN.test(name) ? { said: input } : undefined;
}

async function carryOut(core: Foundation, request: CallRequest, requestId: string, note: Note): Promise<unknown> {
  const { service, operation, traceHeader } = request;
  note.requestId = request.madeBy;
  const principal = typeof request.principal === 'function' ? request.principal() : request.principal;
  note.from = describePrincipal(principal);
  if (request.isFromClient) note.requestId ??= core.invocations.madeBy(principal, traceHeader);
  const context = contextOf(core, request, requestId, { principal, madeBy: note.requestId });
  const interceptors = request.isFromClient ? core.interceptors : [];
  const hooked = { service, operation, context };
  for (const interceptor of interceptors) await interceptor.before?.(hooked);

  const call = core.services.operation(service, operation)(request.input, context);
  const correlationId = request.correlationId ?? call.correlationId;
  if (correlationId !== undefined) note.correlationId = correlationId;
  const target = call.target ?? call.permissions?.[0]?.resource;
  if (target !== undefined) note.to = target;
  note.begin();
  if (core.faults.throttles(service, operation, target ?? '', chainOf(request, note)))
    throw core.services.throttled(service);
  for (const permission of call.permissions ?? []) core.authorize(principal, permission);
  const result = await call.run();
  note.detail = call.went?.(result);
  // What the answer acknowledges outlives a kill.
  const committed = core.store.settled();
  if (committed) await committed;

  for (const interceptor of interceptors) await interceptor.after?.(hooked);
  return result;
}

function contextOf(
  core: Foundation,
  request: CallRequest,
  requestId: string,
  { principal, madeBy }: { principal: Principal; madeBy: string | undefined },
): CallContext {
  const { traceHeader, correlationId } = request;
  return {
    principal,
    requestId,
    ...(traceHeader !== undefined && { traceHeader }),
    ...(correlationId !== undefined && { correlationId }),
    ...(madeBy !== undefined && { madeBy }),
    ...(request.via !== undefined && { via: request.via }),
    ...(request.isDelivery && { isDelivery: true }),
    ...(request.copy !== undefined && { copy: request.copy }),
    ...(request.again && { again: request.again }),
    endpoint: request.endpoint ?? core.endpoint(),
    // Made on first use: few operations wait long enough to be called off.
    get signal() {
      return request.signal;
    },
  };
}

/** What a call belongs to. */
function chainOf({ traceHeader }: CallRequest, { correlationId, requestId }: Note) {
  const traceId = traceRoot(traceHeader);
  return {
    ...(correlationId !== undefined && { correlationId }),
    ...(requestId !== undefined && { requestId }),
    ...(traceId !== undefined && { traceId }),
  };
}

function hopOf(request: CallRequest, note: Note): Omit<Hop, 'outcome'> {
  const { to } = note;
  const { again } = request;
  const from = again?.from ?? note.from;
  return {
    kind: 'call',
    service: request.service,
    action: request.operation,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...chainOf(request, note),
    ...(again && { detail: { resent: again.seq } }),
    ...request.hop,
  };
}
