import { z } from 'zod';
import type { Core } from '../core/cloud.ts';
import { type Accepted, contentId, Deduplication, type Remembered, sequenceNumbers } from '../core/deduplication.ts';
import { kind, type Owner } from '../core/store/index.ts';
import { invalidParameter } from './errors.ts';
import type { MessageInput } from './message.ts';
import type { Topic } from './topics.ts';

export const THROUGHPUT_SCOPES = ['Topic', 'MessageGroup'] as const;

/**
 * What a FIFO topic has beyond a standard one. The scope says within what two messages of one deduplication id are the same
 * (docs.aws.amazon.com/sns/latest/dg/fifo-high-throughput.html); the throughput that AWS allows for each scope is not measured here.
 */
export interface FifoSettings {
  contentBasedDeduplication: boolean;
  throughputScope: (typeof THROUGHPUT_SCOPES)[number];
}

/** A FIFO topic of which nothing else was said. */
export const DEFAULT_FIFO: FifoSettings = { contentBasedDeduplication: false, throughputScope: 'Topic' };

/** The settings with one attribute of AWS's changed; undefined when it is none of a FIFO topic. Throws AwsError `InvalidParameter`. */
export function withFifoAttribute(fifo: FifoSettings, name: string, value: string): FifoSettings | undefined {
  switch (name) {
    case 'ContentBasedDeduplication':
      return { ...fifo, contentBasedDeduplication: oneOf(name, value, ['true', 'false']) === 'true' };
    case 'FifoThroughputScope':
      return { ...fifo, throughputScope: oneOf(name, value, THROUGHPUT_SCOPES) };
    default:
      return undefined;
  }
}

function oneOf<Value extends string>(name: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((one) => one === value);
  if (!found) throw invalidParameter(`${name}: Invalid value [${value}]. Must be ${allowed.join(' or ')}.`);
  return found;
}

/** A message's place among the others of a FIFO topic. */
export interface Place {
  groupId: string;
  deduplicationId: string;
}

/** The place that a publisher gives a message. Throws AwsError `InvalidParameter`. */
export function placeOf(fifo: FifoSettings, { Message, MessageGroupId, MessageDeduplicationId }: MessageInput): Place {
  if (MessageGroupId === undefined) {
    throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
  }
  const deduplicationId = MessageDeduplicationId ?? (fifo.contentBasedDeduplication ? contentId(Message) : undefined);
  if (deduplicationId === undefined) {
    throw invalidParameter(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { groupId: MessageGroupId, deduplicationId };
}

const REMEMBERED = kind<Remembered>('sns/deduplication', z.looseObject({ id: z.string(), atMs: z.number() }));

/** What FIFO topics were told in the last minutes, and the numbers that they give. */
export class FifoMemory {
  readonly #core: Core;
  readonly #byOwner = new Map<Owner, Deduplication>();
  readonly nextSequenceNumber: () => string;

  constructor(core: Core) {
    this.#core = core;
    this.nextSequenceNumber = sequenceNumbers(core.clock);
  }

  /** The message that counts as the same, if the topic took one in the last five minutes. */
  find(topic: Topic, fifo: FifoSettings, place: Place): Accepted | undefined {
    return this.#of(topic).find(keyOf(topic, fifo, place));
  }

  remember(topic: Topic, fifo: FifoSettings, place: Place, accepted: Accepted): void {
    this.#of(topic).remember(keyOf(topic, fifo, place), accepted);
  }

  /** Forgets what a topic was told: one that is made anew knows nothing of it. */
  forget(topic: Topic): void {
    this.#of(topic).clear((key) => JSON.parse(key)[0] === topic.name);
  }

  #of({ owner }: Topic): Deduplication {
    const known = this.#byOwner.get(owner);
    if (known) return known;
    const { clock, store } = this.#core;
    const made = new Deduplication(clock, store.collection(owner, REMEMBERED));
    this.#byOwner.set(owner, made);
    return made;
  }
}

const keyOf = ({ name }: Topic, { throughputScope }: FifoSettings, { groupId, deduplicationId }: Place) =>
  JSON.stringify([name, deduplicationId, ...(throughputScope === 'Topic' ? [] : [groupId])]);
