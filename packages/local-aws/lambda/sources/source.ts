import type { Principal } from '../../core/principal.ts';
import type { Owner } from '../../core/store/index.ts';
import type { Pattern } from '../../patterns/pattern.ts';

/** One record on its way from a source to a function. */
export interface SourceRecord {
  /** What the function names when it could not handle the record: a message id, a sequence number. */
  id: string;
  /** What the function gets, as one of `Records`: JSON text. */
  json: string;
  /** What filter criteria look at: the record with its payload decoded. Asked for only where there are any. */
  filterable(): unknown;
  /** When it came into the source, in milliseconds since the epoch. */
  atMs: number;
  /**
   * Records of one lane are handled one batch after the other, in the order in which they were received (a shard, or a part
   * of its partition keys). Left out: in any order, side by side (a queue sees to its message groups itself).
   */
  lane?: string;
  traceHeader?: string;
  correlationId?: string | undefined;
  /** How often a queue has handed it out, this time included. */
  receives?: number;
}

/** Where the records of one event source mapping come from: a queue, or a stream with all its shards. */
export interface Source {
  /** Calls `wake` whenever there may be something to receive, until the returned function is called. */
  follow(wake: () => void): () => void;
  /**
   * The records that are next, up to `max`, without waiting; none: not before `wake`. A stream gives none of the shards
   * whose lane `isFull`. Throws AwsError when the function's role may not.
   */
  receive(max: number, isFull: (lane: string) => boolean): Promise<SourceRecord[]>;
  /** These are done with: a queue deletes them, a stream moves its checkpoint behind them. Throws AwsError. */
  done(records: readonly SourceRecord[]): Promise<void>;
  /** Stops what `receive` has begun; records that were received and are not done come again. */
  close?(): void;
}

/** Who reads a source: in whose state, and under which name, what is to be kept of its reading is kept. */
export interface SourcePlace {
  owner: Owner;
  id: string;
}

/** A kind of source, by the service in its ARN. */
export interface SourceType {
  /** A queue brings failed records back itself; records of a stream are tried again by the poller, in order. */
  kind: 'queue' | 'stream';
  defaultBatchSize: number;
  maxBatchSize: number;
  /** What the function's role must be allowed to do to it. */
  readerActions: readonly string[];
  /** What of a mapping it refuses, in Lambda's words. Throws AwsError. */
  check(sourceArn: string, mapping: MappingSettings, timeoutSeconds: number): void;
  /** Opens the source; `reader` gives the function's role, which must be allowed to read. */
  open(sourceArn: string, mapping: MappingSettings, reader: () => Principal, place: SourcePlace): Source;
  /** The mapping is gone: what was kept of its reading goes, too. */
  forget?(place: SourcePlace): void;
  /** How a record to the on-failure destination points to records: `{ KinesisBatchInfo: {...} }`. */
  batchInfo?(sourceArn: string, records: readonly SourceRecord[]): Record<string, unknown>;
}

/** How a mapping brings records to its function. Times in milliseconds; without limit they are infinite. */
export interface MappingSettings {
  batchSize: number;
  windowMs: number;
  /** The function says which records failed. */
  reportsFailures: boolean;
  /** A record must fit one of them; without any, all fit. */
  filters: readonly Pattern[];
  /** At the most this many batches at once, of a queue. */
  maximumConcurrency?: number;
  /** Lanes of each shard of a stream. */
  parallelizationFactor: number;
  startingPosition?: { at: 'LATEST' | 'TRIM_HORIZON' } | { at: 'AT_TIMESTAMP'; timestampMs: number };
  retries: RetryLimits;
  /** ARN of the queue or topic to which records are reported that a stream's mapping gives up. */
  onFailureArn?: string;
}

/** When the records of a stream are given up. */
export interface RetryLimits {
  /** A failed batch is halved before it is tried again. */
  bisects: boolean;
  maxRetries: number;
  maxAgeMs: number;
}
