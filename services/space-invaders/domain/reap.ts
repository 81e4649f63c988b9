import type { Session } from '@arcade/events/contracts/space-invaders';
import { abreast } from '@arcade/lambda/abreast';
import type { World } from '@arcade/lambda/world';
import type { SeatsTable, SessionParameter, SessionsTable, Unsettled } from './ports.ts';
import { correct } from './publish.ts';
import { type Block, blocksOf } from './seats.ts';
import { endsAtMs, playableSinceMs } from './session.ts';

export interface ReapParts extends Pick<World, 'now'> {
  sessions: Pick<SessionsTable, 'find' | 'unsettled' | 'close' | 'settle'>;
  parameter: SessionParameter;
  seats: Pick<SeatsTable, 'maybeIdle' | 'free'>;
  seatsPerBlock: number;
  /** After how long without a sign of life a seat is freed. */
  idleMs: number;
}

/** What a run has done. `freed`: of those who were idle, `settled`: of sessions that are closed. */
export interface Reaped {
  freed: number;
  settled: number;
  closed: number;
}

/** Blocks that are gone through at once; the seats of one have a counter in common, and are freed one after the other. */
const ABREAST = 20;
/** A run frees the seats of closed sessions up to about so many, all sessions together: the next one goes on. */
const SETTLED_SEATS = 5000;
/** So long after its closing a session may still be joined: by whoever has read it before (`allocate` takes 20 s at the most). */
const LAST_JOIN_MS = 60_000;

/**
 * Closes sessions whose time is over, and frees the seats of the others' players who are idle. Waiting for a manager's call is not
 * idling: nobody can send a status before it. Then everybody is told of the session as its table has it, if they were told
 * something else: whoever changed it may have died before the parameter's turn. At the end seats of closed sessions are freed, some in
 * each run, and each once: a session that has none any more is not gone through again.
 */
export async function reap(parts: ReapParts): Promise<Reaped> {
  const { sessions, now } = parts;
  const reaped = { freed: 0, settled: 0, closed: 0 };
  const closed: Unsettled[] = [];
  let newest: string | undefined;
  for await (const session of sessions.unsettled()) {
    newest = session.sessionId;
    const endMs = endsAtMs(session);
    if (session.closedAtMs !== undefined) {
      if (now() >= session.closedAtMs + LAST_JOIN_MS) closed.push(session);
    } else if (endMs !== undefined && now() >= endMs) {
      await sessions.close(session.sessionId, endMs);
      reaped.closed += 1;
    } else reaped.freed += await freeIdle(parts, session);
  }
  await correct(parts, newest);
  reaped.settled = await settle(parts, closed);
  return reaped;
}

async function freeIdle(parts: ReapParts, session: Session): Promise<number> {
  const unseenSinceMs = parts.now() - parts.idleMs;
  if ((playableSinceMs(session) ?? Number.POSITIVE_INFINITY) > unseenSinceMs) return 0;
  return freeIn(parts, [...blocksOf(session, parts.seatsPerBlock)], unseenSinceMs);
}

async function settle(parts: ReapParts, closed: readonly Unsettled[]): Promise<number> {
  let blocksLeft = Math.ceil(SETTLED_SEATS / parts.seatsPerBlock);
  let freed = 0;
  for (const session of closed) {
    if (blocksLeft === 0) break;
    const { sessionId, settledBlocks } = session;
    const rest = [...blocksOf(session, parts.seatsPerBlock)].slice(settledBlocks);
    const blocks = rest.slice(0, blocksLeft);
    freed += await freeIn(parts, blocks);
    await parts.sessions.settle(sessionId, blocks.length < rest.length ? settledBlocks + blocks.length : 'all');
    blocksLeft -= blocks.length;
  }
  return freed;
}

/** Frees the seats of blocks whose players were not seen after `unseenSinceMs`; all of them where that is not given. */
async function freeIn({ seats, now }: ReapParts, blocks: readonly Block[], unseenSinceMs?: number): Promise<number> {
  let freed = 0;
  await abreast(ABREAST, blocks, async ({ block }) => {
    for await (const held of seats.maybeIdle(block, unseenSinceMs)) {
      if ((await seats.free(held, now(), unseenSinceMs)) === 'freed') freed += 1;
    }
  });
  return freed;
}
