import { nameFromArn } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { ACCOUNT, type Owner } from '../core/store/index.ts';
import { inUse, invalid, invalidArgument, limitExceeded, notActive, streamNotFound } from './errors.ts';
import { keptSegments, ShardLog } from './log.ts';
import { evenSteps, type Step } from './resharding.ts';
import { firstShards, type KeptStream, STREAMS, Stream } from './stream.ts';

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
const STREAM_NAME = /^[a-zA-Z0-9_.-]{1,128}$/;
const DEFAULT_RETENTION_HOURS = 24;

/** How long a stream is UPDATING. On AWS it is half a minute and more; nothing but the status tells the difference. */
const RESHARDING_MS = 10_000;
/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html */
const COUNTS_A_DAY = 10;
const DAY_MS = 24 * 3_600_000;

/** What a stream is made from. */
export interface StreamWanted {
  owner?: Owner;
  name: string;
  shardCount: number;
  retentionHours?: number;
  templateShards?: number;
}

/** All streams. */
export class Streams {
  readonly #core: Pick<Core, 'clock' | 'store'>;
  readonly #byName = new Map<string, Stream>();
  /** When the latest shard was made, in seconds, of streams that were deleted: of the same name, one made anew has younger ones. */
  readonly #lastSeconds = new Map<string, number>();
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
      const logOf = (shardId: string) => {
        const place = { owner, stream: name, shardId };
        return new ShardLog({ store, ...place }, segmentsOf(place));
      };
      const stream = new Stream({ store, owner, name, logOf }, value);
      if (owner !== ACCOUNT && retained.has(name)) {
        stream.drop();
        continue;
      }
      stream.trim(clock.now());
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
  create({ owner = ACCOUNT, name, shardCount, ...wanted }: StreamWanted): Stream {
    if (!STREAM_NAME.test(name)) {
      throw invalid(
        `1 validation error detected: Value '${name}' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
      );
    }
    if (this.#byName.has(name)) throw inUse(`Stream ${name} already exists.`);
    const createdMs = this.#core.clock.now();
    const shards = firstShards(shardCount, Math.max(createdMs, ((this.#lastSeconds.get(name) ?? -1) + 1) * 1000));
    return this.#made(owner, name, {
      retentionHours: DEFAULT_RETENTION_HOURS,
      ...wanted,
      createdMs,
      shards,
      countedAtMs: [],
    });
  }

  /** Does nothing when it is not there. */
  remove(name: string): void {
    const stream = this.#byName.get(name);
    if (!stream) return;
    this.#byName.delete(name);
    this.#lastSeconds.set(name, Math.max(...stream.shards.map(({ kept }) => kept.createdSeconds)));
    stream.drop();
  }

  /** Gives a stack's stream to the account, where it outlives the stack. */
  async retain(stream: Stream): Promise<void> {
    if (stream.owner === ACCOUNT) return;
    const { name, kept, shards } = stream;
    this.#made(ACCOUNT, name, kept, (shardId) => shards.find(({ id }) => id === shardId)?.log.movedTo(ACCOUNT));
    // Only what is safe in the one place goes from the other.
    await this.#core.store.settled();
    stream.drop();
  }

  /**
   * Changes a stream's shards: it is UPDATING for a while, takes records on, and then has others. Throws AwsError when that is so already.
   * `isAtOnce`: for whoever would only wait for it.
   */
  reshard(stream: Stream, steps: readonly Step[], isAtOnce = false): void {
    if (stream.status !== 'ACTIVE') throw notActive(stream.name, stream.status);
    if (steps.length === 0) return;
    stream.change({ resharding: { steps, dueMs: this.#core.clock.now() + (isAtOnce ? 0 : RESHARDING_MS) } });
    if (isAtOnce) this.#endResharding(stream);
    else this.#waitForShards(stream);
  }

  /** Makes so many shards of the same size. Throws AwsError beyond the limits of UpdateShardCount. */
  setShardCount(stream: Stream, count: number, isAtOnce = false): void {
    const nowMs = this.#core.clock.now();
    const shards = stream.openShards.map(({ kept }) => kept);
    const open = shards.length;
    const counts = `Current open shard count: ${open}, Target shard count: ${count}`;
    if (stream.status !== 'ACTIVE') throw notActive(stream.name, stream.status);
    if (count === open) throw invalidArgument(`The stream has as many shards already. ${counts}`);
    if (count > open * 2)
      throw limitExceeded(`UpdateShardCount cannot scale up over double your current open shard count. ${counts}`);
    if (count < open / 2)
      throw limitExceeded(`UpdateShardCount cannot scale down below half your current open shard count. ${counts}`);
    const countedAtMs = stream.kept.countedAtMs.filter((atMs) => nowMs - atMs < DAY_MS);
    if (countedAtMs.length >= COUNTS_A_DAY) {
      throw limitExceeded(
        `UpdateShardCount cannot be called more than ${COUNTS_A_DAY} times in a rolling 24-hour period for stream ${stream.name}.`,
      );
    }
    stream.change({ countedAtMs: [...countedAtMs, nowMs] });
    const next = 1 + Math.max(...stream.shards.map(({ kept }) => kept.number));
    this.reshard(stream, evenSteps(shards, next, count), isAtOnce);
  }

  /** Goes on with what an earlier run left under way. */
  resume(): void {
    for (const stream of this.#byName.values()) if (stream.kept.resharding) this.#waitForShards(stream);
  }

  #waitForShards(stream: Stream): void {
    const dueMs = stream.kept.resharding?.dueMs ?? 0;
    this.#core.clock.at(dueMs, () => {
      if (this.#byName.get(stream.name) === stream) this.#endResharding(stream);
    });
  }

  #endResharding(stream: Stream): void {
    stream.reshard(this.#core.clock.now());
    this.wake(stream);
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

  #made(owner: Owner, name: string, kept: KeptStream, from?: (shardId: string) => ShardLog | undefined): Stream {
    const { store } = this.#core;
    const logOf = (shardId: string) => from?.(shardId) ?? new ShardLog({ store, owner, stream: name, shardId });
    const stream = new Stream({ store, owner, name, logOf }, kept);
    this.#byName.set(name, stream);
    stream.save();
    return stream;
  }
}
