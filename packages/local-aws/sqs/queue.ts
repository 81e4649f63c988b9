import { arnOf } from '../core/arn.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { AwsError } from '../core/errors.ts';
import type { Collection } from '../core/store/index.ts';
import type { QueueSettings } from './attributes.ts';
import { invalidValue, receiptHandleIsInvalid } from './errors.ts';
import { type Accepted, Deduplication, type Remembered, sequenceNumbers } from './fifo.ts';
import { HeldMessages } from './held.ts';
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
  /** Of a FIFO queue: the same id within five minutes gives the same messages and receipts, while they are in flight. */
  attemptId?: string;
}

/** Where messages go that were received too often: true when they were taken. */
export type DeadLetter = (queue: Queue, message: StoredMessage) => boolean;

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_IN_FLIGHT = 120_000;
const LONGEST_VISIBILITY_MS = 43_200_000;
/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html, ReceiveRequestAttemptId */
const ATTEMPT_MS = 300_000;

/** What a receive attempt was given. */
interface Attempt {
  atMs: number;
  receipts: readonly string[];
}

/** What a queue is made with. */
export interface QueueParts {
  clock: Clock;
  newId: () => string;
  deadLetter: DeadLetter;
  /** Where its messages are kept; those that are there are in it from the start. */
  kept: Collection<KeptMessage>;
  /** What was sent to it in the last minutes, when it is a FIFO queue. */
  remembered: Collection<Remembered>;
}

