/** What a sequence number tells. */
export interface Sequence {
  /** The number of its shard in the stream, from 0. */
  shard: number;
  /** When the shard was made, in seconds since the epoch. */
  shardCreatedSeconds: number;
  /** The how-manieth record of the shard it is, from 1; 0 stands for where the shard begins. */
  index: number;
  /** When the record came, in seconds since the epoch. */
  seconds: number;
}

/** The end of a closed shard has the highest index that there is. */
const LAST_INDEX = '7fffffffffffffff';
const VERSION = '2';
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/**
 * A sequence number as AWS writes them: 56 decimal digits, in which the time of the shard's making comes first and the record's place in
 * it second. So numbers of one shard grow, children's are greater than their parents', and texts compare as the numbers do.
 */
export function sequenceNumber({ shard, shardCreatedSeconds, index, seconds }: Sequence): string {
  return written(shard, shardCreatedSeconds, hex(index, 16), seconds);
}

/** Where a closed shard ends: greater than the number of any record in it. */
export function endOfShard({ shard, shardCreatedSeconds, seconds }: Omit<Sequence, 'index'>): string {
  return written(shard, shardCreatedSeconds, LAST_INDEX, seconds);
}

function written(shard: number, created: number, index: string, seconds: number): string {
  const shardHex = hex(shard, 8);
  const digits = `${VERSION}${hex(created, 9)}${shardHex.slice(-1)}${index}00${hex(seconds, 9)}${shardHex}${VERSION}`;
  return BigInt(`0x${digits}`).toString();
}

/** What a sequence number tells; undefined when it is none. */
export function readSequence(text: string): Sequence | undefined {
  if (!/^\d{56}$/.test(text)) return undefined;
  const digits = BigInt(text).toString(16);
  if (digits.length !== 47 || !digits.startsWith(VERSION) || !digits.endsWith(VERSION)) return undefined;
  const part = (start: number, end: number) => Number.parseInt(digits.slice(start, end), 16);
  return { shardCreatedSeconds: part(1, 10), index: part(11, 27), seconds: part(29, 38), shard: part(38, 46) };
}

/** `shardId-000000000000` */
export const shardIdOf = (shard: number): string => `shardId-${String(shard).padStart(12, '0')}`;

/** The number in a shard's id, which may be short (`0`, `shardId-0`), as AWS takes it; undefined when there is none. */
export function shardNumber(id: string): number | undefined {
  const digits = /^(?:shardId-)?(?<digits>\d{1,12})$/.exec(id)?.groups?.digits;
  return digits === undefined ? undefined : Number(digits);
}
