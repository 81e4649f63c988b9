import { z } from 'zod';
import type { Asked, Carried } from './carried.ts';
import { createCarrier } from './carrier.ts';
import type { Timer } from './clock.ts';
import type { Core, Delivery } from './cloud.ts';
import { AwsError, asError, PassingError } from './errors.ts';
import type { FaultChain, FaultMarks } from './faults.ts';
import type { Hop } from './journal.ts';
import { type Kind, kind, type Owner } from './store/index.ts';

/** A message that a service has taken and not yet brought to its target. All of it is JSON: it is kept until it arrives. */
export interface UnderWay<Item> {
  id: string;
  owner: Owner;
  item: Item;
  /** When it was taken, in milliseconds since the epoch. */
  sinceMs: number;
  /** Tries that have failed. */
  tries: number;
  /** When it is tried next, in milliseconds since the epoch. */
  dueMs: number;
  /** What the fault plan did to it. */
  marks?: FaultMarks;
}

/** The deliveries of one service as they are kept; `item` is what it must find in what it delivers. */
export function deliveriesOf<Item>(service: string, item: z.ZodType): Kind<UnderWay<Item>> {
  const shape = { id: z.string(), owner: z.string(), tries: z.number(), sinceMs: z.number(), dueMs: z.number() };
  return kind(`${service}/deliveries`, z.looseObject({ ...shape, item }));
}

/** What follows a failed try: another one after a pause, or nothing, and why. */
export type Verdict = { pauseMs: number } | { over: string };

/**
 * How one service delivers. The engine does the rest: it keeps what is under way, tries, waits, tries again and gives up.
 * `Failure` is what a try can fail with.
 */
export interface DeliveryRules<Item, Failure> {
  /** The service's id. */
  service: string;
  /** Where the messages are kept: `deliveriesOf`. */
  kept: Kind<UnderWay<Item>>;
  /** ARN of the target, where the fault plan may duplicate, delay and reorder on the way to it. */
  targetOf?(item: Item): string;
  /**
   * The line in which it stands, where order counts: the next one is tried when this one has arrived or was given up, the smaller
   * place first. The fault plan lets lines alone: what keeps the order comes once, too.
   */
  lineOf?(item: Item): { name: string; place: string } | undefined;
  /** What it belongs to, for the hops of its faults. */
  chainOf?(item: Item): FaultChain;
  /** Whose state it is part of: the stack of the topic, rule or function. */
  ownerOf(item: Item): Owner;
  /** Whether it still has somewhere to go. A message whose subscription, rule or function was removed is forgotten. */
  isWanted(item: Item): boolean;
  /** Tries once, and writes that down in the journal. Undefined: it has arrived. What it changes in the item is kept. */
  attempt(sent: UnderWay<Item>): Promise<Failure | undefined>;
  /** What follows a failure; `sent.tries` counts it already. */
  next(sent: UnderWay<Item>, failure: Failure): Verdict;
  /** The last failure: sends the message to where dead letters go, and writes that down. `why` is what `next` said. */
  giveUp(sent: UnderWay<Item>, failure: Failure, why: string): Promise<void>;
}

/** The deliveries of one service. */
export interface Deliveries<Item> {
  /** Takes a message; it is brought to its target in the background (`clock.idle()` waits for the first try). */
  take(item: Item): void;
  /** Tries those that wait at once, of which `which` says so. */
  wake(which: (item: Item) => boolean): void;
  /** Goes on with what an earlier run has left, once the targets are there again. What nobody wants yet stays as it is. */
  resume(): void;
}

