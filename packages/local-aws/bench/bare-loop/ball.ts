/** What goes over the topics. */
export interface Ball {
  /** Tells the balls apart that are played at once. */
  ball: number;
  /** Counts up from 1. */
  stroke: number;
  /** The stroke with which the rally ends. */
  last: number;
  /** When it was published, in nanoseconds of the machine's monotonic clock, which all its processes share; as text. */
  sentAtNs: string;
}

/** The next ball, published now. */
export function ballNow(ball: number, stroke: number, last: number): string {
  return JSON.stringify({ ball, stroke, last, sentAtNs: String(process.hrtime.bigint()) } satisfies Ball);
}
