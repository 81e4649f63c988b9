import type { Session } from '@arcade/events/contracts/space-invaders';
import type { World } from '@arcade/lambda/world';
import type { ScalingsTable, SessionsTable, StreamShards, Traffic } from './ports.ts';

/** What a shard takes in a second: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const SHARD_RECORDS = 1000;
const SHARD_BYTES = 1_048_576;
/** How full a shard is to be: players are spread over shards by a hash, which is never quite even, and seconds differ. */
const FULL = 0.7;

/** How often the number of shards may be set in 24 hours: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html */
const SCALINGS_A_DAY = 10;
/** Of these so many are kept for growing: whoever shrinks too often cannot grow when it matters. */
const KEPT_FOR_GROWING = 6;
/** So long nothing may have changed before it shrinks: a next session may begin. */
const SHRINKS_AFTER_MS = 15 * 60_000;
export const DAY_MS = 24 * 3_600_000;

/** Between which numbers of shards, and how often a player sends a status. */
export interface ScaleLimits {
  leastShards: number;
  mostShards: number;
  statusEveryMs: number;
}

export interface ScaleParts extends Pick<World, 'now'>, ScaleLimits {
  sessions: Pick<SessionsTable, 'unsettled'>;
  scalings: ScalingsTable;
  stream: StreamShards;
}

/** What a run has done. `spent`: AWS lets it be set no more today. */
export interface Scaled {
  open: number;
  wanted: number;
  outcome: 'kept' | 'busy' | 'spent' | { from: number; to: number };
}

/**
 * How many shards there should be: for all who have a seat or may get one, before a manager calls them to start at the same moment; and
 * for what has come of late, where that is more. What was refused asks for one more than there are.
 */
export function wantedShards(
  sessions: readonly Pick<Session, 'seats'>[],
  traffic: Traffic,
  open: number,
  { leastShards, mostShards, statusEveryMs }: ScaleLimits,
): number {
  const seats = sessions.reduce((sum, session) => sum + session.seats, 0);
  const wanted = Math.max(
    leastShards,
    (seats * 1000) / statusEveryMs / (SHARD_RECORDS * FULL),
    traffic.recordsPerSecond / (SHARD_RECORDS * FULL),
    traffic.bytesPerSecond / (SHARD_BYTES * FULL),
    traffic.refused > 0 ? open + 1 : 0,
  );
  return Math.min(Math.ceil(wanted), mostShards);
}

/**
 * The number of shards to set now, on the way to what is wanted: at most twice as many as there are, or half. Undefined: none, because there
 * are as many as are wanted, it was set too often today, or it is too early to shrink. `scaledAtMs`: when it was set, in 24 hours.
 */
export function nextShards(
  open: number,
  wanted: number,
  scaledAtMs: readonly number[],
  nowMs: number,
): number | undefined {
  const left = SCALINGS_A_DAY - scaledAtMs.filter((atMs) => nowMs - atMs < DAY_MS).length;
  if (wanted > open) return left > 0 ? Math.min(wanted, open * 2) : undefined;
  const isQuiet = scaledAtMs.every((atMs) => nowMs - atMs >= SHRINKS_AFTER_MS);
  if (wanted < open && left > KEPT_FOR_GROWING && isQuiet) return Math.max(wanted, Math.ceil(open / 2));
  return undefined;
}

/** Brings the stream a step nearer to as many shards as are wanted. */
export async function scale({ sessions, scalings, stream, now, ...limits }: ScaleParts): Promise<Scaled> {
  const atMs = now();
  const scaledAtMs = await scalings.since(atMs - DAY_MS);
  // What was refused before the last time has been answered by it.
  const [{ open, isActive }, traffic] = await Promise.all([
    stream.describe(),
    stream.traffic(atMs, Math.max(0, ...scaledAtMs)),
  ]);
  const played: Session[] = [];
  for await (const session of sessions.unsettled()) if (session.closedAtMs === undefined) played.push(session);
  const wanted = wantedShards(played, traffic, open, limits);
  const next = nextShards(open, wanted, scaledAtMs, atMs);
  if (next === undefined) return { open, wanted, outcome: wanted > open ? 'spent' : 'kept' };
  const set = isActive ? await stream.set(next) : 'busy';
  if (set !== 'done') return { open, wanted, outcome: set };
  await scalings.keep({ atMs, from: open, to: next });
  return { open, wanted, outcome: { from: open, to: next } };
}
