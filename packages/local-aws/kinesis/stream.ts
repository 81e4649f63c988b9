import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { kind, type Owner, type Store } from '../core/store/index.ts';
import { evenStarts, type HashKey, hashOf, keyAfter, LAST_KEY } from './hashKeys.ts';
import type { ShardLog } from './log.ts';
import { StreamMetrics } from './metrics.ts';
import type { StreamRecord } from './record.ts';
import { resharded, type Step } from './resharding.ts';
import { shardIdOf } from './sequence.ts';
import { type KeptShard, Shard } from './shard.ts';

const HOUR_MS = 3_600_000;

/** A stream as it outlives local-aws, beside its records. */
export interface KeptStream {
  createdMs: number;
  retentionHours: number;
  shards: readonly KeptShard[];
  /** How many shards its template says; who has changed them since by hand is right until it says another number. */
  templateShards?: number;
  /** When the number of its shards was last changed, within a day. */
  countedAtMs: readonly number[];
  /** What is under way with its shards, and until when. */
  resharding?: { steps: readonly Step[]; dueMs: number };
}

export const STREAMS = kind<KeptStream>(
  'kinesis/streams',
  z.looseObject({
    createdMs: z.number(),
    retentionHours: z.number(),
    shards: z.array(z.looseObject({ number: z.number(), startingKey: z.string(), endingKey: z.string() })),
    countedAtMs: z.array(z.number()),
    resharding: z.looseObject({ steps: z.array(z.looseObject({})), dueMs: z.number() }).optional(),
  }),
);

/** The shards of a new stream. */
export function firstShards(count: number, nowMs: number): KeptShard[] {
  const starts = evenStarts(count);
  return starts.map((startingKey, number) => {
    const next = starts[number + 1];
    const endingKey = next === undefined ? LAST_KEY : keyAfter(next, -1n);
    return { number, startingKey, endingKey, createdSeconds: Math.floor(nowMs / 1000), parents: [] };
  });
}

/** Whose stream it is, and where its shards' records are. */
export interface StreamPlace {
  store: Store;
  owner: Owner;
  name: string;
  logOf(shardId: string): ShardLog;
}

/** In records of a shard: so often it is looked for what has expired. */
const TRIM_EVERY = 1000;

/** A stream and its shards. */
export class Stream {
  readonly owner: Owner;
  readonly name: string;
  readonly arn: string;
  /** All that may still have records, in the order of their making. */
  shards: readonly Shard[];
  readonly metrics: StreamMetrics;
  #kept: KeptStream;
  readonly #place: StreamPlace;

  constructor(place: StreamPlace, kept: KeptStream) {
    this.owner = place.owner;
    this.name = place.name;
    this.arn = streamArn(place.name);
    this.metrics = new StreamMetrics(place);
    this.#place = place;
    this.#kept = kept;
    this.shards = kept.shards.map((shard) => new Shard(shard, place.logOf(shardIdOf(shard.number))));
  }

  get kept(): KeptStream {
    return this.#kept;
  }

  get status(): 'ACTIVE' | 'UPDATING' {
    return this.#kept.resharding ? 'UPDATING' : 'ACTIVE';
  }

  get openShards(): readonly Shard[] {
    return this.shards.filter(({ isOpen }) => isOpen);
  }

  shard(number: number | undefined): Shard | undefined {
    return this.shards.find(({ kept }) => kept.number === number);
  }

  /** Where the records of a partition key go, or of a hash key. */
  shardFor(partitionKey: string, explicit?: HashKey): Shard {
    const key = explicit ?? hashOf(partitionKey);
    const shard = this.shards.find((one) => one.isOpen && one.takes(key));
    if (!shard) throw new TypeError(`no shard of ${this.name} takes ${key}`);
    return shard;
  }

  /** What came before can be read no more, in milliseconds since the epoch. */
  horizonMs(nowMs: number): number {
    return nowMs - this.#kept.retentionHours * HOUR_MS;
  }

  /** Takes a record; undefined when its shard has had as much in this second as it may. */
  put(shard: Shard, partitionKey: string, base64: string, nowMs: number): StreamRecord | undefined {
    const record = shard.put(partitionKey, base64, nowMs);
    if (record && shard.log.last % TRIM_EVERY === 0) this.trim(nowMs);
    return record;
  }

  /** Writes down what has changed; the same twice is no change. */
  change(change: Partial<KeptStream>): void {
    this.#kept = { ...this.#kept, ...change };
    this.save();
  }

  /** Carries out what is under way with its shards. */
  reshard(nowMs: number): void {
    const { resharding, ...kept } = this.#kept;
    if (!resharding) return;
    const shards = resharded(kept.shards, resharding.steps, nowMs);
    this.#kept = { ...kept, shards };
    this.shards = shards.map((shard) => {
      const known = this.shard(shard.number);
      const isSame = known?.kept.closedAtMs === shard.closedAtMs;
      return isSame && known ? known : new Shard(shard, known?.log ?? this.#place.logOf(shardIdOf(shard.number)));
    });
    this.save();
  }

  /** Lets go of what has expired: records, and closed shards of which nothing is left. */
  trim(nowMs: number): void {
    const horizonMs = this.horizonMs(nowMs);
    for (const { log } of this.shards) log.trim(horizonMs);
    const expired = this.shards.filter(({ kept }) => (kept.closedAtMs ?? nowMs) < horizonMs);
    if (expired.length === 0) return;
    for (const { log } of expired) log.drop();
    this.shards = this.shards.filter((shard) => !expired.includes(shard));
    this.change({ shards: this.shards.map(({ kept }) => kept) });
  }

  save(): void {
    this.#place.store.collection(this.owner, STREAMS).put(this.name, this.#kept);
  }

  /** Forgets it, and all its records. */
  drop(): void {
    for (const { log } of this.shards) log.drop();
    this.metrics.drop();
    this.#place.store.collection(this.owner, STREAMS).delete(this.name);
  }
}

export const streamArn = (name: string) => arnOf('kinesis', `stream/${name}`);
