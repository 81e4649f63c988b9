/** What was counted in one period. */
export interface Counted {
  /** When the period began, in milliseconds since the epoch. */
  atMs: number;
  samples: number;
  sum: number;
  minimum: number;
  maximum: number;
}

/** What somebody wants to know of a metric: from a moment on, and before another (milliseconds since the epoch). */
export interface MetricQuestion {
  name: string;
  dimensions: Readonly<Record<string, string>>;
  fromMs: number;
  toMs: number;
  /** Whole minutes. */
  periodMs: number;
}

/** What local-aws itself counts in a namespace of AWS's. */
export interface MetricSource {
  /** `AWS/Kinesis` */
  namespace: string;
  /** By name, with the unit. */
  units: Readonly<Record<string, string>>;
  /** The dimensions that say what is meant; others have no metrics. */
  dimensions: readonly string[];
  /** The periods in which something was counted, by time. */
  read(question: MetricQuestion): Counted[];
}

/** Two counts of the same period, or of parts of it. */
export function together(one: Counted | undefined, other: Counted): Counted {
  if (!one) return other;
  return {
    atMs: Math.min(one.atMs, other.atMs),
    samples: one.samples + other.samples,
    sum: one.sum + other.sum,
    minimum: Math.min(one.minimum, other.minimum),
    maximum: Math.max(one.maximum, other.maximum),
  };
}
