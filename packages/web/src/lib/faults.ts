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