/** Makes the deliveries of one service. */
export function createDeliveries<Item, Failure>(
  core: Pick<Core, 'clock' | 'faults' | 'newId' | 'store'>,
  rules: DeliveryRules<Item, Failure>,
): Deliveries<Item> {
  const { clock, store } = core;
  const keptBy = (owner: Owner) => store.collection(owner, rules.kept);
  const carrier = createCarrier(core);
  const waiting = new Map<string, { sent: UnderWay<Item>; timer: Timer }>();
  /** Who stands in line behind the one that is under way, by the line's name. */
  const lines = new Map<string, UnderWay<Item>[]>();

  /** Where its owner has gone meanwhile there must be no write, which would bring the owner's file back. */
  const forget = ({ owner, id, item }: UnderWay<Item>) => {
    // To look is to commit: only what is not wanted any more is looked for.
    if (rules.isWanted(item) || keptBy(owner).get(id)) keptBy(owner).delete(id);
  };

  /** It is over: the next one in its line may go. */
  const end = (sent: UnderWay<Item>) => {
    try {
      forget(sent);
    } finally {
      const line = rules.lineOf?.(sent.item);
      const next = line && lines.get(line.name)?.shift();
      if (next) begin(next);
      else if (line) lines.delete(line.name);
    }
  };

  /** Goes at once, or when those before it in its line are over. */
  const queueUp = (sent: UnderWay<Item>, go: () => void) => {
    const line = rules.lineOf?.(sent.item);
    const others = line && lines.get(line.name);
    if (others) return void others.push(sent);
    if (line) lines.set(line.name, []);
    go();
  };

  /** Tries until it has arrived, must wait or is given up. */
  const run = async (sent: UnderWay<Item>): Promise<void> => {
    while (rules.isWanted(sent.item)) {
      const failure = await rules.attempt(sent);
      if (failure === undefined) return end(sent);
      if (!rules.isWanted(sent.item)) break;
      sent.tries += 1;
      const verdict = rules.next(sent, failure);
      if ('over' in verdict) {
        await rules.giveUp(sent, failure, verdict.over);
        return end(sent);
      }
      if (verdict.pauseMs > 0) {
        sent.dueMs = clock.now() + verdict.pauseMs;
        keptBy(sent.owner).put(sent.id, sent);
        return wait(sent);
      }
    }
    end(sent);
  };

  const wait = (sent: UnderWay<Item>) => {
    const timer = clock.at(sent.dueMs, () => {
      waiting.delete(sent.id);
      return run(sent);
    });
    waiting.set(sent.id, { sent, timer });
  };

  const begin = (sent: UnderWay<Item>) => clock.run(`a delivery of ${rules.service}`, () => run(sent));

  /** The sender's answer goes out first, as a carrier has it. */
  const soon = (sent: UnderWay<Item>) =>
    clock.run(`a delivery of ${rules.service}`, async () => {
      await new Promise<void>((resume) => setImmediate(resume));
      await run(sent);
    });

  return {
    take(item) {
      const nowMs = clock.now();
      const sent: UnderWay<Item> = {
        id: core.newId(),
        owner: rules.ownerOf(item),
        item,
        sinceMs: nowMs,
        tries: 0,
        dueMs: nowMs,
      };
      keptBy(sent.owner).put(sent.id, sent);
      const target = rules.targetOf?.(item);
      if (rules.lineOf?.(item)) return queueUp(sent, () => soon(sent));
      if (target === undefined) return begin(sent);
      const bringIt = (marks: FaultMarks) => {
        if (marks.copy === undefined) return run(Object.assign(sent, { marks }));
        // A copy that the fault plan adds has retries of its own.
        return run({ ...sent, id: core.newId(), tries: 0, marks });
      };
      carrier.carry(rules.service, target, bringIt, rules.chainOf?.(item));
    },
    wake(which) {
      for (const { sent, timer } of [...waiting.values()]) {
        if (!which(sent.item)) continue;
        timer.cancel();
        waiting.delete(sent.id);
        begin(sent);
      }
    },
    resume() {
      const placeOf = ({ item }: UnderWay<Item>) => rules.lineOf?.(item)?.place ?? '';
      const left = store.all(rules.kept).map(({ value }) => value);
      for (const sent of left.sort((one, other) => placeOf(one).localeCompare(placeOf(other)))) {
        if (!waiting.has(sent.id) && rules.isWanted(sent.item)) queueUp(sent, () => wait(sent));
      }
    },
  };
}

/** Why a target did not take a message. */
export interface Refusal {
  code: string;
  message: string;
  /** The target is busy or broken: the same message may be taken later. What AWS calls client-side errors never pass. */
  mayPass: boolean;
  /** How long the target asks to be left alone, in milliseconds; negative: for good. */
  retryAfterMs?: number;
}

/** Errors of status 4xx that pass nevertheless. */
const PASSING = /Throttl|TooManyRequests|OverLimit|ServiceUnavailable/;

/**
 * Brings a message to its target once, as one hop of the journal, whatever comes of it. Never throws: the refusal is given
 * back, undefined when the message was taken. A message that cannot be made (`deliveryOf` throws) counts as refused.
 * `asked`: what filters and patterns have looked at, where that is not what is delivered.
 */
export async function bring(
  core: Pick<Core, 'clock' | 'journal' | 'deliver'>,
  hop: Omit<Hop, 'outcome'>,
  deliveryOf: () => Delivery,
  asked?: Asked,
): Promise<Refusal | undefined> {
  const startedMs = core.clock.now();
  let carried: Carried | undefined;
  try {
    const delivery = deliveryOf();
    const { payload: said, attributes } = delivery;
    carried = { said, attributes, ...(asked && { asked }), again: { kind: 'delivery', delivery } };
    await core.deliver(delivery);
    core.journal.record({ ...hop, outcome: 'ok', durationMs: core.clock.now() - startedMs }, carried);
    return undefined;
  } catch (thrown) {
    const { message, name } = asError(thrown);
    const isAws = thrown instanceof AwsError;
    const isPassing = thrown instanceof PassingError;
    const code = isAws || isPassing ? thrown.code : name;
    core.journal.record({ ...hop, outcome: 'error', error: { code, message } }, carried);
    const mayPass = !isAws || thrown.status >= 500 || PASSING.test(code);
    const { retryAfterMs } = isPassing ? thrown : {};
    return { code, message, mayPass, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
}
