/**
 * What AWS asks in us-east-1, in dollars: the first tier, without free ones. Written down from memory, not read from AWS's pages: to be
 * checked there before anybody relies on it (https://aws.amazon.com/api-gateway/pricing, https://aws.amazon.com/kinesis/data-streams/pricing,
 * https://aws.amazon.com/lambda/pricing, https://aws.amazon.com/dynamodb/pricing/on-demand, https://aws.amazon.com/firehose/pricing).
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
/**
 * Questions for one board that the table answers in a second: each reads a unit (ten entries of half a KB, eventually consistent), and a partition gives
 * 3,000 (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html). What is above needs a cache.
 */
const MOST_BOARD_READS = 3_000;
/** How often somebody who plays asks for the seat, at the most. */
const SEAT_EVERY_MS = 30_000;
/** What one such question costs: the item is written (statuses move it in the index), session and item are read. The time is assumed. */
const SEAT = { seconds: 0.03, writeUnits: 1, readUnits: 2 } as const;
/** For a batch: fifty writes at once, six milliseconds each, and what comes before. Assumed, not measured on AWS. */
const batchSeconds = (writes: number) => 0.02 + Math.ceil(writes / 50) * 0.006;

const invocation = (seconds: number) => PRICES.invocation + seconds * MEMORY_GB * PRICES.gigabyteSecond;

/**
 * Dollars an hour, by what is paid for. Not counted: connections and messages of the sockets, Parameter Store, queues, dynamic partitioning and
 * what puts files into S3, logs and metrics, traffic, and a cache in front of the board.
 */
export function costOf({ players, shards, statuses, writes, indexUnits, boardEveryMs }: Second) {
  const boards = (players * 1000) / boardEveryMs;
  const seats = (players * 1000) / SEAT_EVERY_MS;
  const hourly = {
    api: (statuses + boards + seats) * PRICES.request,
    stream: (shards * PRICES.shardHour) / 3600 + statuses * PRICES.put,
    functions: shards * invocation(batchSeconds(writes / shards)) + seats * invocation(SEAT.seconds),
    // Of a batch a read of the session.
    table:
      (writes + indexUnits + seats * SEAT.writeUnits) * PRICES.writeUnit +
      (shards + Math.min(boards, MOST_BOARD_READS) + seats * SEAT.readUnits) * PRICES.readUnit,
    files: statuses * RECORD_BYTES * PRICES.delivered,
  };
  const together = Object.values(hourly).reduce((sum, part) => sum + part, 0);
  return Object.fromEntries(
    Object.entries({ ...hourly, together }).map(([what, dollars]) => [what, dollars * 3600]),
  ) as Record<keyof typeof hourly | 'together', number>;
}

/** Statuses a second that are planned for a shard, which takes 1,000. */
export const PER_SHARD = 700;

/** What a round has shown, a second. */
interface Round {
  players: number;
  takenPerSecond: number;
  writesPerSecond: number;
  writeUnitsPerSecond: number;
}

/**
 * Dollars an hour of players who send a status each `everyMs` at the most, on as many shards as that needs, and ask for the board each two
 * seconds. What was measured of them says how many statuses and writes came of it.
 */
export function costOfRate(everyMs: number, round: Round): number {
  const { players, takenPerSecond: statuses, writesPerSecond: writes, writeUnitsPerSecond } = round;
  const shards = Math.ceil((players * 1000) / everyMs / PER_SHARD);
  const indexUnits = writeUnitsPerSecond - writes;
  return costOf({ players, shards, statuses, writes, indexUnits, boardEveryMs: 2_000 }).together;
}

/** `5.40`, `453` */
export const inDollars = (value: number) => (value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en'));
