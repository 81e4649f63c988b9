import type { Session } from '@arcade/events/contracts/space-invaders';
import type { World } from '@arcade/lambda/world';
import type { Seating, SeatsTable, SessionsTable, Whose } from './ports.ts';
import { type Block, blocksOf, firstBlockOf } from './seats.ts';
import { isOver } from './session.ts';

export interface AllocateParts extends Pick<World, 'now'> {
  sessions: Pick<SessionsTable, 'find'>;
  seats: Pick<SeatsTable, 'find' | 'firstFree' | 'take' | 'see'>;
  seatsPerBlock: number;
  /** Waits before turn number `turn` (from 1 on), some longer than others. */
  pause(turn: number): Promise<void>;
}

/** Who wants to play. */
export interface Join extends Whose {
  name: string;
  isBot: boolean;
  /** The trial that the player is in the middle of. */
  trial?: number | undefined;
}

/** Why somebody gets no seat; `busy`: too many want one at this moment. */
export type JoinRefusal = 'no-session' | 'session-closed' | 'session-full' | 'cannot-play-again' | 'busy';

export type Joined =
  /** `isNew`: not one that the player had already. `trial`: the next that may be begun. */
  { outcome: 'seated'; isNew: boolean; seatedAtMs: number; trial: number } | { outcome: JoinRefusal };

/** How often somebody gets in line for a counter. */
const TURNS = 12;

/**
 * Gives a player a seat, where there is one; whoever has one is told so again. All of it may be done again at any time, and by two
 * at once: the player's own item says whether there is a seat.
 */
export async function allocate(parts: AllocateParts, join: Join): Promise<Joined> {
  const { sessions, seats, seatsPerBlock, now, pause } = parts;
  const { player, sessionId, name, isBot } = join;
  const session = await sessions.find(sessionId);
  if (!session) return { outcome: 'no-session' };
  for (let turn = 1; turn <= TURNS; turn += 1) {
    const atMs = now();
    let known = await seats.find({ player, sessionId });
    let block: Block | undefined;
    // Whoever plays asks again and again: counters are for those who have no seat.
    if (known?.seatBlock === undefined) {
      block = await seats.firstFree(blocksOf(session, seatsPerBlock, firstBlockOf(player)));
      // After it: whoever is told that all is full had no seat when it was, not by a copy of the same request either.
      known = await seats.find({ player, sessionId });
    }
    const refusal = refusalOf(session, known, join, atMs);
    if (refusal) return { outcome: refusal };
    const trial = (known?.latest?.trial ?? 0) + 1;
    if (known?.seatBlock !== undefined) {
      // To ask is a sign of life: whoever frees seats of the idle, or of the gone, finds that the player was here since.
      const seen = await seats.see({ player, sessionId, seatBlock: known.seatBlock }, atMs);
      if (seen === 'seen') return { outcome: 'seated', isNew: false, seatedAtMs: known.seatedAtMs, trial };
      continue;
    }
    if (!block) return { outcome: 'session-full' };
    const taken = await seats.take({ player, sessionId, name, isBot, atMs }, block);
    if (taken === 'taken') return { outcome: 'seated', isNew: true, seatedAtMs: atMs, trial };
    if (taken === 'busy') await pause(turn);
  }
  return { outcome: 'busy' };
}

function refusalOf(session: Session, known: Seating | undefined, { trial }: Join, nowMs: number) {
  // Over is closed, also before `reap` says so.
  if (session.closedAtMs !== undefined || isOver(session, nowMs)) return 'session-closed';
  if (session.gameType !== 'SINGLE_TRIAL' || !known?.latest) return undefined;
  // The seat, lost or not, says nothing of the game: a connection that breaks takes it, and a page that was loaded anew finds it still held.
  return known.latest.lives > 0 && known.latest.trial === trial ? undefined : 'cannot-play-again';
}
