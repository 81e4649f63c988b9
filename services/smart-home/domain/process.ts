import type { AnswerReady, DirectiveDeferred, Outcome } from '@arcade/events/contracts/smart-home';
import { insist, lastCallAtMs, outcomeOf, refused, type VendorParts } from './command.ts';
import { giveUpAtMs } from './deadline.ts';
import type { DeviceRequest, RequestsTable } from './request.ts';
import { answerTo, type Dispatch } from './telling.ts';

/** What became of a directive that was taken off its queue. */
export type Processed =
  /** Alexa will be told what the vendor has answered: how the device is now, or why not. */
  | 'answered'
  | 'refused'
  /** The vendor has accepted it, and will tell how it went. */
  | 'accepted'
  /** It came only when Alexa had been told that the device cannot be reached. The vendor hears nothing of it. */
  | 'too-late';

export interface SyncParts extends VendorParts {
  dispatch: Dispatch<AnswerReady>;
}

export interface AsyncParts extends SyncParts {
  requests: Pick<RequestsTable, 'begin' | 'complete'>;
  /** Where a vendor that pushes is to push to. */
  callbackUrl?: string | undefined;
}

const isLate = ({ now }: Pick<VendorParts, 'now'>, { detail }: DirectiveDeferred) => now() >= giveUpAtMs(detail);

/** Tells the vendor what a device is to do. Gives what Alexa is told of it; undefined when the vendor has only accepted it. */
async function command(
  parts: VendorParts & Pick<AsyncParts, 'callbackUrl'>,
  { detail }: DirectiveDeferred,
): Promise<Outcome | undefined> {
  const { vendor } = parts;
  const { token, endpointId, directiveId: requestId, command, api } = detail;
  const callbackUrl = api === 'push' ? parts.callbackUrl : undefined;
  const lastMs = Math.min(lastCallAtMs(parts), giveUpAtMs(detail));
  try {
    // The vendor knows a request by its id: one that is repeated, now or by another invocation, happens once.
    return outcomeOf(
      await insist(parts, lastMs, () => vendor.command(token, endpointId, { requestId, command, callbackUrl })),
    );
  } catch (error) {
    return refused(error);
  }
}

const ONLY_ACCEPTED: Outcome = {
  kind: 'error',
  error: 'INTERNAL_ERROR',
  message: 'the vendor has accepted the command, and will not tell how it went',
};

/** Carries out a directive with an API that answers with the new state. All of it may be done again at any time. */
export async function processSync(parts: SyncParts, event: DirectiveDeferred): Promise<Processed> {
  if (isLate(parts, event)) return 'too-late';
  const outcome = (await command(parts, event)) ?? ONLY_ACCEPTED;
  await parts.dispatch(answerTo(event.detail, outcome, { nowMs: parts.now(), cause: event }));
  return outcome.kind === 'response' ? 'answered' : 'refused';
}

/** A directive as a request that waits for the vendor's word. */
export function pendingOf({ correlationId, detail }: DirectiveDeferred): DeviceRequest {
  const { token: _token, ...known } = detail;
  return { ...known, correlationId, status: 'PENDING' };
}

/**
 * Begins a directive with an API that only accepts it. It is kept as pending before the vendor hears of it, so that nothing that the vendor
 * says comes too early. All of it may be done again at any time: what was completed is answered as it was, by whomever.
 */
export async function processAsync(parts: AsyncParts, event: DirectiveDeferred): Promise<Processed> {
  if (isLate(parts, event)) return 'too-late';
  const { requests, dispatch, now } = parts;
  const { directiveId } = event.detail;
  const request = await requests.begin(pendingOf(event));
  let { outcome } = request;
  if (request.status === 'PENDING') {
    const mine = await command(parts, event);
    if (!mine) return 'accepted';
    outcome = (await requests.complete(directiveId, mine))?.outcome ?? mine;
  }
  if (!outcome) throw new Error(`the request ${directiveId} is completed without an outcome`);
  await dispatch(answerTo(event.detail, outcome, { nowMs: now(), cause: event }));
  return outcome.kind === 'response' ? 'answered' : 'refused';
}
