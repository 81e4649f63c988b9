/**
 * What AWS asks in us-east-1, in dollars, as its pages said in 2025 (https://aws.amazon.com/api-gateway/pricing,
 * https://aws.amazon.com/kinesis/data-streams/pricing, https://aws.amazon.com/lambda/pricing,
 * https://aws.amazon.com/dynamodb/pricing/on-demand, https://aws.amazon.com/firehose/pricing): the first tier, without free ones.
 */
const PRICES = {
  request: 3.5 / 1e6,
  shardHour: 0.015,
  put: 0.014 / 1e6,
  invocation: 0.2 / 1e6,
  gigabyteSecond: 0.0000133334,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  delivered: 0.029 / 2 ** 30,
} as const;

/** What happens in a second. */
export interface Second {
  players: number;
  shards: number;
  statuses: number;
  writes: number;
  indexUnits: number;
  /** How often a page asks for the board. */
  boardEveryMs: number;
}

/** What Firehose bills for a record at the least. */
const RECORD_BYTES = 5 * 1024;
const MEMORY_GB = 0.5;
/** How often somebody who plays asks for the seat, at the most. */
const SEAT_EVERY_MS = 30_000;
/** What one such question costs: the item is written (statuses move it in the index), session and item are read. The time is assumed. */
const SEAT = { seconds: 0.03, writeUnits: 1, readUnits: 2 } as const;
/** For a batch: fifty writes at once, six milliseconds each, and what comes before. Assumed, not measured on AWS. */
const batchSeconds = (writes: number) => 0.02 + Math.ceil(writes / 50) * 0.006;

const invocation = (seconds: number) => PRICES.invocation + seconds * MEMORY_GB * PRICES.gigabyteSecond;

/** Dollars an hour, by what is paid for. */
export function costOf({ players, shards, statuses, writes, indexUnits, boardEveryMs }: Second) {
  const boards = (players * 1000) / boardEveryMs;
  const seats = (players * 1000) / SEAT_EVERY_MS;
  const hourly = {
    api: (statuses + boards + seats) * PRICES.request,
    stream: (shards * PRICES.shardHour) / 3600 + statuses * PRICES.put,
    functions: shards * invocation(batchSeconds(writes / shards)) + seats * invocation(SEAT.seconds),
    // Of a batch a read of the session; of a page's question, ten entries of half a KB, read eventually consistently.
    table:
      (writes + indexUnits + seats * SEAT.writeUnits) * PRICES.writeUnit +
      (shards + boards + seats * SEAT.readUnits) * PRICES.readUnit,
    files: statuses * RECORD_BYTES * PRICES.delivered,
  };
  return Object.fromEntries(Object.entries(hourly).map(([what, dollars]) => [what, dollars * 3600])) as Record<
    keyof typeof hourly,
    number
  >;
}
