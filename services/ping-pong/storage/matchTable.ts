import { createTable, equal, missing, type TableOptions } from '@arcade/dynamodb';
import { ballHit, gameWon, letCalled, pointScored, serveCalled } from '@arcade/events/contracts/ping-pong';
import * as z from 'zod/mini';
import { MATCH_ID, type Match, newMatch } from '../domain/match.ts';
import type { MatchStore } from '../domain/takeTurn.ts';

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
    ball: z.optional(ballHit.schema),
    call: z.optional(serveCalled.schema),
    announcements: z.array(z.discriminatedUnion('type', [pointScored.schema, gameWon.schema, letCalled.schema])),
  }),
}) satisfies z.ZodMiniType<Match>;

type StoredMatch = z.output<typeof matchSchema>;

/** The match, as one item. */
export function createMatchTable(options: Pick<TableOptions<StoredMatch>, 'client' | 'name'>): MatchStore {
  const table = createTable<StoredMatch>({ ...options, key: ['matchId'], parse: (raw) => matchSchema.parse(raw) });
  const key = { matchId: MATCH_ID };

  return {
    async load() {
      return (await table.get(key)) ?? newMatch();
    },
    async save(match) {
      const isFirst = match.version === 1;
      const when = isFirst ? missing('matchId') : equal('version', match.version - 1);
      return (await table.put(match, { when })).outcome === 'done';
    },
    async clearAnnouncements(match) {
      // Refused means that the next move has replaced the outbox already: that is as good.
      await table.update(key, { set: { 'outbox.announcements': [] } }, { when: equal('version', match.version) });
    },
  };
}
