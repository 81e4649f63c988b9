import { createEvent, type EventOf } from '@arcade/events';
import {
  type AsideReason,
  type Session,
  statusSetAside,
  type TrialCounted,
} from '@arcade/events/contracts/space-invaders';
import { abreast } from '@arcade/lambda/abreast';
import type { World } from '@arcade/lambda/world';
import { type BoardRules, isFull, placed } from './board.ts';
import type { Contender } from './contender.ts';
import { type Folded, fold } from './fold.ts';
import { trialCountedOf } from './milestones.ts';
import type { ContendersTable, SessionsAsOf } from './ports.ts';
import type { Status } from './status.ts';

export interface ScoreboardParts extends Pick<World, 'now'> {
  sessions: SessionsAsOf;
  contenders: ContendersTable;
  /** Keeps what does not count. Throws when it could not keep all. */
  setAside(events: readonly StatusSetAside[]): Promise<void>;
  /** Tells others of trials. Throws when it could not tell of all. */
  tellOthers(events: readonly TrialCounted[]): Promise<void>;
  /** How many of a player's statuses count that arrive in one second. */
  perSecond: number;
  board: BoardRules;
  /** Tells of something that went wrong and will be tried again. */
  warn(message: string, error: unknown): void;
}

export type StatusSetAside = EventOf<typeof statusSetAside>;

/** What came of a batch. */
export interface Scored {
  counted: number;
  late: number;
  aside: number;
  /** Items that were written: of each player one at the most, unless others wrote meanwhile. */
  writes: number;
  /** What is to come again. */
  failed: Status[];
}

/** The statuses of one player in one session, and what is known of the player. */
interface Line {
  session: Session | undefined;
  statuses: Status[];
  known: Contender | undefined;
}

/** Reads of sessions, or writes, under way at once: as many as the SDK's client has sockets. */
const ABREAST = 50;
/** How often a player is folded anew whom somebody else has changed meanwhile. */
const ROUNDS = 5;
/** A message tells of so many statuses; of the others how many there were. */
const TOLD = 10;

/**
 * Brings a batch of statuses to the board: one conditional write for each player. What does not count is set aside first, so that a batch
 * that comes again after a crash loses none of it; whoever reads it knows it by its id. What fails, fails for its players only. Others are told
 * of trials when they are on the board, and of whom they could not be told, the statuses come again: no news then, but for that.
 */
export async function score(parts: ScoreboardParts, statuses: readonly Status[]): Promise<Scored> {
  const scored: Scored = { counted: 0, late: 0, aside: 0, writes: 0, failed: [] };
  let lines = await linesOf(parts, statuses);
  for (let round = 1; lines.length > 0; round += 1) {
    if (round > ROUNDS) {
      parts.warn(`${lines.length} player(s) were changed by others again and again`, undefined);
      scored.failed.push(...lines.flatMap((line) => line.statuses));
      break;
    }
    lines = await scoreOnce(parts, lines, scored);
  }
  return scored;
}

/** A line for each player and session, with the sessions and the players as they are. */
async function linesOf({ sessions, contenders }: ScoreboardParts, statuses: readonly Status[]): Promise<Line[]> {
  const newestMs = Math.max(...statuses.map(({ arrivedAtMs }) => arrivedAtMs));
  const sessionOf = new Map<string, Session | undefined>();
  // As a rule there is one: any more are made up, and may be as many as there are statuses.
  await abreast(ABREAST, [...new Set(statuses.map(({ sessionId }) => sessionId))], async (id) => {
    sessionOf.set(id, await sessions.find(id, newestMs));
  });

  const lines = new Map<string, Line>();
  for (const status of statuses) {
    const line = lines.get(keyOf(status));
    if (line) line.statuses.push(status);
    else lines.set(keyOf(status), { session: sessionOf.get(status.sessionId), statuses: [status], known: undefined });
  }
  const wanted = [...lines.values()].flatMap(({ session, statuses: [first] }) => (session && first ? [first] : []));
  for (const known of await contenders.findAll(wanted)) {
    const line = lines.get(keyOf(known));
    if (line) line.known = known;
  }
  return [...lines.values()];
}

const keyOf = ({ player, sessionId }: Pick<Status, 'player' | 'sessionId'>) => JSON.stringify([player, sessionId]);

