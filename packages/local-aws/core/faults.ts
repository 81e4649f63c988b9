import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Journal } from './journal.ts';
import { type Random, seededRandom } from './random.ts';

const probability = z.number().min(0).max(1);

/**
 * A fault plan: what goes wrong, how often, where. The first rule whose `match` fits an edge applies to it.
 *
 * @example
 * { "seed": 7, "rules": [{ "match": { "service": "sns" }, "duplicate": 0.2, "delay": { "probability": 0.2, "maxMs": 3000 } }] }
 */
export const faultPlanSchema = z.strictObject({
  /** The same seed gives the same faults to the first, second, third message, invocation or call on an edge. */
  seed: z.int().default(1),
  rules: z.array(
    z.strictObject({
      /** Which edges: glob patterns (`*`) on the service that delivers or is called and on the target's ARN or name. */
      match: z
        .strictObject({
          service: z.string().optional(),
          target: z.string().optional(),
          operation: z.string().optional(),
        })
        .default({}),
      /** A message is delivered twice. */
      duplicate: probability.optional(),
      /** A message is held back for up to `maxMs`. */
      delay: z.strictObject({ probability, maxMs: z.int().positive() }).optional(),
      /** A message is held back until a later one to the same target has passed, at the most `maxMs`. */
      reorder: z.strictObject({ probability, maxMs: z.int().positive().default(1000) }).optional(),
      /** An invocation dies before the function has begun. */
      crashBefore: probability.optional(),
      /** An invocation dies in the middle: after its first or second call to AWS was carried out. */
      crashDuring: probability.optional(),
      /** An invocation dies after all its work, before its success is known. */
      crashAfter: probability.optional(),
      /** A call is refused with the service's throttling error. */
      throttle: probability.optional(),
    }),
  ),
});

export type FaultPlan = z.output<typeof faultPlanSchema>;
type FaultRule = FaultPlan['rules'][number];

/** What the plan says about one delivery: one entry a copy, each with its delay in milliseconds. */
export interface DeliveryFaults {
  copies: { delayMs: number }[];
  /** Hold the (first) copy until another delivery to the same target has passed, at the most this long. */
  holdForNextMs?: number;
}

/** What the plan says about one invocation. */
export type InvocationFault = 'none' | 'crash-before' | 'crash-during' | 'crash-after';

/** Decides, by the plan and its seed, what goes wrong. */
export class Faults {
  readonly #plan: FaultPlan;
  /**
   * One for each edge: functions run in threads, so that what happens on different edges comes in no order that would repeat
   * itself, while on one edge it mostly does.
   */
  readonly #randomByEdge = new Map<string, Random>();
  readonly #journal: Journal;
  readonly #rules: readonly CompiledRule[];

  constructor(plan: z.input<typeof faultPlanSchema> | undefined, journal: Journal) {
    this.#plan = faultPlanSchema.parse(plan ?? { rules: [] });
    this.#journal = journal;
    this.#rules = this.#plan.rules.map(compiled);
  }

  /** For one message that `service` (`sns`, `sqs`, `events`) brings to the ARN `target`. */
  delivery(service: string, target: string): DeliveryFaults {
    const rule = this.#ruleFor(service, target, 'deliver');
    if (!rule) return { copies: [{ delayMs: 0 }] };
    const random = this.#randomOf('deliver', service, target);
    const delayOf = () =>
      rule.delay && happens(random, rule.delay.probability) ? Math.ceil(random() * rule.delay.maxMs) : 0;
    const copies = [{ delayMs: delayOf() }];
    if (happens(random, rule.duplicate)) copies.push({ delayMs: delayOf() });
    const held = rule.reorder && happens(random, rule.reorder.probability) ? { holdForNextMs: rule.reorder.maxMs } : {};
    const faults = { copies, ...held };
    if (copies.length > 1 || copies[0]?.delayMs || 'holdForNextMs' in held)
      this.#note(service, 'deliver', target, faults);
    return faults;
  }

  /** For one run of the function `target` (its ARN). */
  invocation(target: string): InvocationFault {
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
        this.#note('lambda', fault, target);
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
  throttles(service: string, operation: string, target: string): boolean {
    const chance = this.#ruleFor(service, target, operation)?.throttle;
    const throttled = chance !== undefined && happens(this.#randomOf(operation, service, target), chance);
    if (throttled) this.#note(service, 'throttle', target, { operation });
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

  #note(service: string, action: string, to: string, detail?: object): void {
    this.#journal.record({
      kind: 'fault',
      service,
      action,
      to,
      outcome: 'ok',
      ...(detail && { detail: { ...detail } }),
    });
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
  service: glob(rule.match.service),
  target: glob(rule.match.target),
  operation: glob(rule.match.operation),
});

/** Whether a text fits a pattern in which `*` stands for any characters and `?` for one. */
export function glob(pattern = '*'): Fits {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}
