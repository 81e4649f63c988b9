import { createEvent } from '@arcade/events';
import { type CheckDue, checkDue, type DirectiveDeferred, type Outcome } from '@arcade/events/contracts/smart-home';
import { insist, lastCallAtMs, refusalOf, refused, type VendorParts } from './command.ts';
import { giveUpAtMs } from './deadline.ts';
import type { Vendor } from './ports.ts';
import { type Processed, pendingOf } from './process.ts';
import { contradictions, corrected, type DeviceRequest, expectedOf, type RequestsTable } from './request.ts';
import { answerTo, causeOf, changeOf, type Dispatch, deviceOf } from './telling.ts';

export interface OptimisticParts extends VendorParts {
  vendor: Pick<Vendor, 'command' | 'device'>;
  requests: Pick<RequestsTable, 'find' | 'begin' | 'told'>;
  dispatch: Dispatch;
  /** Has `verify` called with the event at a time, milliseconds since the epoch; once for each event. */
  scheduleCheck(event: CheckDue, atMs: number): Promise<void>;
  callbackUrl?: string | undefined;
}

const CHECK_MS = 60_000;

/**
 * How the device will be, as far as the command says: it is not known how it is otherwise. The vendor is asked only where the command is
 * relative to how it is. Throws a VendorRefusal when the vendor does not say.
 */
async function promised({ vendor, now }: OptimisticParts, { detail }: DirectiveDeferred): Promise<Outcome> {
  const { command, token, endpointId } = detail;
  const state = await expectedOf(command, async () => (await vendor.device(token, endpointId)).state);
  return { kind: 'response', state: { ...state, sampledAtMs: now() } };
}

/** A request of which Alexa was told. */
type Promised = DeviceRequest & { outcome: Outcome };

/** Keeps what Alexa is told at once: the state that is expected; or why the command cannot even be understood. */
async function promise(parts: OptimisticParts, event: DirectiveDeferred): Promise<DeviceRequest> {
  const pending = { ...pendingOf(event), token: event.detail.token };
  try {
    return await parts.requests.begin({ ...pending, outcome: await promised(parts, event) });
  } catch (error) {
    return parts.requests.begin({ ...pending, status: 'COMPLETED', outcome: refused(error) });
  }
}

/**
 * Answers a directive with the state that is expected, and only then tells the vendor. Before anything is said of the device somebody is
 * charged to ask how it is a while later, so that Alexa is told otherwise however this ends. All of it may be done again at any time.
 */
export async function processOptimistic(parts: OptimisticParts, event: DirectiveDeferred): Promise<Processed> {
  const { requests, dispatch, now } = parts;
  const { directiveId } = event.detail;
  const lastMs = lastCallAtMs(parts);
  const isLate = () => now() >= giveUpAtMs(event.detail);

  const known = await requests.find(directiveId);
  if (isLate() && known?.toldAtMs === undefined) return 'too-late';
  const { outcome, ...request } = known ?? (await promise(parts, event));
  if (!outcome) throw new Error(`the request ${directiveId} has no expected outcome`);
  const promised = { ...request, outcome };
  const { status, toldAtMs } = request;
  if (toldAtMs === undefined) {
    if (status === 'PENDING') await scheduleCheck(parts, event);
    await dispatch(answerTo(event.detail, outcome, { nowMs: now(), cause: event }));
  }
  if (status === 'COMPLETED') return outcome.kind === 'response' ? 'answered' : 'refused';
  if (toldAtMs !== undefined) return tellVendor(parts, promised, event, lastMs);
  // Alexa may have heard before that the device cannot be reached. Whoever checks it tells her how it is.
  if (isLate()) return 'too-late';
  const [processed] = await Promise.all([
    tellVendor(parts, promised, event, lastMs),
    requests.told(directiveId, now()),
  ]);
  return processed;
}

/** Has somebody ask, a minute later, how the device is: by then the vendor has told, or will not. */
function scheduleCheck({ scheduleCheck: schedule, now }: OptimisticParts, cause: DirectiveDeferred): Promise<void> {
  const { directiveId } = cause.detail;
  const due = createEvent(checkDue, { directiveId }, { newId: () => `${directiveId}.check`, nowMs: now(), cause });
  return schedule(due, now() + CHECK_MS);
}

/** Tells the vendor what Alexa was told already, and Alexa when the vendor will have none of it. */
async function tellVendor(
  parts: OptimisticParts,
  promised: Promised,
  { detail }: DirectiveDeferred,
  lastMs: number,
): Promise<Processed> {
  const { vendor, callbackUrl, now } = parts;
  const { token, endpointId, directiveId: requestId, command } = detail;
  try {
    await insist(parts, lastMs, () => vendor.command(token, endpointId, { requestId, command, callbackUrl }));
    return 'accepted';
  } catch (error) {
    const { status } = refusalOf(error);
    // Without an answer it is not known whether the vendor has heard of it: its push says so, or whoever checks the device later.
    if (status !== undefined && now() <= lastMs) await correct(parts, promised, token);
    return 'refused';
  }
}

/** Tells Alexa how the device is, if that is otherwise than was said; what is not known now is found out by whoever checks it later. */
async function correct(parts: OptimisticParts, promised: Promised, token: string): Promise<void> {
  const { vendor, dispatch, now } = parts;
  const { directiveId, endpointId, outcome } = promised;
  try {
    const { state, sampledAtMs, reachable } = await vendor.device(token, endpointId);
    const changed = contradictions(outcome, state);
    if (changed.length === 0) return;
    const report = {
      ...deviceOf(promised),
      cause: 'VOICE_INTERACTION' as const,
      state: corrected(promised, { ...state, sampledAtMs }),
      reachable,
      changed,
    };
    await dispatch(changeOf(`${directiveId}.correction`, report, { nowMs: now(), cause: causeOf(promised) }));
  } catch (error) {
    refusalOf(error);
  }
}
