import type { Session } from '@arcade/events/contracts/space-invaders';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocate, type Joined } from '../domain/allocate.ts';
import { disconnect } from '../domain/free.ts';
import { reap } from '../domain/reap.ts';
import { NOW_MS, seeded, sessionOf } from './parts.ts';
import { roomOf } from './room.ts';

const { sessionId } = sessionOf();

/** Whoever asks has died. */
class Crash extends Error {}

interface Storm {
  joins: number;
  session: Session;
  seatsPerBlock?: number;
  /** How often whoever asks dies, before a request or after it. */
  crash: number;
}

/**
 * So many joins at once, a third of them sent twice. Their requests come in an order that the seed says; a function that dies is asked
 * again, as a client does that has got no answer.
 */
async function storm(seed: number, { joins, session, seatsPerBlock = 200, crash }: Storm) {
  const random = seeded(seed);
  const waiting: (() => void)[] = [];
  let isOver = false;
  const turn = () => (isOver ? Promise.resolve() : new Promise<void>((resume) => void waiting.push(resume)));
  const room = roomOf([session], async () => {
    await turn();
    if (!isOver && random() < crash) throw new Crash();
  });
  const seats = { seats: room.seatsTable, sessions: room.sessionsTable, parameter: room.parameter, seatsPerBlock };
  const told = new Map<string, Joined['outcome'][]>();
  const join = async (player: string): Promise<void> => {
    const whose = { player, sessionId, name: player, isBot: false };
    const outcome = await allocate({ ...seats, now: () => NOW_MS, pause: turn }, whose).then(
      (joined) => joined.outcome,
      (error) => {
        if (!(error instanceof Crash)) throw error;
        return 'busy' as const;
      },
    );
    if (outcome === 'busy') return join(player);
    told.set(player, [...(told.get(player) ?? []), outcome]);
  };
  const players = Array.from({ length: joins }, (_, at) => `player-${at}`);
  const copies = players.flatMap((player) => (random() < 0.3 ? [player, player] : [player]));
  let left = copies.length;
  const all = Promise.all(
    copies.map(async (player) => {
      await join(player);
      left -= 1;
    }),
  );
  while (left > 0) {
    const [next] = waiting.splice(Math.floor(random() * waiting.length), 1);
    next?.();
    await new Promise<void>((resume) => setImmediate(resume));
  }
  await all;
  isOver = true;
  return { room, told, seats };
}

const sum = (counts: Iterable<number>) => [...counts].reduce((total, one) => total + one, 0);

/** Who has been told `seated` has a seat, nobody else has, all seats are taken that are wanted, and the counters say so. */
function expectFair({ room, told }: Awaited<ReturnType<typeof storm>>, seats: number) {
  const seated = [...told].flatMap(([player, [first]]) => (first === 'seated' ? [player] : []));
  const inRoom = room.seated().map(({ player }) => player);
  expect(inRoom.sort()).toEqual(seated.sort());
  expect(seated).toHaveLength(Math.min(seats, told.size));
  expect(sum(room.taken.values())).toBe(seated.length);
  for (const [player, outcomes] of told) expect([player, ...new Set(outcomes)]).toEqual([player, outcomes[0]]);
}

describe('a storm of joins, with duplicates and crashes', () => {
  it('a thousand for 200 seats: 200 are in, and 800 are told that it is full', async () => {
    const outcome = await storm(11, { joins: 1000, session: sessionOf({ seats: 200 }), crash: 0.02 });

    expectFair(outcome, 200);
    expect([...outcome.told.values()].filter(([first]) => first === 'session-full')).toHaveLength(800);
  });

  it('fills every block, and none beyond its capacity, whoever comes when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 7 }),
        async (seed, seats, seatsPerBlock) => {
          const outcome = await storm(seed, { joins: 25, session: sessionOf({ seats }), seatsPerBlock, crash: 0.05 });

          expectFair(outcome, seats);
          for (const taken of outcome.room.taken.values()) expect(taken).toBeLessThanOrEqual(seatsPerBlock);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves nothing behind that reap does not find: after it, only those have seats who were seen', async () => {
    const { room, seats } = await storm(3, { joins: 60, session: sessionOf({ seats: 20 }), crash: 0.1 });
    const [seen, gone] = room.seated();
    if (!seen || !gone) throw new Error('nobody is there');
    await room.seatsTable.see({ ...seen, seatBlock: `${sessionId}#0` }, NOW_MS + 1);
    await disconnect(
      { seats: room.seatsTable, connections: { close: async () => {}, of: async () => [] } },
      { player: gone.player, connectionId: 'c' },
      NOW_MS,
    );

    const reaped = await reap({ ...seats, now: () => NOW_MS + 60_000, idleMs: 60_000 });

    expect(reaped).toEqual({ freed: 18, settled: 0, closed: 0 });
    expect(room.seated()).toMatchObject([{ player: seen.player }]);
    expect([...room.taken.values()]).toEqual([1]);
  });
});
