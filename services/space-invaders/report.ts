import { logger, writeMetrics } from '@arcade/lambda';
import type { Joined } from './domain/allocate.ts';
import type { Reaped } from './domain/reap.ts';
import type { Scaled } from './domain/scale.ts';
import type { Scored } from './domain/scoreboard.ts';

/** Counts joins by what came of them. */
export function reportJoined(joined: Joined): void {
  if (joined.outcome === 'seated') {
    if (joined.isNew) writeMetrics({ SeatsTaken: 1 });
  } else if (joined.outcome === 'session-full') writeMetrics({ JoinsFull: 1 });
  else if (joined.outcome === 'busy') writeMetrics({ JoinsBusy: 1 });
  else writeMetrics({ JoinsRefused: 1 });
}

/** Counts seats that their players have given back, or left. */
export function reportFreed(count: number): void {
  if (count > 0) writeMetrics({ SeatsFreed: count });
}

/** Counts messages that went to players, and connections that were gone. */
export function reportTold({ sent, gone }: { sent: number; gone: number }): void {
  if (sent + gone > 0) writeMetrics({ MessagesSent: sent, ConnectionsGone: gone });
}

/** Counts what a run of `reap` has done. */
export function reportReaped({ freed, settled, closed }: Reaped): void {
  if (freed > 0) writeMetrics({ SeatsFreedIdle: freed });
  if (settled > 0) writeMetrics({ SeatsFreed: settled });
  if (closed > 0) logger.info('the time of a session was over', { closed });
}

/** Counts what a batch has brought to the board, and how old the newest of it was by then. */
export function reportScored({ counted, late, aside, writes, failed }: Scored, ageMs: number): void {
  writeMetrics({ StatusesCounted: counted, StatusesLate: late, StatusesSetAside: aside, BoardWrites: writes });
  if (failed.length > 0) writeMetrics({ StatusesFailed: failed.length });
  if (counted > 0) writeMetrics({ BoardAgeMs: Math.max(0, ageMs) });
}

/** Counts the stream's shards, and says when their number was set, or cannot be. */
export function reportScaled({ open, wanted, outcome }: Scaled): void {
  writeMetrics({ Shards: open, ShardsWanted: wanted });
  if (outcome === 'spent') logger.warn('the stream cannot get more shards today', { open, wanted });
  else if (typeof outcome === 'object') logger.info('the stream gets another number of shards', { ...outcome, wanted });
}
