import { arnOf } from '../core/arn.ts';
import type { Clock } from '../core/clock.ts';
import { type Accepted, Deduplication, type Remembered, sequenceNumbers } from '../core/deduplication.ts';
import { AwsError } from '../core/errors.ts';
import type { Collection } from '../core/store/index.ts';
import type { QueueSettings } from './attributes.ts';
import { invalidInput, invalidValue } from './errors.ts';
import { deduplicationKey } from './fifo.ts';
import { HeldMessages } from './held.ts';
import type { KeptMessage } from './kept.ts';
import type { StoredMessage } from './message.ts';
import { Attempts, handleOf, receiptIn } from './receipts.ts';
import { Waiting } from './waiting.ts';

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
/** What a queue is made with. */
export interface QueueParts {
  clock: Clock;
  newId: () => string;
  deadLetter: DeadLetter;
  /** Where its messages are kept; those that are there are in it from the start. */
  kept: Collection<KeptMessage>;
  /** What was sent to it in the last minutes, when it is a FIFO queue. */
  remembered: Collection<Remembered>;
  /** How many messages may be received and not yet deleted. Default: AWS's limit. */
  maxInFlight?: number;
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
  readonly #maxInFlight: number;
  readonly #messages: HeldMessages;
  readonly #nextSequenceNumber: () => string;
  #deduplication: Deduplication;
  readonly #attempts: Attempts;
  readonly #waiting: Waiting;

