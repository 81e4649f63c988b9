import type { Session } from '@arcade/events/contracts/space-invaders';
import type { World } from '@arcade/lambda/world';
import type { Contender } from './contender.ts';
import type { ContendersTable, SessionsAsOf, SessionsTable, Whose } from './ports.ts';

/*
 * What an environment knows from one batch to the next. A shard's batches come to the same few environments, one after the other, so that
 * as a rule nothing has changed since; and where it has, the conditional write says so.
 */

/** Forgets the oldest of them beyond so many. */
function keep<Value>(known: Map<string, Value>, key: string, value: Value, most: number): void {
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.keys();
  if (known.size > most && oldest !== undefined) known.delete(oldest);
}

/** There is one session, and what others make up. */
const MOST_SESSIONS = 100;

/**
 * Reads a session again for what arrived after it was read, because it may have been closed in between, unless it is younger than
 * `ageMs`. With that, what arrives so long after a closing may count.
 */
export function rememberingSessions(
  { find }: Pick<SessionsTable, 'find'>,
  { now, ageMs }: Pick<World, 'now'> & { ageMs: number },
): SessionsAsOf {
  const known = new Map<string, { session: Session | undefined; readAtMs: number }>();
  return {
    async find(sessionId, asOfMs) {
      const kept = known.get(sessionId);
      if (kept && (kept.readAtMs >= asOfMs || now() - kept.readAtMs < ageMs)) return kept.session;
      const readAtMs = now();
      const session = await find(sessionId);
      keep(known, sessionId, { session, readAtMs }, MOST_SESSIONS);
      return session;
    },
  };
}

/** Some 10 MB. */
const MOST_CONTENDERS = 20_000;
/** So old may be what is known of the board's last place: it only rises, so that a little too many are written. */
const RANK_AGE_MS = 3_000;

const keyOf = ({ player, sessionId }: Whose) => JSON.stringify([player, sessionId]);

/**
 * Knows players who have a seat as they were written last. Those without one are read each time: they may have taken one since, and nobody
 * is told that he has none because of a memory.
 */
export function rememberingContenders(table: ContendersTable, { now }: Pick<World, 'now'>): ContendersTable {
  const known = new Map<string, Contender>();
  const ranks = new Map<string, { rank: string; readAtMs: number }>();
  const note = (contender: Contender) => {
    if (contender.freedAtMs === undefined) keep(known, keyOf(contender), contender, MOST_CONTENDERS);
    else known.delete(keyOf(contender));
  };
  return {
    async findAll(whose) {
      const remembered = whose.flatMap((one) => known.get(keyOf(one)) ?? []);
      const asked = whose.filter((one) => !known.has(keyOf(one)));
      const read = asked.length > 0 ? await table.findAll(asked) : [];
      for (const contender of read) note(contender);
      return [...remembered, ...read];
    },

    async keep(seen, next) {
      const written = await table.keep(seen, next);
      if (written === 'kept') note(next);
      else if (written.refused) note(written.refused);
      else known.delete(keyOf(seen));
      return written;
    },

    async rankAt(sessionId, place) {
      const key = JSON.stringify([sessionId, place]);
      const kept = ranks.get(key);
      if (kept && now() - kept.readAtMs < RANK_AGE_MS) return kept.rank;
      const rank = await table.rankAt(sessionId, place);
      // While there is room it fills within a moment.
      if (rank !== undefined) keep(ranks, key, { rank, readAtMs: now() }, MOST_SESSIONS);
      return rank;
    },
  };
}
