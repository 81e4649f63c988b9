import { isDeepStrictEqual } from 'node:util';
import { LOCAL_ACCOUNT, nameFromArn } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import type { Hop } from '../core/journal.ts';
import type { PolicyDocument } from '../core/service.ts';
import { ACCOUNT, type Owner } from '../core/store/index.ts';
import { traceRoot } from '../core/trace.ts';
import { DEFAULT_SETTINGS, type QueueSettings, withAttributes } from './attributes.ts';
import { invalidInput, invalidValue, queueDoesNotExist } from './errors.ts';
import { DEFAULT_FIFO } from './fifo.ts';
import { KeptQueues } from './kept.ts';
import type { StoredMessage } from './message.ts';
import { Queue } from './queue.ts';

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}$/;
const FIFO_NAME = /^(?=.{1,80}$)[A-Za-z0-9_-]+\.fifo$/;

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
const DELETED_MS = 60_000;

/** Somebody who wants to know when there may be something to receive from a queue. */
interface Follower {
  wake(): void;
  /** Ends it for the queue that is there now. */
  unfollow?: (() => void) | undefined;
}

/** All queues. */
export class Queues {
  readonly #core: Core;
  readonly #kept: KeptQueues;
  readonly #byName = new Map<string, Queue>();
  /** When queues were deleted, by name. */
  readonly #deletedAtMs = new Map<string, number>();
  /** Who follows queues, by their names: longer than the queues themselves are there. */
  readonly #followers = new Map<string, Set<Follower>>();

  /** Those that were kept are there again, with their messages. */
  constructor(core: Core) {
    this.#core = core;
    this.#kept = new KeptQueues(core.store);
    for (const { owner, name, kept } of this.#kept.all()) {
      this.#byName.set(name, Object.assign(this.#made(owner, name), kept));
    }
  }

