import { createDocumentClient } from '@arcade/dynamodb';
import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { expect } from '@jest/globals';
import { allocate, type Joined } from '../domain/allocate.ts';
import { reap } from '../domain/reap.ts';
import { createSeatsTable } from '../storage/seatsTable.ts';
import { createSessionsTable } from '../storage/sessionsTable.ts';
import type { Invaders } from './aws.ts';
import { seeded, sessionOf } from './parts.ts';

/** So often whoever asks dies before a request, and so often after it was carried out. */
const CRASH_JOINING = 0.03;
const CRASH_REAPING = 0.01;

/**
 * So many join at once, a third of them twice, on the tables of a local AWS; whoever dies is asked again. Expects that as many are
 * in as there are seats, that the others are told so, and that the counter is right then, after each run of reap, of which most
 * die in the middle, and at the end, when nobody is left.
 */
export async function stormOnTables({ aws, open, itemsOf }: Invaders, joins: number, seats: number): Promise<void> {
  const random = seeded(5);
  let crash = CRASH_JOINING;
  const session = sessionOf({ sessionId: `20300101T000000Z-${joins}`, seats, openedAtMs: aws.clock.now() });
  const { sessionId } = session;
  await open(session);
  const requestHandler = { socketAcquisitionWarningTimeout: PATIENCE_MS };
  const client = createDocumentClient({ ...aws.rootClientConfig, requestHandler });
  client.middlewareStack.add(
    (next) => async (args) => {
      if (random() < crash) throw new Error('crashed');
      const answer = await next(args);
      if (random() < crash) throw new Error('crashed');
      return answer;
    },
    { step: 'initialize', name: 'crashes' },
  );
  const names = { players: 'space-invaders-local-players', seats: 'space-invaders-local-seats' };
  const parts = {
    seats: createSeatsTable(client, names),
    sessions: createSessionsTable(client, 'space-invaders-local-sessions', console.warn),
    parameter: { read: async () => undefined, write: async () => {} },
    ...{ seatsPerBlock: seats, idleMs: 60_000, now: () => aws.clock.now(), pause: async () => {} },
  };
  const unlessCrashed = (error: Error) => {
    if (error.message !== 'crashed') throw error;
    return undefined;
  };
  const join = async (player: string): Promise<Joined['outcome']> => {
    const joined = await allocate(parts, { player, sessionId, name: player, isBot: false }).catch(unlessCrashed);
    return joined?.outcome ?? join(player);
  };
  const players = Array.from({ length: joins }, (_, at) => `player-${at}`);
  const copies = players.flatMap((player) => (random() < 0.3 ? [player, player] : [player]));

  const told = await Promise.all(copies.map(async (player) => [player, await join(player)] as const));

  const held = async () => (await itemsOf('players')).filter((one) => one.sessionId === sessionId && one.seatBlock);
  const taken = async () => (await itemsOf('seats')).find(({ block }) => block === `${sessionId}#0`)?.taken;
  const outcomes = new Map(told);
  const seated = players.filter((player) => outcomes.get(player) === 'seated');
  expect(told.filter(([player, outcome]) => outcomes.get(player) !== outcome)).toEqual([]);
  expect(seated).toHaveLength(seats);
  expect(players.filter((player) => outcomes.get(player) === 'session-full')).toHaveLength(joins - seats);
  expect((await held()).map(({ player }) => player).sort()).toEqual(seated.sort());
  expect(await taken()).toBe(seats);

  await aws.advance(60_000);
  crash = CRASH_REAPING;
  for (let isDone = false; !isDone; ) {
    isDone = (await reap(parts).catch(unlessCrashed)) !== undefined;
    expect(await taken()).toBe((await held()).length);
  }
  expect(await taken()).toBe(0);
  client.destroy();
}
