import { NotSentError } from '../../domain/dispatch.ts';
import { VendorRefusal } from '../../domain/refusal.ts';
import { Invocation, type Random, type VirtualTime } from './time.ts';

/** What goes wrong with functions and deliveries, and how often. */
export interface DeliveryFaults {
  /** A message is delivered once more, though it was taken. */
  duplicate: number;
  /** An invocation dies, at any time. */
  crash: number;
}

/** Where functions run. */
export interface Cloud {
  time: VirtualTime;
  random: Random;
  faults: DeliveryFaults;
  /** Errors of functions that are no refusal of the vendor or of Alexa: faults of the code. */
  failures: unknown[];
}

const DEDUPLICATION_MS = 5 * 60_000;
/** From the receiving of a message to the invocation for it. */
const INVOKE_MS = 50;
/** An invocation that dies does so within this time: what is done here seldom takes longer. */
const LIFE_MS = 400;

/** Runs a function once. Tells how it has ended: with success, with an error, or never. */
export function invoke(
  { time, random, faults, failures }: Cloud,
  timeoutMs: number,
  work: (invocation: Invocation) => Promise<void>,
  ended: (success: boolean) => void,
): void {
  const invocation = new Invocation(time, random);
  if (random() < faults.crash) time.after(random() * LIFE_MS, () => invocation.dies());
  time.after(timeoutMs, () => invocation.dies());
  work(invocation).then(
    () => invocation.isAlive && ended(true),
    (error) => {
      if (!(error instanceof VendorRefusal || error instanceof NotSentError)) failures.push(error);
      if (invocation.isAlive) ended(false);
    },
  );
}

export interface QueueOptions<Message> {
  fifo: boolean;
  delayMs?: number;
  /** The function's limit, and for how long its messages are nobody else's. */
  timeoutMs?: number;
  /** How often a message is received before it is set aside. */
  mostReceives?: number;
  work(message: Message, invocation: Invocation, turn: Turn): Promise<void>;
}

/** What a function knows of an attempt. */
export interface Turn {
  receiveCount: number;
  remainingMs(): number;
}

interface Waiting<Message> {
  message: Message;
  group: string;
  visibleAtMs: number;
  receives: number;
}

/** A queue of SQS, with the function that reads it, one message at a time: a line has batches of one (patterns/bricks.ts). */
export class Queue<Message> {
  /** What was received too often. */
  readonly setAside: Message[] = [];
  readonly #cloud: Cloud;
  readonly #options: Required<QueueOptions<Message>>;
  readonly #seen = new Map<string, number>();
  /** Of a FIFO queue: in order, whose first is being handled or waits. */
  readonly #groups = new Map<string, Waiting<Message>[]>();

  constructor(cloud: Cloud, options: QueueOptions<Message>) {
    this.#cloud = cloud;
    this.#options = { delayMs: 0, timeoutMs: 2000, mostReceives: 5, ...options };
  }

  /** Takes a message. A FIFO queue drops one whose id it has seen within five minutes. */
  send(
    message: Message,
    { id, group, delayMs = this.#options.delayMs }: { id: string; group: string; delayMs?: number },
  ) {
    const { time, random } = this.#cloud;
    const waiting = { message, group, visibleAtMs: time.nowMs + delayMs, receives: 0 };
    if (!this.#options.fifo) {
      const copies = random() < this.#cloud.faults.duplicate ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) this.#handle({ ...waiting }, () => {});
      return;
    }
    const seenAtMs = this.#seen.get(id);
    if (seenAtMs !== undefined && time.nowMs - seenAtMs < DEDUPLICATION_MS) return;
    this.#seen.set(id, time.nowMs);
    const line = this.#groups.get(group) ?? [];
    this.#groups.set(group, line);
    line.push(waiting);
    if (line.length === 1) this.#next(line);
  }

  #next(line: Waiting<Message>[]): void {
    const [first] = line;
    if (!first) return;
    this.#handle(first, () => {
      line.shift();
      this.#next(line);
    });
  }

  /** Has the function take a message, as often as it takes. */
  #handle(waiting: Waiting<Message>, gone: () => void): void {
    const { time, random, faults } = this.#cloud;
    const { timeoutMs, work, mostReceives } = this.#options;
    time.after(waiting.visibleAtMs - time.nowMs + random() * 10, () => {
      waiting.receives += 1;
      if (waiting.receives > mostReceives) {
        this.setAside.push(waiting.message);
        gone();
        return;
      }
      waiting.visibleAtMs = time.nowMs + timeoutMs;
      let isMine = true;
      const ended = (success: boolean) => {
        // What was handled may come again nevertheless: it was not deleted in time.
        if (!isMine || !success || random() < faults.duplicate) return;
        isMine = false;
        gone();
      };
      time.after(random() * INVOKE_MS, () => {
        const endsMs = time.nowMs + timeoutMs;
        const turn = { receiveCount: waiting.receives, remainingMs: () => endsMs - time.nowMs };
        const once = (invocation: Invocation) => work(waiting.message, invocation, turn);
        invoke(this.#cloud, timeoutMs, once, ended);
      });
      time.after(timeoutMs, () => {
        if (!isMine) return;
        // Whoever is still at work on it has lost it.
        isMine = false;
        this.#handle(waiting, gone);
      });
    });
  }
}
