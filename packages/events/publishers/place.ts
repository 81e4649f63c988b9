import { createHash } from 'node:crypto';
import { type AnyEvent, type Contract, placeOf } from '../contract.ts';

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html, and the same of topics */
const PLACE_ID = /^[!-~]{1,128}$/;

/** Ids that AWS would not take are told apart by their digests. */
const fitting = (id: string) => (PLACE_ID.test(id) ? id : createHash('sha256').update(id).digest('hex'));

/**
 * What a message to a queue's address or a topic's ARN says of its place: nothing when that is not FIFO. Throws a TypeError for an event
 * whose contract says no group.
 */
export function placeFor(target: string, contracts: readonly Contract[], event: AnyEvent) {
  if (!target.endsWith('.fifo')) return {};
  const { group, deduplicationId } = placeOf(contracts, event);
  return { MessageGroupId: fitting(group), MessageDeduplicationId: fitting(deduplicationId) };
}