/** Folds and writes each line, and gives those that have to be folded anew. */
async function scoreOnce(parts: ScoreboardParts, lines: readonly Line[], scored: Scored): Promise<Line[]> {
  const { contenders, perSecond, now } = parts;
  const folded = lines.map((line) => ({
    line,
    ...fold(line.known, line.statuses, { session: line.session, perSecond }),
  }));
  const aside = allAside(folded, now());
  let isKept = true;
  try {
    if (aside.length > 0) await parts.setAside(aside);
  } catch (error) {
    isKept = false;
    parts.warn('what does not count was not set aside', error);
  }
  const again: Line[] = [];
  const told: { line: Line; status: Status }[] = [];
  const ready = folded.filter((one) => {
    const waits = !isKept && one.aside.size > 0;
    if (waits) scored.failed.push(...one.line.statuses);
    return !waits;
  });
  const next = await placesOf(parts, ready);
  await abreast(ABREAST, ready, async ({ line, contender, counted, late, aside: reasons, milestones }) => {
    const [seen, standing] = [line.known, contender && next.get(contender)];
    try {
      if (seen && standing) {
        scored.writes += 1;
        const written = await contenders.keep(seen, standing);
        if (written !== 'kept') {
          again.push({ ...line, known: written.refused });
          return;
        }
      }
      told.push(...milestones.map((status) => ({ line, status })));
      scored.counted += counted;
      scored.late += late;
      for (const those of reasons.values()) scored.aside += those.length;
    } catch (error) {
      parts.warn('a player was not brought to the board', error);
      scored.failed.push(...line.statuses);
    }
  });
  await tell(parts, told, scored);
  return again;
}

/** Tells others of what is on the board. In one call for ten of them: a line that is told of in vain fails with the others. */
async function tell(
  { tellOthers, now, warn }: ScoreboardParts,
  told: readonly { line: Line; status: Status }[],
  scored: Scored,
): Promise<void> {
  if (told.length === 0) return;
  const byId = new Map(told.map(({ status }) => trialCountedOf(status, now())).map((event) => [event.id, event]));
  try {
    await tellOthers([...byId.values()]);
  } catch (error) {
    warn('others were not told of trials', error);
    scored.failed.push(...new Set(told.flatMap(({ line }) => line.statuses)));
  }
}

/** Those of whom something counts, with their places on the board, by how they stood before. */
async function placesOf(
  { contenders, board }: ScoreboardParts,
  folded: readonly { line: Line; contender: Contender | undefined; counted: number }[],
): Promise<Map<Contender, Contender>> {
  const next = new Map<Contender, Contender>();
  const bySession = new Map<Session, Contender[]>();
  for (const { line, contender, counted } of folded) {
    if (!line.session || !contender || counted === 0) continue;
    const players = bySession.get(line.session) ?? [];
    bySession.set(line.session, players);
    players.push(contender);
  }
  for (const [session, players] of bySession) {
    const bar = isFull(session, board) ? undefined : await contenders.rankAt(session.sessionId, board.top);
    placed(players, session, board, bar).forEach((player, at) => {
      const before = players[at];
      if (before) next.set(before, player);
    });
  }
  return next;
}

/** One message for each player and reason, in however many sessions: whoever makes up sessions makes no messages. */
function allAside(folded: readonly Pick<Folded, 'aside'>[], nowMs: number): StatusSetAside[] {
  const told = new Map<string, { reason: AsideReason; statuses: Status[] }>();
  for (const { aside } of folded)
    for (const [reason, statuses] of aside) {
      const key = JSON.stringify([statuses[0]?.player, reason]);
      const before = told.get(key);
      if (before) before.statuses.push(...statuses);
      else told.set(key, { reason, statuses: [...statuses] });
    }
  return [...told.values()].map(({ reason, statuses }) => setAsideBecause(reason, statuses, nowMs));
}

/** Tells of one player's statuses that do not count for one reason. The id follows from them: it is the same when they come again. */
function setAsideBecause(reason: AsideReason, statuses: readonly Status[], nowMs: number): StatusSetAside {
  const [first] = statuses;
  if (!first) throw new Error(`nothing to be set aside as ${reason}`);
  const { sessionId, player, name, trial, sequence } = first;
  const correlationId = [player, sessionId, trial].join('.');
  const cause = { id: `${correlationId}.${sequence}`, correlationId };
  const detail = { sessionId, player, name, reason, count: statuses.length, statuses: statuses.slice(0, TOLD) };
  return createEvent(statusSetAside, detail, { newId: () => `${cause.id}.${reason}`, nowMs, cause });
}
