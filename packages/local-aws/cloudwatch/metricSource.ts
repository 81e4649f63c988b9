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
