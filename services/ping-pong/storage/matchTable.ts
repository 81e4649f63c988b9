import { createTable, equal, missing, type TableOptions } from '@arcade/dynamodb';
import { storedEvent } from '@arcade/events';
import * as z from 'zod/mini';
import {
  type Announcement,
  type BallHit,
  MATCH_ID,
  type Match,
  newMatch,
  RECENT_STROKES,
  type ServeCalled,
  type Stroke,
} from '../domain/match.ts';
import type { MatchStore } from '../domain/ports.ts';
import type { Player } from '../domain/rules.ts';

const player = z.enum(['ping', 'pong']);
const tally = z.object({ ping: z.number(), pong: z.number() });

const matchSchema = z.object({
  matchId: z.string(),
  version: z.number(),
  game: z.object({ number: z.number(), firstServer: player, score: tally }),
  gamesWon: tally,
  rally: z.object({
    number: z.number(),
    server: player,
    inPlay: z.boolean(),
    strokes: z.number(),
    lastStrokeAtMs: z.number(),
    ralliesLeft: z.number(),
    recentStrokes: z.array(z.object({ stroke: z.number(), by: player, atMs: z.number() })),
  }),
  lastPoints: z.array(
    z.object({
      rally: z.number(),
      strokes: z.number(),
      winner: player,
      game: z.number(),
      score: tally,
      atMs: z.number(),
    }),
  ),
  move: z.object({ requestId: z.string(), causeId: z.string(), atMs: z.number() }),
  outbox: z.object({
    ball: z.optional(storedEvent<BallHit>()),
    call: z.optional(storedEvent<ServeCalled>()),
    announcements: z.array(storedEvent<Announcement>()),
  }),
}) satisfies z.ZodMiniType<Match>;

type StoredMatch = z.output<typeof matchSchema> & { playable?: string };

/**
 * The latest strokes are kept as a ring, each at the place that its number gives: so the next one can be put in its place
 * without knowing the others. A place behind the end of a list means its end (DynamoDB, "Update expressions").
 */
const placeOf = (stroke: number) => (stroke - 1) % RECENT_STROKES;
const byPlace = (one: Stroke, other: Stroke) => placeOf(one.stroke) - placeOf(other.stroke);
const byNumber = (one: Stroke, other: Stroke) => one.stroke - other.stroke;
const sorted = (match: Match, order: typeof byPlace): Match => ({
  ...match,
  rally: { ...match.rally, recentStrokes: match.rally.recentStrokes.toSorted(order) },
});

/**
 * What `isPlayable` asks of a match, in one attribute: a match that is playable has it, and a hit needs but one condition,
 * which any store compares quickly.
 */
const playableAt = (rally: number, strokes: number, server: Player) => `${rally}/${strokes}/${server}`;

function stored(match: Match): StoredMatch {
  const { inPlay, number, strokes, server } = match.rally;
  const isPlayable = inPlay && match.outbox.announcements.length === 0;
  return { ...sorted(match, byPlace), ...(isPlayable && { playable: playableAt(number, strokes, server) }) };
}

/** The match, as one item. */
export function createMatchTable(options: Pick<TableOptions<StoredMatch>, 'client' | 'name'>): MatchStore {
  const table = createTable<StoredMatch>({
    ...options,
    key: ['matchId'],
    parse: (raw) => sorted(matchSchema.parse(raw), byNumber),
  });
  const key = { matchId: MATCH_ID };

  return {
    async load() {
      return (await table.get(key)) ?? newMatch();
    },
    async save(match) {
      const isFirst = match.version === 1;
      const when = isFirst ? missing('matchId') : equal('version', match.version - 1);
      return (await table.put(stored(match), { when })).outcome === 'done';
    },
    async hit({ rally, stroke, by, server, move, ball }) {
      // What `afterStroke` makes of a match that `isPlayable`.
      const set = {
        playable: playableAt(rally, stroke, server),
        'rally.strokes': stroke,
        'rally.lastStrokeAtMs': move.atMs,
        [`rally.recentStrokes[${placeOf(stroke)}]`]: { stroke, by, atMs: move.atMs },
        move,
        outbox: { ball, announcements: [] },
      };
      const when = equal('playable', playableAt(rally, stroke - 1, server));
      const written = await table.change(key, { set, add: { version: 1 } }, { when });
      return written.outcome === 'done' ? 'done' : (written.current ?? newMatch());
    },
    async settle(match, left) {
      // Refused means that the next move has replaced the outbox already, and taken on what was in it: that is as good.
      await table.change(key, { set: { 'outbox.announcements': left } }, { when: equal('version', match.version) });
    },
  };
}
