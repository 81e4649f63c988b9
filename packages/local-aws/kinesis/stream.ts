import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { kind, type Owner, type Store } from '../core/store/index.ts';
import { evenStarts, type HashKey, hashOf, keyAfter, LAST_KEY } from './hashKeys.ts';
import type { ShardLog } from './log.ts';
import type { StreamRecord } from './record.ts';
import { shardIdOf } from './sequence.ts';
import { type KeptShard, Shard } from './shard.ts';

export const HOUR_MS = 3_600_000;

/** A stream as it outlives local-aws, beside its records. */
export interface KeptStream {
  createdMs: number;
  retentionHours: number;
  shards: readonly KeptShard[];
}

export const STREAMS = kind<KeptStream>(
  'kinesis/streams',
  z.looseObject({
    createdMs: z.number(),
    retentionHours: z.number(),
    shards: z.array(z.looseObject({ number: z.number(), startingKey: z.string(), endingKey: z.string() })),
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

/** A stream and its shards. */
export class Stream {
  readonly owner: Owner;
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  retentionHours: number;
  /** All that still have records, in the order of their making. */
  shards: readonly Shard[];
  readonly #store: Store;

  constructor(
    place: { store: Store; owner: Owner; name: string },
    kept: KeptStream,
    logOf: (shardId: string) => ShardLog,
  ) {
    this.#store = place.store;
    this.owner = place.owner;
    this.name = place.name;
    this.arn = streamArn(place.name);
    this.createdMs = kept.createdMs;
    this.retentionHours = kept.retentionHours;
    this.shards = kept.shards.map((shard) => new Shard(shard, logOf(shardIdOf(shard.number))));
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

  /** What is older can be read no more, in milliseconds since the epoch. */
  horizonMs(nowMs: number): number {
    return nowMs - this.retentionHours * HOUR_MS;
  }

  /** Takes a record; undefined when its shard has had as much in this second as it may. */
  put(shard: Shard, partitionKey: string, base64: string, nowMs: number): StreamRecord | undefined {
    const { last } = shard.log;
    const record = shard.put(partitionKey, base64, nowMs);
    // Now and then, with a new segment: it is no work that a put should wait for each time.
    if (record && last % TRIM_EVERY === 0) shard.log.trim(this.horizonMs(nowMs));
    return record;
  }

  get status(): 'ACTIVE' | 'UPDATING' {
    return 'ACTIVE';
  }

  /** Keeps records so many hours from now on; what it lets go of then does not come back. */
  setRetention(hours: number): void {
    if (hours === this.retentionHours) return;
    this.retentionHours = hours;
    this.save();
  }

  save(): void {
    const { createdMs, retentionHours } = this;
    const shards = this.shards.map(({ kept }) => kept);
    this.#store.collection(this.owner, STREAMS).put(this.name, { createdMs, retentionHours, shards });
  }

  /** Forgets it, and all its records. */
  drop(): void {
    for (const { log } of this.shards) log.drop();
    this.#store.collection(this.owner, STREAMS).delete(this.name);
  }
}

/** In records of a shard. */
const TRIM_EVERY = 1000;

export const streamArn = (name: string) => arnOf('kinesis', `stream/${name}`);
