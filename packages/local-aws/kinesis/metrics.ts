import { z } from 'zod';
import type { Counted, MetricSource } from '../cloudwatch/metricSource.ts';
import { kind, type Owner, type Store } from '../core/store/index.ts';
import type { Streams } from './streams.ts';

/** What is counted of a stream, with the unit: https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */
const UNITS = {
  IncomingRecords: 'Count',
  IncomingBytes: 'Bytes',
  WriteProvisionedThroughputExceeded: 'Count',
  'GetRecords.IteratorAgeMilliseconds': 'Milliseconds',
};
export type StreamMetric = keyof typeof UNITS;

const MINUTE_MS = 60_000;
/** Where CloudWatch has 15 days. */
const KEPT_MS = 24 * 3_600_000;

type Minute = Partial<Record<StreamMetric, Counted>>;
const MINUTES = kind<Minute>('kinesis/metrics', z.record(z.string(), z.looseObject({ sum: z.number() })));

/** What is counted of one stream, by the minute. A minute is kept when it is over: of the one in which local-aws is killed nothing is. */
export class StreamMetrics {
  readonly #place: { store: Store; owner: Owner; name: string };
  readonly #minutes = new Map<number, Minute>();
  #current = 0;

  constructor(place: { store: Store; owner: Owner; name: string }) {
    this.#place = place;
    for (const [key, minute] of this.#collection().entries()) {
      if (key.startsWith(`${place.name}/`)) this.#minutes.set(Number(key.slice(place.name.length + 1)), minute);
    }
  }

  add(metric: StreamMetric, value: number, nowMs: number): void {
    const atMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    if (atMs !== this.#current) this.#begin(atMs);
    const minute = this.#minutes.get(atMs) ?? {};
    this.#minutes.set(atMs, minute);
    minute[metric] = together(minute[metric], { atMs, samples: 1, sum: value, minimum: value, maximum: value });
  }

  read(
    metric: StreamMetric,
    { fromMs, toMs, periodMs }: { fromMs: number; toMs: number; periodMs: number },
  ): Counted[] {
    const periods = new Map<number, Counted>();
    for (const [atMs, { [metric]: counted }] of [...this.#minutes].sort(([left], [right]) => left - right)) {
      if (!counted || atMs < fromMs || atMs >= toMs) continue;
      const start = Math.floor(atMs / periodMs) * periodMs;
      periods.set(start, together(periods.get(start), { ...counted, atMs: start }));
    }
    return [...periods.values()];
  }

  /** Keeps the minute that is under way. */
  flush(): void {
    const minute = this.#minutes.get(this.#current);
    if (minute) this.#collection().put(this.#keyOf(this.#current), minute);
  }

  drop(): void {
    for (const atMs of this.#minutes.keys()) this.#collection().delete(this.#keyOf(atMs));
  }

  #begin(atMs: number): void {
    this.flush();
    this.#current = atMs;
    for (const old of this.#minutes.keys()) {
      if (old >= atMs - KEPT_MS) continue;
      this.#minutes.delete(old);
      this.#collection().delete(this.#keyOf(old));
    }
  }

  #keyOf(atMs: number): string {
    return `${this.#place.name}/${atMs}`;
  }

  #collection() {
    return this.#place.store.collection(this.#place.owner, MINUTES);
  }
}

/** Two counts of the same period, or of parts of it. */
function together(one: Counted | undefined, other: Counted): Counted {
  if (!one) return other;
  return {
    atMs: Math.min(one.atMs, other.atMs),
    samples: one.samples + other.samples,
    sum: one.sum + other.sum,
    minimum: Math.min(one.minimum, other.minimum),
    maximum: Math.max(one.maximum, other.maximum),
  };
}

/** What CloudWatch can say of streams. */
export function streamMetrics(streams: Streams): MetricSource {
  return {
    namespace: 'AWS/Kinesis',
    units: UNITS,
    dimensions: ['StreamName'],
    read: ({ name, dimensions: { StreamName = '' }, ...range }) =>
      streams.find(StreamName)?.metrics.read(name as StreamMetric, range) ?? [],
  };
}
