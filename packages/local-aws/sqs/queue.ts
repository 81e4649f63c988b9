import { arnOf } from '../core/arn.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { AwsError } from '../core/errors.ts';
import type { Collection } from '../core/store/index.ts';
import type { QueueSettings } from './attributes.ts';
import { receiptHandleIsInvalid } from './errors.ts';
import type { KeptMessage } from './kept.ts';
import type { StoredMessage } from './message.ts';

/** A message as a receiver gets it. */
export interface Received {
  message: StoredMessage;
  receiptHandle: string;
}

/** What a receiver asks for. */
export interface ReceiveOptions {
  /** At the most this many messages. */
  max: number;
  /** Default: the queue's own. */
  visibilityMs?: number;
  /** How long to wait for a first message, in milliseconds. */
  waitMs: number;
  /** Ends the waiting. */
  signal?: AbortSignal;
}

/** A message that is not to be seen: sent with a delay (it has no receipt then), or received and not yet deleted. */
type Hidden = KeptMessage & { visibleAtMs: number };

/** Where messages go that were received too often: true when they were taken. */
export type DeadLetter = (queue: Queue, message: StoredMessage) => boolean;

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_IN_FLIGHT = 120_000;
const LONGEST_VISIBILITY_MS = 43_200_000;
/** Digits of the keys under which messages are kept, so that they sort by number. */
const KEY_DIGITS = 16;

/** What a queue is made with. */
export interface QueueParts {
  clock: Clock;
  newId: () => string;
  deadLetter: DeadLetter;
  /** Where its messages are kept; those that are there are in it from the start. */
  kept: Collection<KeptMessage>;
}

