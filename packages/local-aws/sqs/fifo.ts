import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Collection } from '../core/store/index.ts';
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
  const deduplicationId = given ?? (fifo.contentBasedDeduplication ? sha256(body) : undefined);
  if (deduplicationId === undefined) {
    throw invalidInput(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { groupId, deduplicationId };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function checkId(name: string, id: string | undefined): void {
  if (id === undefined || PLACE_ID.test(id)) return;
  throw invalidValue(name, id, `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length`);
}

/**
 * The messages that may be received now: group by group, and of each group those before the first that is hidden (in flight
 * or delayed). `visible` come in the order in which they were sent, which `positionOf` tells of hidden ones too.
 */
export function* receivable(
  visible: Iterable<StoredMessage>,
  hidden: Iterable<StoredMessage>,
  positionOf: (message: StoredMessage) => string,
): Generator<StoredMessage> {
  const firstHidden = new Map<string, string>();
  for (const message of hidden) {
    const { groupId = '' } = message;
    const first = firstHidden.get(groupId);
    const position = positionOf(message);
    if (first === undefined || position < first) firstHidden.set(groupId, position);
  }
  let first: StoredMessage | undefined;
  const groups = new Map<string, StoredMessage[]>();
  for (const message of visible) {
    const { groupId = '' } = message;
    const blockedFrom = firstHidden.get(groupId);
    if (blockedFrom !== undefined && positionOf(message) > blockedFrom) continue;
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

/** What a sender is told of a message: that it was taken, or which one before was the same. */
export interface Accepted {
  id: string;
  sequenceNumber?: string;
}

/** A message that was taken, as it is remembered for deduplication. */
export interface Remembered extends Accepted {
  atMs: number;
}

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html */
const DEDUPLICATION_MS = 300_000;

/** Remembers for five minutes what was sent to a FIFO queue, whatever has become of it since. */
export class Deduplication {
  readonly #clock: Clock;
  readonly #kept: Collection<Remembered>;
  /** In the order in which they expire. */
  readonly #byKey: Map<string, Remembered>;

  constructor(clock: Clock, kept: Collection<Remembered>) {
    this.#clock = clock;
    this.#kept = kept;
    this.#byKey = new Map(kept.entries().sort(([, a], [, b]) => a.atMs - b.atMs));
  }

  /** The same message, if it was sent in the last five minutes. */
  find(fifo: FifoSettings, message: StoredMessage): Remembered | undefined {
    for (const [key, { atMs }] of this.#byKey) {
      if (atMs + DEDUPLICATION_MS > this.#clock.now()) break;
      this.#forget(key);
    }
    return this.#byKey.get(keyOf(fifo, message));
  }

  remember(fifo: FifoSettings, message: StoredMessage, accepted: Accepted): void {
    const remembered = { ...accepted, atMs: this.#clock.now() };
    this.#byKey.set(keyOf(fifo, message), remembered);
    this.#kept.put(keyOf(fifo, message), remembered);
  }

  /** The same, kept elsewhere. */
  movedTo(kept: Collection<Remembered>): Deduplication {
    for (const [key, remembered] of this.#byKey) kept.put(key, remembered);
    return new Deduplication(this.#clock, kept);
  }

  clear(): void {
    for (const key of [...this.#byKey.keys()]) this.#forget(key);
  }

  #forget(key: string): void {
    this.#byKey.delete(key);
    this.#kept.delete(key);
  }
}

const keyOf = ({ deduplicatesIn }: FifoSettings, { groupId, deduplicationId }: StoredMessage) =>
  JSON.stringify(deduplicatesIn === 'queue' ? [deduplicationId] : [groupId, deduplicationId]);

/** Sequence numbers have twenty digits; those of one millisecond differ in the lowest ones. */
const FIRST_SEQUENCE_NUMBER = 18_000_000_000_000_000_000n;
const NUMBERS_PER_MS = 1_000_000n;

/** Makes sequence numbers that only go up, over restarts too. */
export function sequenceNumbers(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const now = FIRST_SEQUENCE_NUMBER + BigInt(clock.now()) * NUMBERS_PER_MS;
    last = now > last ? now : last + 256n;
    return String(last);
  };
}
