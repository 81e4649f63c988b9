import { contentId } from '../core/deduplication.ts';
import { invalidInput, invalidValue, missingParameter } from './errors.ts';
import type { StoredMessage } from './message.ts';

/** What a FIFO queue has beyond a standard one. */
export interface FifoSettings {
  contentBasedDeduplication: boolean;
  deduplicationScope: DeduplicationScope;
  throughputLimit: ThroughputLimit;
  /** Which messages count as the same was settled when the queue was made: AWS takes later changes and ignores them. */
  deduplicatesIn: DeduplicationScope;
}

export const DEDUPLICATION_SCOPES = ['queue', 'messageGroup'] as const;
export const THROUGHPUT_LIMITS = ['perQueue', 'perMessageGroupId'] as const;
type DeduplicationScope = (typeof DEDUPLICATION_SCOPES)[number];
type ThroughputLimit = (typeof THROUGHPUT_LIMITS)[number];

/** A FIFO queue of which nothing else was said. */
export const DEFAULT_FIFO: FifoSettings = {
  contentBasedDeduplication: false,
  deduplicationScope: 'queue',
  throughputLimit: 'perQueue',
  deduplicatesIn: 'queue',
};

/** What a sender says of a message's place among the others. */
export interface PlaceInput {
  MessageGroupId?: string | undefined;
  MessageDeduplicationId?: string | undefined;
  DelaySeconds?: number | undefined;
}

const PLACE_ID = /^[!-~]{1,128}$/;
const FOREIGN = 'The request include parameter that is not valid for this queue type';

/** The parameter is one of the other type of queue. */
export const notForThisType = (name: string, value: unknown) => invalidValue(name, value, FOREIGN);

/** Group and deduplication id of a new message, as its queue needs them. Throws AwsError. */
export function placeOf(
  fifo: FifoSettings | undefined,
  body: string,
  { MessageGroupId: groupId, MessageDeduplicationId: given, DelaySeconds: delay }: PlaceInput,
): Pick<StoredMessage, 'groupId' | 'deduplicationId'> {
  checkId('MessageGroupId', groupId);
  checkId('MessageDeduplicationId', given);
  if (!fifo) {
    if (given !== undefined) throw notForThisType('MessageDeduplicationId', given);
    // A standard queue takes it too: it is fair to groups then.
    return groupId === undefined ? {} : { groupId };
  }
  if (delay) throw notForThisType('DelaySeconds', delay);
  if (groupId === undefined) throw missingParameter('MessageGroupId');
  const deduplicationId = given ?? (fifo.contentBasedDeduplication ? contentId(body) : undefined);
  if (deduplicationId === undefined) {
    throw invalidInput(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { groupId, deduplicationId };
}

function checkId(name: string, id: string | undefined): void {
  if (id === undefined || PLACE_ID.test(id)) return;
  throw invalidValue(name, id, `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length`);
}

/** Behind all positions, which are digits. */
const NOTHING_HIDDEN = '~';

/**
 * The messages that may be received now: group by group, and of each group those before the first that is hidden (in flight
 * or delayed). `visible` come in the order in which they were sent, which `positionOf` tells of hidden ones too.
 */
export function* receivable(
  visible: Iterable<StoredMessage>,
  hiddenOf: (groupId: string) => Iterable<StoredMessage>,
  positionOf: (message: StoredMessage) => string,
): Generator<StoredMessage> {
  const firstHidden = new Map<string, string>();
  /** Only groups that have something to give are looked at: of a queue with a delay nearly all is hidden, always. */
  const firstHiddenOf = (groupId: string): string => {
    let first = firstHidden.get(groupId);
    if (first === undefined) {
      first = NOTHING_HIDDEN;
      for (const message of hiddenOf(groupId)) {
        const position = positionOf(message);
        if (position < first) first = position;
      }
      firstHidden.set(groupId, first);
    }
    return first;
  };
  let first: StoredMessage | undefined;
  const groups = new Map<string, StoredMessage[]>();
  for (const message of visible) {
    const { groupId = '' } = message;
    if (positionOf(message) > firstHiddenOf(groupId)) continue;
    if (!first) {
      first = message;
      groups.set(groupId, []);
      // Who only asks whether there is any needs not look at the others.
      yield first;
      continue;
    }
    const group = groups.get(groupId);
    if (group) group.push(message);
    else groups.set(groupId, [message]);
  }
  for (const group of groups.values()) yield* group;
}

/** Under what a message is remembered: messages of one key are the same. */
export const deduplicationKey = ({ deduplicatesIn }: FifoSettings, { groupId, deduplicationId }: StoredMessage) =>
  JSON.stringify(deduplicatesIn === 'queue' ? [deduplicationId] : [groupId, deduplicationId]);
