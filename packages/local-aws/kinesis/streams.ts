import { nameFromArn } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { ACCOUNT, type Owner } from '../core/store/index.ts';
import { inUse, invalid, streamNotFound } from './errors.ts';
import { keptSegments, ShardLog } from './log.ts';
import { firstShards, type KeptStream, STREAMS, Stream } from './stream.ts';

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
const STREAM_NAME = /^[a-zA-Z0-9_.-]{1,128}$/;
export const DEFAULT_RETENTION_HOURS = 24;

/** What a stream is made from. */
export interface StreamWanted {
  owner?: Owner;
  name: string;
  shardCount: number;
  retentionHours?: number;
}

/** All streams. */
export class Streams {
  readonly #core: Pick<Core, 'clock' | 'store'>;
  readonly #byName = new Map<string, Stream>();
  /** Who wants to know of new records, by the stream's name: longer than the stream itself is there. */
  readonly #followers = new Map<string, Set<() => void>>();

  /** Those that were kept are there again, with their records. */
  constructor(core: Pick<Core, 'clock' | 'store'>) {
    this.#core = core;
    const { store, clock } = core;
    const segmentsOf = keptSegments(store);
    const found = store.all(STREAMS);
    // One that was cut off on its way from its stack to the account is there twice: what is the account's is whole.
    const retained = new Set(found.filter(({ owner }) => owner === ACCOUNT).map(({ key }) => key));
    for (const { owner, key: name, value } of found) {
      const stream = new Stream({ store, owner, name }, value, (shardId) => {
        const place = { owner, stream: name, shardId };
        return new ShardLog({ store, ...place }, segmentsOf(place));
      });
      if (owner !== ACCOUNT && retained.has(name)) {
        stream.drop();
        continue;
      }
      for (const { log } of stream.shards) log.trim(stream.horizonMs(clock.now()));
      this.#byName.set(name, stream);
    }
  }

  /** By name. */
  all(): Stream[] {
    return [...this.#byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  find(name: string): Stream | undefined {
    return this.#byName.get(name);
  }

  findByArn(arn: string): Stream | undefined {
    const stream = this.#byName.get(nameFromArn(arn));
    return stream?.arn === arn ? stream : undefined;
  }

  /** Throws AwsError `ResourceNotFoundException`. */
  get(name: string): Stream {
    const stream = this.#byName.get(name);
    if (!stream) throw streamNotFound(name);
    return stream;
  }

  /** Makes a stream, which takes records at once. Throws AwsError. */
  create({ owner = ACCOUNT, name, shardCount, retentionHours = DEFAULT_RETENTION_HOURS }: StreamWanted): Stream {
    if (!STREAM_NAME.test(name))
      throw invalid(
        `1 validation error detected: Value '${name}' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
      );
    if (this.#byName.has(name)) throw inUse(`Stream ${name} under account already exists.`);
    const createdMs = this.#core.clock.now();
    const kept: KeptStream = { createdMs, retentionHours, shards: firstShards(shardCount, createdMs) };
    return this.#made(owner, name, kept);
  }

  /** Does nothing when it is not there. */
  remove(name: string): void {
    const stream = this.#byName.get(name);
    this.#byName.delete(name);
    stream?.drop();
  }

  /** Gives a stack's stream to the account, where it outlives the stack. */
  async retain(stream: Stream): Promise<void> {
    if (stream.owner === ACCOUNT) return;
    const { createdMs, retentionHours, shards } = stream;
    const kept = { createdMs, retentionHours, shards: shards.map((shard) => shard.kept) };
    this.#made(ACCOUNT, stream.name, kept, (shardId) => {
      const shard = shards.find(({ id }) => id === shardId);
      return shard?.log.movedTo(ACCOUNT);
    });
    // Only what is safe in the one place goes from the other.
    await this.#core.store.settled();
    stream.drop();
  }

  /** Tells those who follow a stream that there is something to read, or another shard. */
  wake({ name }: Pick<Stream, 'name'>): void {
    for (const wake of this.#followers.get(name) ?? []) wake();
  }

  /** Calls `wake` whenever there may be something to read, until the returned function is called; also from a stream that is made later. */
  follow(arn: string, wake: () => void): () => void {
    const name = nameFromArn(arn);
    const followers = this.#followers.get(name) ?? new Set();
    this.#followers.set(name, followers.add(wake));
    return () => {
      followers.delete(wake);
      if (followers.size === 0 && this.#followers.get(name) === followers) this.#followers.delete(name);
    };
  }

  #made(owner: Owner, name: string, kept: KeptStream, logOf?: (shardId: string) => ShardLog | undefined): Stream {
    const { store } = this.#core;
    const newLog = (shardId: string) => logOf?.(shardId) ?? new ShardLog({ store, owner, stream: name, shardId });
    const stream = new Stream({ store, owner, name }, kept, newLog);
    this.#byName.set(name, stream);
    stream.save();
    return stream;
  }
}
