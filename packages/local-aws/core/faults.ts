import { createHash } from 'node:crypto';
import { z } from 'zod';
import { glob } from './glob.ts';
import type { Hop, Journal } from './journal.ts';
import { type Random, seededRandom } from './random.ts';

const probability = z.number().min(0).max(1);
/** Patterns are held against every call: none may be long, and there may not be many. */
const pattern = z.string().max(256);
const MOST_RULES = 50;
/** The longest that a message may be held back: an hour. */
const holdMs = z.int().positive().max(3_600_000);

/**
 * A fault plan: what goes wrong, how often, where. The first rule whose `match` fits an edge applies to it.
 *
 * @example
 * { "seed": 7, "rules": [{ "match": { "service": "sns" }, "duplicate": 0.2, "delay": { "probability": 0.2, "maxMs": 3000 } }] }
 */
export const faultPlanSchema = z.strictObject({
  /** The same seed gives the same faults to the first, second, third message, invocation or call on an edge. */
  seed: z.int().default(1),
  rules: z
    .array(
      z.strictObject({
        /** Which edges: glob patterns (`*`) on the service that delivers or is called and on the target's ARN or name. */
        match: z
          .strictObject({
            service: pattern.optional(),
            target: pattern.optional(),
            operation: pattern.optional(),
          })
          .default({}),
        /** A message is delivered twice. */
        duplicate: probability.optional(),
        /** A message is held back for up to `maxMs`. */
        delay: z.strictObject({ probability, maxMs: holdMs }).optional(),
        /** A message is held back until a later one to the same target has passed, at the most `maxMs`. */
        reorder: z.strictObject({ probability, maxMs: holdMs.default(1000) }).optional(),
        /** An invocation dies before the function has begun. */
        crashBefore: probability.optional(),
        /** An invocation dies in the middle: after its first or second call to AWS was carried out. */
        crashDuring: probability.optional(),
        /** An invocation dies after all its work, before its success is known. */
        crashAfter: probability.optional(),
        /** A call is refused with the service's throttling error. */
        throttle: probability.optional(),
      }),
    )
    .max(MOST_RULES),
});

export type FaultPlan = z.output<typeof faultPlanSchema>;
type FaultRule = FaultPlan['rules'][number];

/** What the plan says about one delivery: one entry a copy, each with its delay in milliseconds. */
export interface DeliveryFaults {
  copies: { delayMs: number }[];
  /** Hold the (first) copy until another delivery to the same target has passed, at the most this long. */
  holdForNextMs?: number;
}

/** What the plan did to a message, as the hops that it makes show it in their details. */
export interface FaultMarks {
  /** 2 and up: it is a further copy. */
  copy?: number;
  /** So long it was held back, in milliseconds. */
  delayMs?: number;
  /** It was held back until another had passed, or for long enough. */
  reordered?: true;
}

/** What a message, an invocation or a call belongs to, for the hop of its fault. */
export type FaultChain = Pick<Hop, 'correlationId' | 'traceId' | 'requestId'>;

/** What the plan says about one invocation. */
export type InvocationFault = 'none' | 'crash-before' | 'crash-during' | 'crash-after';

/** Decides, by the plan and its seed, what goes wrong, and writes it down. */
export class Faults {
  /** What it was started with. */
  readonly #first: FaultPlan;
  #plan: FaultPlan;
  #rules: readonly CompiledRule[];
  /**
   * One for each edge: functions run in threads, so that what happens on different edges comes in no order that would repeat
   * itself, while on one edge it mostly does.
   */
  readonly #randomByEdge = new Map<string, Random>();
  readonly #journal: Journal;

  constructor(plan: z.input<typeof faultPlanSchema> | undefined, journal: Journal) {
    this.#first = faultPlanSchema.parse(plan ?? { rules: [] });
    this.#plan = this.#first;
    this.#journal = journal;
    this.#rules = this.#plan.rules.map(compiled);
  }

  /** The plan that counts now. */
  get plan(): FaultPlan {
    return this.#plan;
  }

