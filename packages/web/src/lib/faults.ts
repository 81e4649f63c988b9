import type { CallOptions } from './api.ts';
import { callInSession } from './session.ts';

/** A rule of local-aws's fault plan: what goes wrong on the edges that `match` fits. Probabilities from 0 to 1. */
export interface FaultRule {
  /** Globs on the service and on the target's ARN. */
  match: { service?: string; target?: string; operation?: string };
  delay?: { probability: number; maxMs: number };
  reorder?: { probability: number; maxMs: number };
  duplicate?: number;
  crashBefore?: number;
  crashDuring?: number;
  crashAfter?: number;
  throttle?: number;
}

/** What goes wrong, and by which seed. */
export interface FaultPlan {
  seed: number;
  rules: FaultRule[];
}

const isSameMatch = ({ match: one }: FaultRule, { match: other }: FaultRule): boolean =>
  one.service === other.service && one.target === other.target && one.operation === other.operation;

/** Services whose names begin with another's: a test says when one is missing. */
export const LONGER_NAMES: readonly string[] = ['smart-home-world'];

/** Whether a rule's target is one of the service's: everything of ping-pong is `*ping-pong-*`. */
function isOf(service: string, { match: { target = '' } }: FaultRule): boolean {
  const name = target.slice(target.lastIndexOf(':') + 1).replace(/^\*/, '');
  const isOthers = LONGER_NAMES.some(
    (other) => other.startsWith(`${service}-`) && (name === other || name.startsWith(`${other}-`)),
  );
  return name.startsWith(`${service}-`) && !isOthers;
}

/** One rule for each match: local-aws takes the first that fits an edge and no other. The narrower target comes first. */
function merged(rules: readonly FaultRule[]): FaultRule[] {
  const found: FaultRule[] = [];
  for (const rule of rules) {
    const index = found.findIndex((other) => isSameMatch(other, rule));
    if (index < 0) found.push(rule);
    else found[index] = { ...found[index], ...rule };
  }
  return found.sort((one, other) => (other.match.target?.length ?? 0) - (one.match.target?.length ?? 0));
}

/** The plan in which the service's own rules are `rules`. Those of others, and rules for all, stay and come after them. */
export const planWith = (plan: FaultPlan, service: string, rules: readonly FaultRule[]): FaultPlan => ({
  seed: plan.seed,
  rules: [...merged(rules), ...plan.rules.filter((rule) => !isOf(service, rule))],
});

/** What is left of the plan `started` when the service's rules go back to it, and the others stay as `plan` has them. */
export const planAsStarted = (started: FaultPlan, plan: FaultPlan, service: string): FaultPlan => ({
  seed: started.seed,
  rules: [...started.rules.filter((rule) => isOf(service, rule)), ...plan.rules.filter((rule) => !isOf(service, rule))],
});

/** The probabilities of a rule, by what goes wrong. */
const ratesOf = ({ match: _match, ...faults }: FaultRule): [string, number][] =>
  Object.entries(faults).map(([fault, rate]) => [fault, typeof rate === 'number' ? rate : rate.probability]);

/** At which rate the plan has what `rulesAt` gives: 0 where it has not. */
export function rateIn(plan: FaultPlan, rulesAt: (rate: number) => FaultRule[]): number {
  const [whole] = rulesAt(1);
  const rule = whole && plan.rules.find((other) => isSameMatch(other, whole));
  if (!rule) return 0;
  const rates = new Map(ratesOf(rule));
  const [[fault, atWhole] = ['', 1]] = ratesOf(whole);
  return Math.min(1, (rates.get(fault) ?? 0) / atWhole);
}

/** What goes wrong by one switch, at a rate from 0 to 1. */
export interface Fault {
  /** Told apart by it. */
  id: string;
  rulesAt: (rate: number) => FaultRule[];
}

/** The rules of all `faults` as the plan has them, but for the one that is turned to what `rateFrom` makes of its rate; 0 is off. */
export const rulesTurned = (
  faults: readonly Fault[],
  plan: FaultPlan,
  turned: string,
  rateFrom: (rate: number) => number,
): FaultRule[] =>
  faults.flatMap(({ id, rulesAt }) => {
    const set = rateIn(plan, rulesAt);
    const rate = id === turned ? rateFrom(set) : set;
    return rate > 0 ? rulesAt(rate) : [];
  });

const call = (options?: CallOptions): Promise<FaultPlan> => callInSession('/_arcade/faults', options);

/** What goes wrong now. These three throw `Problem`; 403 where the page may not. */
export const readPlan = (signal?: AbortSignal): Promise<FaultPlan> => call(signal && { signal });

/** Makes the plan what goes wrong from now on; gives it as it was set. */
export const setPlan = (plan: FaultPlan): Promise<FaultPlan> => call({ method: 'PUT', json: plan });

/** Goes back to what local-aws was started with, and gives it. */
export const resetPlan = (): Promise<FaultPlan> => call({ method: 'DELETE' });