  constructor(name: string, settings: QueueSettings, parts: QueueParts) {
    const { clock, newId, kept, remembered } = parts;
    this.name = name;
    this.arn = arnOf('sqs', name);
    this.settings = settings;
    this.#clock = clock;
    this.#newId = newId;
    this.#deadLetter = parts.deadLetter;
    this.#maxInFlight = parts.maxInFlight ?? MAX_IN_FLIGHT;
    this.createdAtMs = clock.now();
    this.changedAtMs = this.createdAtMs;
    this.#messages = new HeldMessages({ clock, newId, kept, settings: () => this.settings });
    this.#nextSequenceNumber = sequenceNumbers(clock);
    this.#deduplication = new Deduplication(clock, remembered);
    this.#attempts = new Attempts(clock);
    this.#waiting = new Waiting({
      clock,
      hasVisible: () => this.hasVisible(),
      nextVisibleAtMs: () => this.#messages.nextVisibleAtMs,
    });
  }

  /** Whose state its messages are. */
  get owner(): string {
    return this.#messages.owner;
  }

  /** Takes a message, to be seen after `delayMs`; one that a FIFO queue has had already is not taken again. */
  send(message: StoredMessage, delayMs = 0): Accepted {
    const { fifo } = this.settings;
    const before = fifo && this.#deduplication.find(deduplicationKey(fifo, message));
    if (before) return before;
    this.put(message, delayMs);
    const { id, sequenceNumber } = message;
    const accepted = { id, ...(sequenceNumber !== undefined && { sequenceNumber }) };
    if (fifo) this.#deduplication.remember(deduplicationKey(fifo, message), accepted);
    return accepted;
  }

  /** Takes a message that another queue hands over, whatever was sent before. */
  put(message: StoredMessage, delayMs = 0): void {
    if (this.settings.fifo) message.sequenceNumber = this.#nextSequenceNumber();
    this.#messages.add(message, delayMs);
    this.#waiting.wake();
  }

  /** Gives up to `max` messages and hides them for the visibility timeout; waits for a first one up to `waitMs`. */
  async receive({ max, visibilityMs, waitMs, signal, attemptId }: ReceiveOptions): Promise<Received[]> {
    const hiddenMs = visibilityMs ?? this.settings.visibilitySeconds * 1000;
    const again = attemptId === undefined ? undefined : this.#givenBefore(attemptId, hiddenMs);
    if (again) return again;
    const take = () => this.#take(max, hiddenMs, attemptId);
    const taken = take();
    if (taken.length > 0 || waitMs <= 0 || signal?.aborted) return taken;
    return this.#waiting.poll(take, waitMs, signal);
  }

  /** Calls `wake` whenever there may be messages to receive, until the returned function is called. */
  follow(wake: () => void): () => void {
    return this.#waiting.follow(wake);
  }

  /** Whether a receive would find something now. */
  hasVisible(): boolean {
    return this.#messages.receivable()[Symbol.iterator]().next().done === false;
  }

  /**
   * Deletes the message of a receipt; a receipt that a later receive has replaced deletes nothing, as AWS allows.
   * Throws AwsError `ReceiptHandleIsInvalid`, `InvalidParameterValueException` where a FIFO queue has made the message visible again.
   */
  delete(receiptHandle: string): void {
    const receipt = receiptIn(receiptHandle, this.name);
    const returned = this.#messages.returned(receipt);
    const message = (this.#messages.inFlight(receipt) ?? returned)?.message;
    if (!message) return;
    if (this.settings.fifo && returned) {
      throw invalidValue('ReceiptHandle', receiptHandle, 'The receipt handle has expired');
    }
    this.#messages.remove(message, receipt);
    // The next one of its group may be received now.
    if (this.settings.fifo) this.#waiting.wake();
  }

  /**
   * Hides a message for another time from now on; one of a standard queue also when it is visible again, as long as nobody else
   * has received it. Throws AwsError `ReceiptHandleIsInvalid`, `MessageNotInflight`, `InvalidParameterValueException`.
   */
  changeVisibility(receiptHandle: string, visibilityMs: number): void {
    const receipt = receiptIn(receiptHandle, this.name);
    const returned = this.#messages.returned(receipt);
    if (returned && this.settings.fifo) {
      throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
    }
    const hidden = this.#messages.inFlight(receipt) ?? returned;
    if (!hidden) {
      const reason = 'Message does not exist or is not available for visibility timeout change';
      throw invalidValue('ReceiptHandle', receiptHandle, reason);
    }
    const visibleAtMs = this.#clock.now() + visibilityMs;
    if (visibleAtMs - (hidden.receivedAtMs ?? 0) > LONGEST_VISIBILITY_MS) {
      throw invalidInput(
        `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY_MS / 1000} seconds]`,
      );
    }
    this.#messages.hide(receipt, { ...hidden, visibleAtMs });
    this.#waiting.wake();
  }

  /** What a receive would choose from now; nothing is received. */
  visible(): Iterable<StoredMessage> {
    this.#messages.expire();
    return this.#messages.receivable();
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

  /** Ends it without a trace in what is kept. Who waits for a message gets none, or is told the `reason`. */
  close(reason?: AwsError): void {
    this.#waiting.close(reason);
  }

  /** Keeps all that it has elsewhere from now on, and leaves a copy where it was. */
  moveTo(kept: Collection<KeptMessage>, remembered: Collection<Remembered>): void {
    this.#messages.moveTo(kept);
    this.#deduplication = this.#deduplication.movedTo(remembered);
  }

  /** What an earlier receive with this id was given, hidden anew; undefined when any of it is not in flight any more. */
  #givenBefore(attemptId: string, visibilityMs: number): Received[] | undefined {
    const receipts = this.#attempts.receiptsOf(attemptId);
    const inFlight = receipts.flatMap((receipt) => {
      const hidden = this.#messages.inFlight(receipt);
      return hidden ? [{ receipt, hidden }] : [];
    });
    if (inFlight.length === 0 || inFlight.length < receipts.length) return undefined;
    const visibleAtMs = this.#clock.now() + visibilityMs;
    return inFlight.map(({ receipt, hidden }) => {
      this.#messages.hide(receipt, { ...hidden, visibleAtMs });
      return { message: { ...hidden.message }, receiptHandle: handleOf(this.name, receipt) };
    });
  }

  #take(max: number, visibilityMs: number, attemptId: string | undefined): Received[] {
    const next = this.#messages.receivable();
    if (this.#messages.inFlightCount >= this.#maxInFlight) return [];
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
      message.receivedHere = (message.receivedHere ?? 0) + 1;
      message.firstReceivedAtMs ??= nowMs;
      const receipt = this.#newId();
      this.#messages.hide(receipt, { message, visibleAtMs: nowMs + visibilityMs, receipt, receivedAtMs: nowMs });
      // What the receiver gets stays as it is now, whatever later receives count.
      received.push({ message: { ...message }, receiptHandle: handleOf(this.name, receipt) });
      receipts.push(receipt);
    }
    if (received.length > 0) this.#waiting.arm();
    if (attemptId !== undefined) this.#attempts.remember(attemptId, receipts);
    return received;
  }

  #goesToDeadLetters(message: StoredMessage): boolean {
    const limit = this.settings.redrive?.maxReceiveCount;
    // Not by all its receives: a dead letter would be dead at once in a queue that has dead letters too.
    return limit !== undefined && (message.receivedHere ?? 0) >= limit && this.#deadLetter(this, message);
  }
}