/**
 * A queue: at least once, in no order that may be relied on; or, when its settings have `fifo`, in order within each
 * message group, and what is sent twice is taken once.
 */
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
  readonly #messages: HeldMessages;
  readonly #nextSequenceNumber: () => string;
  #deduplication: Deduplication;
  /** The receipts that a receive attempt was given, by its id. */
  readonly #attempts = new Map<string, Attempt>();
  readonly #waiting = new Set<() => void>();
  /** Those who want to know whenever a message can be received. */
  readonly #followers = new Set<() => void>();
  #wakeUp: Timer | undefined;

  constructor(name: string, settings: QueueSettings, parts: QueueParts) {
    const { clock, newId, kept, remembered } = parts;
    this.name = name;
    this.arn = arnOf('sqs', name);
    this.settings = settings;
    this.#clock = clock;
    this.#newId = newId;
    this.#deadLetter = parts.deadLetter;
    this.createdAtMs = clock.now();
    this.changedAtMs = this.createdAtMs;
    this.#messages = new HeldMessages({ clock, newId, kept, settings: () => this.settings });
    this.#nextSequenceNumber = sequenceNumbers(clock);
    this.#deduplication = new Deduplication(clock, remembered);
  }

  /** Whose state its messages are. */
  get owner(): string {
    return this.#messages.owner;
  }

  /** Takes a message, to be seen after `delayMs`; one that a FIFO queue has had already is not taken again. */
  send(message: StoredMessage, delayMs = 0): Accepted {
    const { fifo } = this.settings;
    const before = fifo && this.#deduplication.find(fifo, message);
    if (before) return before;
    this.put(message, delayMs);
    const { id, sequenceNumber } = message;
    const accepted = { id, ...(sequenceNumber !== undefined && { sequenceNumber }) };
    if (fifo) this.#deduplication.remember(fifo, message, accepted);
    return accepted;
  }

  /** Takes a message that another queue hands over, whatever was sent before. */
  put(message: StoredMessage, delayMs = 0): void {
    if (this.settings.fifo) message.sequenceNumber = this.#nextSequenceNumber();
    this.#messages.add(message, delayMs);
    this.#wake();
  }

  /** Gives up to `max` messages and hides them for the visibility timeout; waits for a first one up to `waitMs`. */
  async receive({ max, visibilityMs, waitMs, signal, attemptId }: ReceiveOptions): Promise<Received[]> {
    const hiddenMs = visibilityMs ?? this.settings.visibilitySeconds * 1000;
    const again = attemptId === undefined ? undefined : this.#givenBefore(attemptId, hiddenMs);
    if (again) return again;
    const take = () => this.#take(max, hiddenMs, attemptId);
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
    return this.#messages.receivable()[Symbol.iterator]().next().done === false;
  }

  /**
   * Deletes the message of a receipt; a receipt that a later receive has replaced deletes nothing, as AWS allows.
   * Throws AwsError `ReceiptHandleIsInvalid`, `InvalidParameterValue` where a FIFO queue has made the message visible again.
   */
  delete(receiptHandle: string): void {
    const receipt = this.#receiptIn(receiptHandle);
    const message = this.#messages.inFlight(receipt)?.message ?? this.#messages.returned(receipt);
    if (!message) return;
    if (this.settings.fifo && this.#messages.returned(receipt)) {
      throw invalidValue('ReceiptHandle', receiptHandle, 'The receipt handle has expired');
    }
    this.#messages.remove(message, receipt);
    // The next one of its group may be received now.
    if (this.settings.fifo) this.#wake();
  }

  /** Throws AwsError `ReceiptHandleIsInvalid`, `MessageNotInflight`, `InvalidParameterValue`. */
  changeVisibility(receiptHandle: string, visibilityMs: number): void {
    const receipt = this.#receiptIn(receiptHandle);
    const hidden = this.#messages.inFlight(receipt);
    if (!hidden && this.#messages.returned(receipt)) {
      throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
    }
    if (!hidden) {
      const reason = 'Message does not exist or is not available for visibility timeout change';
      throw invalidValue('ReceiptHandle', receiptHandle, reason);
    }
    const visibleAtMs = this.#clock.now() + visibilityMs;
    if (visibleAtMs - (hidden.receivedAtMs ?? 0) > LONGEST_VISIBILITY_MS) {
      throw new AwsError(
        'InvalidParameterValue',
        `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY_MS / 1000} seconds]`,
      );
    }
    this.#messages.hide(receipt, { ...hidden, visibleAtMs });
    this.#wake();
  }

  /** How many messages there are of each kind. */
  counts(): { visible: number; inFlight: number; delayed: number } {
    return this.#messages.counts();
  }

  /** Takes the next visible message out for good once `take` says that it has it; undefined when there is none. */
  takeOut(take: (message: StoredMessage) => boolean): boolean | undefined {
    this.#messages.expire();
    const [message] = this.#messages.receivable();
    if (!message) return undefined;
    const isTaken = take(message);
    if (isTaken) this.#messages.remove(message);
    return isTaken;
  }

  purge(): void {
    this.#messages.clear();
    this.#deduplication.clear();
    this.purgedAtMs = this.#clock.now();
  }

  /** Ends it without a trace in what is kept. */
  close(): void {
    this.#wakeUp?.cancel();
  }

  /** Keeps all that it has elsewhere from now on, and leaves a copy where it was. */
  moveTo(kept: Collection<KeptMessage>, remembered: Collection<Remembered>): void {
    this.#messages.moveTo(kept);
    this.#deduplication = this.#deduplication.movedTo(remembered);
  }

  /** What an earlier receive with this id was given, hidden anew; undefined when any of it is not in flight any more. */
  #givenBefore(attemptId: string, visibilityMs: number): Received[] | undefined {
    const nowMs = this.#clock.now();
    for (const [id, { atMs }] of this.#attempts) if (atMs + ATTEMPT_MS <= nowMs) this.#attempts.delete(id);
    const receipts = this.#attempts.get(attemptId)?.receipts ?? [];
    const inFlight = receipts.flatMap((receipt) => {
      const hidden = this.#messages.inFlight(receipt);
      return hidden ? [{ receipt, hidden }] : [];
    });
    if (inFlight.length === 0 || inFlight.length < receipts.length) return undefined;
    return inFlight.map(({ receipt, hidden }) => {
      this.#messages.hide(receipt, { ...hidden, visibleAtMs: nowMs + visibilityMs });
      return { message: { ...hidden.message }, receiptHandle: this.#handleOf(receipt) };
    });
  }

  #take(max: number, visibilityMs: number, attemptId: string | undefined): Received[] {
    const next = this.#messages.receivable();
    if (this.#messages.hiddenCount >= MAX_IN_FLIGHT) return [];
    const nowMs = this.#clock.now();
    const received: Received[] = [];
    const receipts: string[] = [];
    for (const message of next) {
      if (received.length >= max) break;
      if (this.#messages.isExpired(message) || this.#goesToDeadLetters(message)) {
        this.#messages.remove(message);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAtMs ??= nowMs;
      const receipt = this.#newId();
      this.#messages.hide(receipt, { message, visibleAtMs: nowMs + visibilityMs, receipt, receivedAtMs: nowMs });
      // What the receiver gets stays as it is now, whatever later receives count.
      received.push({ message: { ...message }, receiptHandle: this.#handleOf(receipt) });
      receipts.push(receipt);
    }
    if (received.length > 0 && this.#followers.size > 0) this.#armWakeUp();
    if (attemptId !== undefined) this.#attempts.set(attemptId, { atMs: nowMs, receipts });
    return received;
  }

  #goesToDeadLetters(message: StoredMessage): boolean {
    const limit = this.settings.redrive?.maxReceiveCount;
    return limit !== undefined && message.receiveCount >= limit && this.#deadLetter(this, message);
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
    const { nextVisibleAtMs } = this.#messages;
    if (this.#waiting.size + this.#followers.size > 0 && nextVisibleAtMs < Number.POSITIVE_INFINITY) {
      this.#wakeUp = this.#clock.at(nextVisibleAtMs, () => this.#wake());
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
