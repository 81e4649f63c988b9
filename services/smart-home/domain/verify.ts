import type { ChangeReady, CheckDue } from '@arcade/events/contracts/smart-home';
import type { Vendor } from './ports.ts';
import { concerned, corrected, type RequestsTable } from './request.ts';
import { causeOf, changeOf, type Dispatch, deviceOf } from './telling.ts';

export interface VerifyParts {
  now(): number;
  vendor: Pick<Vendor, 'device'>;
  requests: Pick<RequestsTable, 'find' | 'complete'>;
  dispatch: Dispatch<ChangeReady>;
}

/** What became of a check. */
export type Verified =
  /** The vendor has said how it went, or nobody has asked it. */
  | 'settled'
  /** Alexa is told how the device is. */
  | 'reported';

/**
 * A while ago Alexa was told how a device would be. If the vendor has not said since how it went, it is asked, once, and Alexa is told. All
 * of it may be done again at any time.
 *
 * @throws VendorRefusal when the vendor does not say: the check is to be repeated.
 */
export async function verify(parts: VerifyParts, { detail: { directiveId } }: CheckDue): Promise<Verified> {
  const { requests, vendor, dispatch, now } = parts;
  const request = await requests.find(directiveId);
  if (request?.status !== 'PENDING' || request.token === undefined) return 'settled';
  const { state, sampledAtMs, reachable } = await vendor.device(request.token, request.endpointId);
  const found = {
    ...deviceOf(request),
    cause: 'PERIODIC_POLL' as const,
    state: corrected(request, { ...state, sampledAtMs }),
    reachable,
    changed: concerned(request.command),
  };
  await dispatch(changeOf(`${directiveId}.verified`, found, { nowMs: now(), cause: causeOf(request) }));
  await requests.complete(directiveId);
  return 'reported';
}
