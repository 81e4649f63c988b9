import { parseEvent } from '@arcade/events';
import { type StateChanged, stateChanged } from '@arcade/events/contracts/bulb-vendor';
import type { Outcome } from '@arcade/events/contracts/smart-home';
import { giveUpAtMs } from './deadline.ts';
import {
  allProperties,
  concerned,
  contradictions,
  type DeviceRequest,
  type RequestsTable,
  type Sampled,
} from './request.ts';
import { checkSignature } from './signature.ts';
import { answerTo, changeOf, type Dispatch, type Told } from './telling.ts';

/** Where is kept what the vendor has delivered, so that each counts once. */
export interface DeliveriesTable {
  /**
   * Keeps that a delivery has come, and when it was signed. `unfinished`: it has come before, and what it tells of may not have been done;
   * `finished`: it was; `replayed`: it was, and this one is not signed later than that.
   */
  begin(deliveryId: string, signedAtMs: number, nowMs: number): Promise<'new' | 'unfinished' | 'finished' | 'replayed'>;
  /** What it tells of was done. */
  finish(deliveryId: string, signedAtMs: number): Promise<void>;
}

export interface ChangedParts {
  now(): number;
  deliveries: DeliveriesTable;
  requests: Pick<RequestsTable, 'find' | 'complete'>;
  dispatch: Dispatch;
}

/** What became of a push. */
export type Pushed =
  /** It has ended a directive. */
  | 'answered'
  /** Alexa will be told of a change: a hand's, or what has become of a directive whose answer did not wait for it. */
  | 'reported'
  /** The vendor has sent it again, since it has not heard that it was taken. */
  | 'repeated'
  /** Nobody's word that counts: it changes nothing. */
  | 'forged'
  | 'stale'
  | 'replayed';

/**
 * Takes what the vendor pushes. What is not signed by it, or was kept by somebody and is sent again, is refused; what the vendor itself
 * sends again, signed anew, is not: it has only not heard of its success.
 *
 * @param secret what the vendor signs with.
 * @throws EventRefusedError for what is signed, and is no change of a state.
 */
export async function takePush(
  parts: ChangedParts,
  secret: string,
  { body, signature }: { body: string; signature: string },
): Promise<Pushed> {
  const { deliveries, now } = parts;
  const checked = checkSignature(secret, signature, body, now());
  if (checked.kind !== 'signed') return checked.kind;
  const { signedAtMs } = checked;
  const event = parseEvent([stateChanged], body);
  const seen = await deliveries.begin(event.id, signedAtMs, now());
  if (seen === 'replayed') return seen;
  const pushed = seen === 'finished' ? 'repeated' : await changed(parts, event);
  await deliveries.finish(event.id, signedAtMs);
  return pushed;
}

/** Tells Alexa what a push says. All of it may be done again at any time. */
export async function changed(parts: ChangedParts, event: StateChanged): Promise<Pushed> {
  const { requestId } = event.detail;
  const request = requestId === undefined ? undefined : await ownRequest(parts, event, requestId);
  if (request && request.api !== 'optimistic') return ended(parts, event, request);
  // Of an optimistic answer it is known only now whether it was right. Alexa goes by what was sampled last, and may have heard since, of an
  // earlier directive or of a hand, how the device was before.
  if (request) await parts.requests.complete(request.directiveId);
  return report(parts, event, request);
}

/** The request that a push names, if it is of the same account and device: else it names none. */
async function ownRequest({ requests }: ChangedParts, { detail }: StateChanged, requestId: string) {
  const request = await requests.find(requestId);
  return request?.account === detail.account && request.endpointId === detail.deviceId ? request : undefined;
}

const sampledIn = ({ detail: { state, changedAtMs } }: StateChanged): Sampled => ({
  ...state,
  sampledAtMs: changedAtMs,
});

/**
 * A directive has come to its end. In time that is its answer; who decides what that is keeps it first. When it may be too late for one,
 * Alexa is told of a change, and so it is when it was told something else before.
 */
async function ended(parts: ChangedParts, event: StateChanged, request: DeviceRequest): Promise<Pushed> {
  const { requests, dispatch, now } = parts;
  const isLate = () => now() >= giveUpAtMs(request);
  if (isLate()) return report(parts, event, request);
  const state = sampledIn(event);
  const mine: Outcome = { kind: 'response', state };
  const outcome = (await requests.complete(request.directiveId, mine))?.outcome ?? mine;
  await dispatch(answerTo(request, outcome, told(parts, event, request)));
  return isLate() || contradictions(outcome, state).length > 0 ? report(parts, event, request) : 'answered';
}

async function report(
  parts: ChangedParts,
  event: StateChanged,
  request: DeviceRequest | undefined,
): Promise<'reported'> {
  const { account, deviceId: endpointId, requestId } = event.detail;
  await parts.dispatch(
    changeOf(
      `${event.id}.change`,
      {
        ...{ account, endpointId, api: request?.api, state: sampledIn(event) },
        cause: requestId === undefined ? 'PHYSICAL_INTERACTION' : 'VOICE_INTERACTION',
        changed: request ? concerned(request.command) : allProperties(),
      },
      told(parts, event, request),
    ),
  );
  return 'reported';
}

const told = ({ now }: ChangedParts, { id, correlationId }: StateChanged, request?: DeviceRequest): Told => ({
  nowMs: now(),
  cause: { id, correlationId: request?.correlationId ?? correlationId },
});
