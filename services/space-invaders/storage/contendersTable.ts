import { and, type Condition, createTable, equal, missing } from '@arcade/dynamodb';
import { standing } from '@arcade/events/contracts/space-invaders';
import type { World } from '@arcade/lambda/world';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Contender } from '../domain/contender.ts';
import type { ContendersTable } from '../domain/ports.ts';
import { slotOf } from '../domain/seats.ts';
import type { Moment } from '../domain/status.ts';

const shown = { trial: z.int(), sequence: z.int(), ...standing.shape };
const stored = z.object({
  player: z.string(),
  sessionId: z.string(),
  name: z.string(),
  isBot: z.optional(z.boolean()),
  seatedAtMs: z.number(),
  freedAtMs: z.optional(z.number()),
  seenAtMs: z.number(),
  latest: z.optional(z.object({ ...shown, sentAtMs: z.number(), arrivedAtMs: z.number() })),
  counted: z.optional(z.record(z.string(), z.int())),
  trialFromMs: z.optional(z.number()),
  trialSinceMs: z.optional(z.number()),
  missed: z.optional(z.int()),
  earlier: z.optional(z.array(z.object({ ...shown, fromMs: z.number(), sinceMs: z.number(), missed: z.int() }))),
  shown: z.optional(z.object(shown)),
  rank: z.optional(z.string()),
}) satisfies z.ZodMiniType<Contender>;

/** That an attribute still tells of the same moment. */
const isStill = (path: 'latest' | 'shown', moment: Moment | undefined): Condition[] =>
  moment ? [equal(`${path}.trial`, moment.trial), equal(`${path}.sequence`, moment.sequence)] : [missing(path)];

/**
 * How players stand, on the items that also say who has a seat. The index `Board` has the best of a session first. With `latest` goes when
 * it was written: only whoever shows how old a board is reads that.
 */
export function createContendersTable(
  client: DynamoDBDocumentClient,
  name: string,
  { now }: Pick<World, 'now'>,
): ContendersTable {
  const table = createTable({ client, name, key: ['player', 'sessionId'], parse: stored.parse });
  const board = createTable({
    client,
    name,
    key: ['player', 'sessionId'],
    parse: z.object({ rank: z.string() }).parse,
  });

  return {
    findAll: (whose) => table.getAll(whose.map(({ player, sessionId }) => ({ player, sessionId }))),

    async keep(seen, { player, sessionId, latest, shown, seenAtMs, freedAtMs, rank, ...contender }) {
      const { trialFromMs, trialSinceMs, missed, counted, earlier } = contender;
      const isSeated = freedAtMs === undefined;
      const change = {
        set: {
          ...{ trialFromMs, trialSinceMs, missed, counted, earlier, shown, seenAtMs },
          latest: latest && { ...latest, writtenAtMs: now() },
          ...(isSeated && { seenSlot: slotOf(seenAtMs) }),
          ...(rank !== undefined && { board: sessionId, rank }),
        },
        ...(rank === undefined && seen.rank !== undefined && { remove: ['board', 'rank'] }),
      };
      const when = and(
        isSeated ? missing('freedAtMs') : equal('freedAtMs', freedAtMs),
        equal('seenAtMs', seen.seenAtMs),
        ...isStill('latest', seen.latest),
        ...isStill('shown', seen.shown),
      );
      const written = await table.change({ player, sessionId }, change, { when });
      return written.outcome === 'done' ? 'kept' : { refused: written.current };
    },

    async rankAt(sessionId, place) {
      let left = place;
      for await (const { rank } of board.query(equal('board', sessionId), { index: 'Board', pageSize: place })) {
        left -= 1;
        if (left === 0) return rank;
      }
      return undefined;
    },
  };
}