  /**
   * From now on another plan counts, from the beginning of its seed: the same plan again deals the same faults again. Undefined: the
   * plan that it was started with. What was held back already comes as it was to.
   */
  change(plan: FaultPlan | undefined): FaultPlan {
    this.#plan = plan ?? this.#first;
    this.#rules = this.#plan.rules.map(compiled);
    this.#randomByEdge.clear();
    const { seed, rules } = this.#plan;
    const action = plan ? 'SetFaults' : 'ResetFaults';
    const detail = { seed, rules: rules.length };
    this.#journal.record({ kind: 'provision', service: 'local-aws', action, from: 'client', outcome: 'ok', detail });
    return this.#plan;
  }

  /** For one message that `service` (`sns`, `sqs`, `events`) brings to the ARN `target`. */
  delivery(service: string, target: string, chain: FaultChain = {}): DeliveryFaults {
    const rule = this.#ruleFor(service, target, 'deliver');
    if (!rule) return { copies: [{ delayMs: 0 }] };
    const random = this.#randomOf('deliver', service, target);
    const delayOf = () =>
      rule.delay && happens(random, rule.delay.probability) ? Math.ceil(random() * rule.delay.maxMs) : 0;
    const copies = [{ delayMs: delayOf() }];
    if (happens(random, rule.duplicate)) copies.push({ delayMs: delayOf() });
    const held = rule.reorder && happens(random, rule.reorder.probability) ? { holdForNextMs: rule.reorder.maxMs } : {};
    const note = (action: string, detail: object) => this.#note(service, action, target, chain, detail);
    if (copies.length > 1) note('duplicate', { copies: copies.length });
    for (const { delayMs } of copies) if (delayMs > 0) note('delay', { delayMs });
    if ('holdForNextMs' in held) note('reorder', held);
    return { copies, ...held };
  }

  /** For one run of the function `target` (its ARN). */
  invocation(target: string, chain: FaultChain = {}): InvocationFault {
    const rule = this.#ruleFor('lambda', target, 'Invoke');
    if (!rule) return 'none';
    const draw = this.#randomOf('invoke', 'lambda', target)();
    let threshold = 0;
    const kinds = {
      'crash-before': rule.crashBefore,
      'crash-during': rule.crashDuring,
      'crash-after': rule.crashAfter,
    } as const;
    for (const [fault, chance] of Object.entries(kinds) as [InvocationFault, number | undefined][]) {
      threshold += chance ?? 0;
      if (draw < threshold) {
        this.#note('lambda', fault, target, chain);
        return fault;
      }
    }
    return 'none';
  }

  /** How many calls of a crashing invocation of the function `target` are carried out before it dies: 1 or 2. */
  callsBeforeCrash(target: string): number {
    return this.#randomOf('calls', 'lambda', target)() < 0.5 ? 1 : 2;
  }

  /** Whether the call `service`:`operation` on `target` is refused as throttled. */
  throttles(service: string, operation: string, target: string, chain: FaultChain = {}): boolean {
    const chance = this.#ruleFor(service, target, operation)?.throttle;
    const throttled = chance !== undefined && happens(this.#randomOf(operation, service, target), chance);
    if (throttled) this.#note(service, 'throttle', target, chain, { operation });
    return throttled;
  }

  #ruleFor(service: string, target: string, operation: string): FaultRule | undefined {
    return this.#rules.find((fits) => fits.service(service) && fits.target(target) && fits.operation(operation))?.rule;
  }

  #randomOf(step: string, service: string, target: string): Random {
    const edge = `${step} ${service} ${target}`;
    let random = this.#randomByEdge.get(edge);
    if (!random) {
      random = seededRandom(this.#plan.seed ^ createHash('sha256').update(edge).digest().readUInt32LE());
      this.#randomByEdge.set(edge, random);
    }
    return random;
  }

  #note(service: string, action: string, to: string, chain: FaultChain, detail?: object): void {
    const hop = { kind: 'fault', service, action, to, outcome: 'ok' } as const;
    this.#journal.record({ ...hop, ...chain, ...(detail && { detail: { ...detail } }) });
  }
}

const happens = (random: Random, chance: number | undefined) => chance !== undefined && random() < chance;

type Fits = (text: string) => boolean;

interface CompiledRule {
  rule: FaultRule;
  service: Fits;
  target: Fits;
  operation: Fits;
}

const compiled = (rule: FaultRule): CompiledRule => ({
  rule,
  service: glob(rule.match.service ?? '*'),
  target: glob(rule.match.target ?? '*'),
  operation: glob(rule.match.operation ?? '*'),
});
