import { type HashKey, keyAfter, LAST_KEY } from './hashKeys.ts';
import type { ShardLog } from './log.ts';
import { ReadLimit } from './readLimit.ts';
import { bytesOf, StreamRecord } from './record.ts';
import { endOfShard, sequenceNumber, shardIdOf } from './sequence.ts';

/** What a shard takes in a second: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
export const RECORDS_A_SECOND = 1000;
export const BYTES_A_SECOND = 1_048_576;

/** A shard as it outlives local-aws, beside its records. */
export interface KeptShard {
  /** From 0, in the order of their making. */
  number: number;
  startingKey: HashKey;
  endingKey: HashKey;
  createdSeconds: number;
  /** The shard that it was split from, or the two that it was merged from. */
  parents: readonly number[];
  /** When it was split or merged: it takes no records any more. */
  closedAtMs?: number;
}

/** A shard: a range of hash keys, and the records that went there. */
export class Shard {
  readonly kept: KeptShard;
  readonly id: string;
  readonly log: ShardLog;
  readonly reads = new ReadLimit();
  /** The second that is counted, and what has come in it. */
  #second = 0;
  #records = 0;
  #bytes = 0;

  constructor(kept: KeptShard, log: ShardLog) {
    this.kept = kept;
    this.id = shardIdOf(kept.number);
    this.log = log;
  }

  get isOpen(): boolean {
    return this.kept.closedAtMs === undefined;
  }

  /** Where it begins: less than the number of any record in it. */
  get startingSequence(): string {
    const { number: shard, createdSeconds } = this.kept;
    return sequenceNumber({ shard, shardCreatedSeconds: createdSeconds, index: 0, seconds: createdSeconds });
  }

  /** Where a closed one ends. */
  get endingSequence(): string | undefined {
    const { number: shard, createdSeconds, closedAtMs } = this.kept;
    if (closedAtMs === undefined) return undefined;
    return endOfShard({ shard, shardCreatedSeconds: createdSeconds, seconds: Math.floor(closedAtMs / 1000) });
  }

  takes(key: HashKey): boolean {
    return this.kept.startingKey <= key && key <= this.kept.endingKey;
  }

  /** Takes a record; undefined when the second has had as much as it may. */
  put(partitionKey: string, base64: string, nowMs: number): StreamRecord | undefined {
    if (!this.#hasRoom(Buffer.byteLength(partitionKey) + bytesOf(base64), nowMs)) return undefined;
    const { number: shard, createdSeconds } = this.kept;
    const seconds = Math.floor(nowMs / 1000);
    const index = this.log.last + 1;
    const number = sequenceNumber({ shard, shardCreatedSeconds: createdSeconds, index, seconds });
    const record = new StreamRecord(this.id, number, partitionKey, base64, nowMs);
    this.log.append(record);
    return record;
  }

  #hasRoom(bytes: number, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#records = 0;
      this.#bytes = 0;
    }
    if (this.#records + 1 > RECORDS_A_SECOND || this.#bytes + bytes > BYTES_A_SECOND) return false;
    this.#records += 1;
    this.#bytes += bytes;
    return true;
  }
}

/** Whether the one's keys end where the other's begin. */
export function areAdjacent(one: Shard, other: Shard): boolean {
  return one.kept.endingKey !== LAST_KEY && keyAfter(one.kept.endingKey, 1n) === other.kept.startingKey;
}
