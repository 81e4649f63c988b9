import {
  and,
  type BackoffOptions,
  createTable,
  equal,
  exists,
  isContended,
  less,
  lessOrEqual,
  missing,
  or,
  transact,
} from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Held, SeatsTable, SeatTaken } from '../domain/ports.ts';
import { type Block, slotOf } from '../domain/seats.ts';

/** Of a player's item, what seats are about; the game's part is written by whoever keeps the scores. */
const seating = z.object({
  player: z.string(),
  sessionId: z.string(),
  seatedAtMs: z.number(),
  seatBlock: z.optional(z.string()),
  latest: z.optional(z.object({ trial: z.int(), lives: z.int() })),
});
const held = z.object({ player: z.string(), sessionId: z.string(), seatBlock: z.string() });
const counter = z.object({ block: z.string(), taken: z.int() });

/** As many keys as one BatchGetItem reads: 20,000 seats of 200 a block. Where there are more, a player looks at that many of them. */
const BLOCKS_LOOKED_AT = 100;
/** How often somebody who frees a seat gets in line for its counter: 6 seconds at the most. */
const REPETITIONS = 7;

function* first<T>(count: number, all: Iterable<T>): Generator<T> {
  let left = count;
  for (const one of all) {
    yield one;
    left -= 1;
    if (left === 0) return;
  }
}

/**
 * Who has which seat: the seat is on the player's own item, and a counter for each block, `taken`, says how many there are of it.
 * Both change in one transaction. A block that nobody has taken a seat of has no counter yet.
 */
export function createSeatsTable(
  client: DynamoDBDocumentClient,
  names: { players: string; seats: string },
  backoff: BackoffOptions = {},
): SeatsTable {
  const key = ['player', 'sessionId'] as const;
  const players = createTable({ client, name: names.players, key, parse: seating.parse });
  const holders = createTable({ client, name: names.players, key, parse: held.parse });
  const counters = createTable({ client, name: names.seats, key: ['block'], parse: counter.parse });

  return {
    find: ({ player, sessionId }) => players.get({ player, sessionId }),

    async firstFree(blocks) {
      const looked: Block[] = [...first(BLOCKS_LOOKED_AT, blocks)];
      const known = await counters.getAll(looked.map(({ block }) => ({ block })));
      const taken = new Map(known.map((one) => [one.block, one.taken]));
      return looked.find(({ block, capacity }) => (taken.get(block) ?? 0) < capacity);
    },

    async take({ player, sessionId, name, isBot, atMs }, { block, capacity }): Promise<SeatTaken> {
      const seat = { seatedAtMs: atMs, seatBlock: block, seenAtMs: atMs, seenSlot: slotOf(atMs) };
      const change = isBot
        ? { set: { name, isBot, ...seat }, remove: ['freedAtMs'] }
        : { set: { name, ...seat }, remove: ['freedAtMs', 'isBot'] };
      const room = or(missing('taken'), less('taken', capacity));
      try {
        const { outcome, ...why } = await transact(
          client,
          {
            player: players.step.update({ player, sessionId }, change, missing('seatBlock')),
            counter: counters.step.update({ block }, { add: { taken: 1 } }, room),
          },
          // Whoever waits for a turn looks first whether a seat is left.
          { ...backoff, repetitions: 0 },
        );
        if (outcome === 'done') return 'taken';
        return 'refused' in why && why.refused.player ? 'held' : 'full';
      } catch (error) {
        if (isContended(error)) return 'busy';
        throw error;
      }
    },

    async see({ player, sessionId, seatBlock }, atMs) {
      const change = { set: { seenAtMs: atMs, seenSlot: slotOf(atMs) } };
      const { outcome } = await players.change({ player, sessionId }, change, { when: equal('seatBlock', seatBlock) });
      return outcome === 'done' ? 'seen' : 'lost';
    },

    async free({ player, sessionId, seatBlock }, atMs, unseenSinceMs) {
      const stillHeld = equal('seatBlock', seatBlock);
      const when = unseenSinceMs === undefined ? stillHeld : and(stillHeld, lessOrEqual('seenAtMs', unseenSinceMs));
      const change = { set: { freedAtMs: atMs }, remove: ['seatBlock', 'seenSlot'] };
      const { outcome } = await transact(
        client,
        {
          player: players.step.update({ player, sessionId }, change, when),
          counter: counters.step.update({ block: seatBlock }, { add: { taken: -1 } }),
        },
        { repetitions: REPETITIONS, ...backoff },
      );
      return outcome === 'done' ? 'freed' : 'kept';
    },

    async heldBy(player) {
      const all: Held[] = [];
      const seats = holders.query(equal('player', player), { consistent: true, filter: exists('seatBlock') });
      for await (const one of seats) all.push(one);
      return all;
    },

    maybeIdle(block, unseenSinceMs) {
      const ofBlock = equal('seatBlock', block);
      const wanted = unseenSinceMs === undefined ? ofBlock : and(ofBlock, lessOrEqual('seenSlot', unseenSinceMs));
      return holders.query(wanted, { index: 'Seated' });
    },
  };
}
