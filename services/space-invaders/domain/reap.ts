import type { Session } from '@arcade/events/contracts/space-invaders';
import { abreast } from '@arcade/lambda/abreast';
import type { World } from '@arcade/lambda/world';
import type { SeatsTable, SessionParameter, SessionsTable } from './ports.ts';
import { correct } from './publish.ts';
import { blocksOf } from './seats.ts';
import { endsAtMs, playableSinceMs } from './session.ts';

export interface ReapParts extends Pick<World, 'now'> {
  sessions: Pick<SessionsTable, 'find' | 'unsettled' | 'close' | 'settle'>;
  parameter: SessionParameter;
  seats: Pick<SeatsTable, 'maybeIdle' | 'free'>;
  seatsPerBlock: number;
  /** After how long without a sign of life a seat is freed. */
  idleMs: number;
}

/** What a run has done. */
export interface Reaped {
  freed: number;
  closed: number;
}

/** Blocks that are gone through at once; the seats of one have a counter in common, and are freed one after the other. */
const ABREAST = 20;

/**
 * Closes sessions whose time is over, and frees the seats of the others' players who are idle. Waiting for a manager's call is not
 * idling: nobody can send a status before it. At the end everybody is told of the session as its table has it, if they were told
 * something else: whoever changed it may have died before the parameter's turn.
 */
export async function reap(parts: ReapParts): Promise<Reaped> {
  const { sessions, now } = parts;
  const reaped = { freed: 0, closed: 0 };
  for await (const session of sessions.unsettled()) {
    const endMs = endsAtMs(session);
    if (session.closedAtMs !== undefined) await sessions.settle(session.sessionId);
    else if (endMs !== undefined && now() >= endMs) {
      await sessions.close(session.sessionId, endMs);
      reaped.closed += 1;
    } else reaped.freed += await reapSession(parts, session);
  }
  await correct(parts);
  return reaped;
}

async function reapSession({ seats, seatsPerBlock, idleMs, now }: ReapParts, session: Session): Promise<number> {
  const unseenSinceMs = now() - idleMs;
  if ((playableSinceMs(session) ?? Number.POSITIVE_INFINITY) > unseenSinceMs) return 0;
  let freed = 0;
  await abreast(ABREAST, [...blocksOf(session, seatsPerBlock)], async ({ block }) => {
    for await (const held of seats.maybeIdle(block, unseenSinceMs)) {
      if ((await seats.free(held, now(), unseenSinceMs)) === 'freed') freed += 1;
    }
  });
  return freed;
}