/** A standard queue: at least once, in no order that may be relied on. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  createdAtMs: number;
  changedAtMs: number;
  settings: QueueSettings;
  purgedAtMs: number | undefined;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #deadLetter: DeadLetter;
  #kept: Collection<KeptMessage>;
  /** Under which key each message is kept. */
  readonly #keyOf = new WeakMap<StoredMessage, string>();
  #nextKey = 1;
  readonly #ready = new Set<StoredMessage>();
  /** By receipt for messages in flight, by a key of its own for delayed ones. */
  readonly #hidden = new Map<string, Hidden>();
  /** Messages that are visible again, by their latest receipt: with it they can still be deleted. */
  readonly #returned = new Map<string, StoredMessage>();
  readonly #receiptOf = new WeakMap<StoredMessage, string>();
  /** No hidden message becomes visible before this. */
  #nextVisibleAtMs = Number.POSITIVE_INFINITY;
  readonly #waiting = new Set<() => void>();
  /** Those who want to know whenever a message can be received. */
  readonly #followers = new Set<() => void>();
  #wakeUp: Timer | undefined;

  constructor(name: string, settings: QueueSettings, parts: QueueParts) {
    this.name = name;
    this.arn = arnOf('sqs', name);
    this.settings = settings;
    this.#clock = parts.clock;
    this.#newId = parts.newId;
    this.#deadLetter = parts.deadLetter;
    this.createdAtMs = this.#clock.now();
    this.changedAtMs = this.createdAtMs;
    this.#kept = parts.kept;
    for (const [key, kept] of this.#kept.entries()) this.#takeBack(key, kept);
  }

  /** Whose state its messages are. */
  get owner(): string {
    return this.#kept.owner;
  }

  /** Takes a message, to be seen after `delayMs`. */
  send(message: StoredMessage, delayMs = 0): void {
    this.#keyOf.set(message, String(this.#nextKey).padStart(KEY_DIGITS, '0'));
    this.#nextKey += 1;
    if (delayMs > 0) this.#hide(this.#newId(), { message, visibleAtMs: this.#clock.now() + delayMs });
    else {
      this.#ready.add(message);
      this.#keep({ message });
    }
    this.#wake();
  }

  /** Gives up to `max` messages and hides them for the visibility timeout; waits for a first one up to `waitMs`. */
  async receive({ max, visibilityMs, waitMs, signal }: ReceiveOptions): Promise<Received[]> {
    const take = () => this.#take(max, visibilityMs ?? this.settings.visibilitySeconds * 1000);
    const taken = take();
    if (taken.length > 0 || waitMs <= 0 || signal?.aborted) return taken;
    return new Promise((resolve) => {
      const finish = (received: Received[]) => {
        timer.cancel();
        this.#waiting.delete(look);
        signal?.removeEventListener('abort', giveUp);
        resolve(received);
      };
      const look = () => {
        const received = take();
        if (received.length > 0) finish(received);
      };
      const giveUp = () => finish([]);
      const timer = this.#clock.at(this.#clock.now() + waitMs, giveUp);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(look);
      this.#wake();
    });
  }

  /** Calls `wake` whenever there may be messages to receive, until the returned function is called. */
  follow(wake: () => void): () => void {
    this.#followers.add(wake);
    this.#armWakeUp();
    return () => this.#followers.delete(wake);
  }

  /** Whether a receive would find something now. */
  hasVisible(): boolean {
    this.#promote();
    return this.#ready.size > 0;
  }

  /** Deletes the message of a receipt; a receipt that a later receive has replaced deletes nothing, as AWS allows. */
  delete(receiptHandle: string): void {
    const receipt = this.#receiptIn(receiptHandle);
    const returned = this.#returned.get(receipt);
    const message = returned ?? this.#hidden.get(receipt)?.message;
    if (returned) this.#leave(returned);
    this.#hidden.delete(receipt);
    if (message) this.#forget(message);
  }

  /** Throws AwsError `ReceiptHandleIsInvalid`, `MessageNotInflight`, `InvalidParameterValue`. */
  changeVisibility(receiptHandle: string, visibilityMs: number): void {
    this.#promote();
    const receipt = this.#receiptIn(receiptHandle);
    const hidden = this.#hidden.get(receipt);
    if (!hidden) throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
    const visibleAtMs = this.#clock.now() + visibilityMs;
    if (visibleAtMs - (hidden.receivedAtMs ?? 0) > LONGEST_VISIBILITY_MS) {
      throw new AwsError(
        'InvalidParameterValue',
        `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY_MS / 1000} seconds]`,
      );
    }
    this.#hide(receipt, { ...hidden, visibleAtMs });
    this.#wake();
  }

  /** How many messages there are of each kind. */
  counts(): { visible: number; inFlight: number; delayed: number } {
    this.#promote();
    this.#expire();
    let inFlight = 0;
    for (const { receipt } of this.#hidden.values()) if (receipt !== undefined) inFlight += 1;
    return { visible: this.#ready.size, inFlight, delayed: this.#hidden.size - inFlight };
  }

  /** Takes one visible message out for good; undefined when there is none. */
  takeOut(): StoredMessage | undefined {
    this.#promote();
    this.#expire();
    const [message] = this.#ready;
    if (message) {
      this.#leave(message);
      this.#forget(message);
    }
    return message;
  }

  purge(): void {
    for (const message of this.#ready) this.#forget(message);
    for (const { message } of this.#hidden.values()) this.#forget(message);
    this.#ready.clear();
    this.#hidden.clear();
    this.#returned.clear();
    this.purgedAtMs = this.#clock.now();
  }

  /** Ends it without a trace in what is kept. */
  close(): void {
    this.#wakeUp?.cancel();
  }

  /** Keeps its messages elsewhere from now on, and leaves a copy where they were. */
  moveTo(kept: Collection<KeptMessage>): void {
    for (const [key, message] of this.#kept.entries()) kept.put(key, message);
    this.#kept = kept;
  }

  #take(max: number, visibilityMs: number): Received[] {
    this.#promote();
    if (this.#hidden.size >= MAX_IN_FLIGHT) return [];
    const nowMs = this.#clock.now();
    const received: Received[] = [];
    for (const message of this.#ready) {
      if (received.length >= max) break;
      this.#leave(message);
      if (this.#isExpired(message) || this.#goesToDeadLetters(message)) {
        this.#forget(message);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAtMs ??= nowMs;
      const receipt = this.#newId();
      this.#hide(receipt, { message, visibleAtMs: nowMs + visibilityMs, receipt, receivedAtMs: nowMs });
      // What the receiver gets stays as it is now, whatever later receives count.
      received.push({ message: { ...message }, receiptHandle: this.#handleOf(receipt) });
    }
    if (received.length > 0 && this.#followers.size > 0) this.#armWakeUp();
    return received;
  }

  #goesToDeadLetters(message: StoredMessage): boolean {
    const limit = this.settings.redrive?.maxReceiveCount;
    return limit !== undefined && message.receiveCount >= limit && this.#deadLetter(this, message);
  }

  #keep(kept: KeptMessage): void {
    this.#kept.put(this.#keyOf.get(kept.message) ?? '', kept);
  }

  #forget(message: StoredMessage): void {
    this.#kept.delete(this.#keyOf.get(message) ?? '');
  }

  /** A message of an earlier run. What it waited for may have come about meanwhile. */
  #takeBack(key: string, kept: KeptMessage): void {
    const { message, visibleAtMs, receipt } = kept;
    this.#keyOf.set(message, key);
    this.#nextKey = Number(key) + 1;
    if (visibleAtMs === undefined) this.#ready.add(message);
    else {
      this.#hidden.set(receipt ?? this.#newId(), { ...kept, visibleAtMs });
      this.#nextVisibleAtMs = Math.min(this.#nextVisibleAtMs, visibleAtMs);
    }
  }

  #hide(key: string, hidden: Hidden): void {
    this.#keep(hidden);
    this.#hidden.set(key, hidden);
    this.#nextVisibleAtMs = Math.min(this.#nextVisibleAtMs, hidden.visibleAtMs);
  }

  /** Moves what has become visible to the others. */
  #promote(): void {
    const nowMs = this.#clock.now();
    if (nowMs < this.#nextVisibleAtMs) return;
    let next = Number.POSITIVE_INFINITY;
    for (const [key, { message, visibleAtMs, receipt }] of this.#hidden) {
      if (visibleAtMs > nowMs) {
        next = Math.min(next, visibleAtMs);
        continue;
      }
      this.#hidden.delete(key);
      this.#ready.add(message);
      if (receipt !== undefined) {
        this.#returned.set(receipt, message);
        this.#receiptOf.set(message, receipt);
      }
    }
    this.#nextVisibleAtMs = next;
  }

  /** Takes a message from those that are visible. */
  #leave(message: StoredMessage): void {
    this.#ready.delete(message);
    this.#returned.delete(this.#receiptOf.get(message) ?? '');
  }

  #expire(): void {
    for (const message of this.#ready) {
      if (!this.#isExpired(message)) continue;
      this.#leave(message);
      this.#forget(message);
    }
    for (const [key, { message }] of this.#hidden) {
      if (!this.#isExpired(message)) continue;
      this.#hidden.delete(key);
      this.#forget(message);
    }
  }

  #isExpired({ sentAtMs }: StoredMessage): boolean {
    return sentAtMs + this.settings.retentionSeconds * 1000 <= this.#clock.now();
  }

  /** Lets those look who wait for messages, now and when the next hidden one becomes visible. */
  #wake(): void {
    for (const look of [...this.#waiting]) look();
    if (this.#followers.size > 0 && this.hasVisible()) for (const wake of [...this.#followers]) wake();
    this.#armWakeUp();
  }

  /** There is a timer only while somebody waits and something is hidden. */
  #armWakeUp(): void {
    this.#wakeUp?.cancel();
    this.#wakeUp = undefined;
    if (this.#waiting.size + this.#followers.size > 0 && this.#nextVisibleAtMs < Number.POSITIVE_INFINITY) {
      this.#wakeUp = this.#clock.at(this.#nextVisibleAtMs, () => this.#wake());
    }
  }

  #handleOf(receipt: string): string {
    return Buffer.from(`${this.name} ${receipt}`).toString('base64');
  }

  #receiptIn(handle: string): string {
    const [name, receipt] = Buffer.from(handle, 'base64').toString().split(' ');
    if (name !== this.name || !receipt) throw receiptHandleIsInvalid(handle);
    return receipt;
  }
}