  /** In the order of their creation. */
  all(): Queue[] {
    return [...this.#byName.values()];
  }

  find(name: string): Queue | undefined {
    return this.#byName.get(name);
  }

  findByArn(arn: string): Queue | undefined {
    const queue = this.#byName.get(nameFromArn(arn));
    return queue?.arn === arn ? queue : undefined;
  }

  /** Throws AwsError `QueueDoesNotExist`. */
  byArn(arn: string): Queue {
    const queue = this.findByArn(arn);
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  /**
   * Calls `wake` whenever there may be messages to receive from the queue, until the returned function is called; also from
   * one that is made under this name later.
   */
  follow(arn: string, wake: () => void): () => void {
    const name = nameFromArn(arn);
    const follower: Follower = { wake, unfollow: this.findByArn(arn)?.follow(wake) };
    const followers = this.#followers.get(name) ?? new Set();
    this.#followers.set(name, followers.add(follower));
    return () => {
      follower.unfollow?.();
      followers.delete(follower);
      if (followers.size === 0) this.#followers.delete(name);
    };
  }

  /** The queue of an address; only its path counts, so that an address from another port still works. Throws AwsError. */
  byUrl(url: string): Queue {
    const queue = this.#byName.get(nameInUrl(url));
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  /** The address at which the queue is reached, by who reaches local-aws at `endpoint`. */
  urlOf({ name }: Pick<Queue, 'name'>, endpoint = this.#core.endpoint()): string {
    return `${endpoint}/${LOCAL_ACCOUNT}/${name}`;
  }

  /** Makes a queue, of a stack or of none. Throws AwsError. */
  create(name: string, attributes: Record<string, string>, owner: Owner = ACCOUNT): Queue {
    const isFifo = attributes.FifoQueue === 'true';
    if (!(isFifo ? FIFO_NAME : QUEUE_NAME).test(name)) throw badName(isFifo);
    if (this.#byName.has(name)) {
      throw new AwsError('QueueNameExists', `A queue named '${name}' exists already.`);
    }
    this.#checkDeletedBefore(name);
    const queue = this.#made(owner, name);
    const { DeduplicationScope: scope } = attributes;
    const deduplicatesIn = scope === 'messageGroup' ? scope : 'queue';
    this.change(queue, attributes, {
      ...DEFAULT_SETTINGS,
      ...(isFifo && { fifo: { ...DEFAULT_FIFO, deduplicatesIn } }),
    });
    this.#byName.set(name, queue);
    for (const follower of this.#followers.get(name) ?? []) follower.unfollow = queue.follow(follower.wake);
    return queue;
  }

  #made(owner: Owner, name: string): Queue {
    const { clock, newId } = this.#core;
    const kept = this.#kept.messages(owner, name);
    const remembered = this.#kept.remembered(owner, name);
    return new Queue(name, DEFAULT_SETTINGS, { clock, newId, deadLetter: this.#deadLetter, kept, remembered });
  }

  /** Changes attributes, all of them or none. Throws AwsError. */
  change(queue: Queue, attributes: Record<string, string>, base: QueueSettings = queue.settings): void {
    const settings = withAttributes(base, attributes);
    if (attributes.RedrivePolicy) this.#checkRedrive(queue, settings, attributes.RedrivePolicy);
    // What a stack takes over as it was is not changed by it.
    if (this.#byName.has(queue.name) && isDeepStrictEqual(queue.settings, settings)) return;
    queue.settings = settings;
    queue.changedAtMs = this.#core.clock.now();
    this.#save(queue);
  }

  /** Sets what the queue lets others do. */
  setPolicy(queue: Queue, policy: PolicyDocument): void {
    queue.settings = { ...queue.settings, policy };
    this.#save(queue);
  }

  /** Removes a queue as `DeleteQueue` does: its name is not free at once. */
  delete({ name }: Queue): void {
    this.remove(name);
    this.#deletedAtMs.set(name, this.#core.clock.now());
  }

  #checkDeletedBefore(name: string): void {
    const nowMs = this.#core.clock.now();
    for (const [other, atMs] of this.#deletedAtMs) if (atMs + DELETED_MS <= nowMs) this.#deletedAtMs.delete(other);
    if (!this.#deletedAtMs.has(name)) return;
    throw new AwsError(
      'QueueDeletedRecently',
      `You must wait ${DELETED_MS / 1000} seconds after deleting a queue before you can create another with the same name.`,
    );
  }

  /**
   * Removes a queue as CloudFormation does, which waits until the name is free again. Does nothing when the queue is not there.
   */
  remove(name: string): void {
    const queue = this.#byName.get(name);
    if (!queue) return;
    queue.close(queueDoesNotExist());
    this.#byName.delete(name);
    this.#kept.forget(queue.owner, name);
  }

  /** Gives a stack's queue to the account, where it outlives the stack. */
  async retain(queue: Queue): Promise<void> {
    const { name, owner } = queue;
    if (owner === ACCOUNT) return;
    queue.moveTo(this.#kept.messages(ACCOUNT, name), this.#kept.remembered(ACCOUNT, name));
    this.#save(queue);
    // Only what is safe in the one place goes from the other.
    await this.#kept.settled();
    this.#kept.forget(owner, name);
  }

  #save({ owner, name, settings, createdAtMs, changedAtMs }: Queue): void {
    this.#kept.save(owner, name, { settings, createdAtMs, changedAtMs });
  }

  /** The queues whose dead letters go to this one. */
  sourcesOf(deadLetterQueue: Queue): Queue[] {
    return this.all().filter(({ settings }) => settings.redrive?.deadLetterTargetArn === deadLetterQueue.arn);
  }

  #checkRedrive(queue: Queue, settings: QueueSettings, text: string): void {
    const { redrive } = settings;
    if (!redrive) return;
    const target = this.findByArn(redrive.deadLetterTargetArn);
    if (!target) throw invalidValue('RedrivePolicy', text, 'Dead letter target does not exist');
    if ((target.settings.fifo === undefined) !== (settings.fifo === undefined)) {
      throw invalidValue('RedrivePolicy', text, 'Dead-letter queue must be same type of queue as the source');
    }
    if (!allowsDeadLettersOf(target, queue)) {
      throw invalidValue(
        'RedrivePolicy',
        text,
        `The RedriveAllowPolicy of ${target.name} does not let ${queue.name} use it`,
      );
    }
  }

  /** Moves a message that was received too often. Where the dead-letter queue is gone or shut it stays, as on AWS. */
  readonly #deadLetter = (queue: Queue, message: StoredMessage): boolean => {
    const target = this.findByArn(queue.settings.redrive?.deadLetterTargetArn ?? '');
    if (!target || !allowsDeadLettersOf(target, queue)) return false;
    const traceId = traceRoot(message.traceHeader);
    const hop: Hop = {
      kind: 'dead-letter',
      service: 'sqs',
      action: 'maxReceiveCount',
      from: queue.arn,
      to: target.arn,
      outcome: 'ok',
      ...(message.correlationId !== undefined && { correlationId: message.correlationId }),
      ...(traceId !== undefined && { traceId }),
      detail: { messageId: message.id, receiveCount: message.receiveCount, reason: 'maxReceiveCount' },
    };
    this.#core.journal.record(hop, { said: message.body, attributes: message.attributes });
    // As on AWS the count of its receives goes on.
    this.handOver({ ...message, deadLetterSourceArn: queue.arn }, queue, target);
    return true;
  };

  /**
   * Gives a message of one queue to another, which has not had it before, and where it is safe before the caller takes it out
   * of the first.
   */
  handOver(
    { firstReceivedAtMs: _first, receivedHere: _count, ...message }: StoredMessage,
    from: Queue,
    to: Queue,
  ): void {
    to.put(message);
    if (to.owner !== from.owner) this.#kept.commit(to.owner);
  }
}

function allowsDeadLettersOf({ settings }: Queue, source: Queue): boolean {
  const { redrivePermission, sourceQueueArns } = settings.redriveAllow ?? { redrivePermission: 'allowAll' };
  return redrivePermission === 'allowAll' || (sourceQueueArns?.includes(source.arn) ?? false);
}

const badName = (isFifo: boolean) =>
  invalidInput(
    isFifo
      ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length'
      : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  );

/** The queue's name in its address, which may be the name alone. Throws AwsError `InvalidAddress` when it is none. */
export function nameInUrl(url: string): string {
  if (QUEUE_NAME.test(url) || FIFO_NAME.test(url)) return url;
  const path = URL.canParse(url) ? new URL(url).pathname.split('/') : [];
  const [, account, name, ...rest] = path;
  if (account !== LOCAL_ACCOUNT || !name || rest.length > 0) {
    throw new AwsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`, { status: 404 });
  }
  return name;
}
