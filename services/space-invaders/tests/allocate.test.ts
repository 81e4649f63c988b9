import type { Session } from '@arcade/events/contracts/space-invaders';
import { describe, expect, it, jest } from '@jest/globals';
import { type AllocateParts, allocate, type Join, type Joined } from '../domain/allocate.ts';
import { deallocate } from '../domain/free.ts';
import { NOW_MS, sessionOf } from './parts.ts';
import { type Item, roomOf } from './room.ts';

const { sessionId } = sessionOf();

const partsOf = (room: ReturnType<typeof roomOf>, overrides: Partial<AllocateParts> = {}): AllocateParts => ({
  sessions: room.sessionsTable,
  seats: room.seatsTable,
  seatsPerBlock: 200,
  now: () => NOW_MS,
  pause: async () => {},
  ...overrides,
});
const joinOf = (player: string, overrides: Partial<Join> = {}): Join => ({
  ...{ player, sessionId, name: player, isBot: false },
  ...overrides,
});
const itemOf = (player: string, overrides: Partial<Item>): Item => ({
  ...{ player, sessionId, name: player, isBot: false, seatedAtMs: NOW_MS, seenAtMs: NOW_MS },
  ...overrides,
});

const single = { gameType: 'SINGLE_TRIAL' } as const;

/** A session that was opened five minutes ago, for so many. */
function timed(minutes: number) {
  return { gameType: 'TIME_CONSTRAINED', minutes, openedAtMs: NOW_MS - 300_000 } as const;
}

describe('a player who joins', () => {
  const seatedAtMs = NOW_MS - 1000;
  const began = (lives: number, trial = 1) => ({ latest: { trial, lives } });
  const held = { seatedAtMs, seatBlock: `${sessionId}#0` };

  it.each<
    [title: string, session: Partial<Session>, known: Partial<Item> | undefined, join: Partial<Join>, is: Joined]
  >([
    ['gets a seat', {}, undefined, {}, { outcome: 'seated', isNew: true, seatedAtMs: NOW_MS, trial: 1 }],
    ['is told of the seat that is held', {}, held, {}, { outcome: 'seated', isNew: false, seatedAtMs, trial: 1 }],
    ['may begin the next trial', {}, began(0, 3), {}, { outcome: 'seated', isNew: true, seatedAtMs: NOW_MS, trial: 4 }],
    ['asks for a session that there is not', {}, undefined, { sessionId: 'other' }, { outcome: 'no-session' }],
    ['is late: it was closed', { closedAtMs: NOW_MS }, undefined, {}, { outcome: 'session-closed' }],
    ['is late, also with a seat', { closedAtMs: NOW_MS }, held, {}, { outcome: 'session-closed' }],
    ['is late: its time is over', timed(5), undefined, {}, { outcome: 'session-closed' }],
    ['is late: its time is over, also with a seat', timed(5), held, {}, { outcome: 'session-closed' }],
    ['is in time', timed(6), undefined, {}, { outcome: 'seated', isNew: true, seatedAtMs: NOW_MS, trial: 1 }],
    [
      'is in time: it has not begun',
      { ...timed(5), isSynchronized: true },
      undefined,
      {},
      expect.objectContaining({ outcome: 'seated' }) as never,
    ],
    ['begins the only trial', single, undefined, {}, { outcome: 'seated', isNew: true, seatedAtMs: NOW_MS, trial: 1 }],
    ['had the only trial', single, began(0), {}, { outcome: 'cannot-play-again' }],
    ['had the only trial, and says it goes on', single, began(0), { trial: 1 }, { outcome: 'cannot-play-again' }],
    ['has left the only trial', single, began(2), {}, { outcome: 'cannot-play-again' }],
    [
      'goes on with the only trial, with the last life',
      single,
      began(1),
      { trial: 1 },
      { outcome: 'seated', isNew: true, seatedAtMs: NOW_MS, trial: 2 },
    ],
    ['has a seat for the only trial', single, held, {}, { outcome: 'seated', isNew: false, seatedAtMs, trial: 1 }],
    [
      'is in the only trial',
      single,
      { ...held, ...began(2) },
      { trial: 1 },
      { outcome: 'seated', isNew: false, seatedAtMs, trial: 2 },
    ],
    ['is in the only trial elsewhere', single, { ...held, ...began(2) }, {}, { outcome: 'cannot-play-again' }],
    ['had the only trial on this seat', single, { ...held, ...began(0) }, {}, { outcome: 'cannot-play-again' }],
    [
      'had the only trial on this seat, and says it goes on',
      single,
      { ...held, ...began(0) },
      { trial: 1 },
      { outcome: 'cannot-play-again' },
    ],
  ])('%s', async (_title, session, known, join, expected) => {
    const room = roomOf([sessionOf(session)]);
    if (known) room.items.set(`ann ${sessionId}`, itemOf('ann', known));
    if (known?.seatBlock) room.taken.set(known.seatBlock, 1);

    const joined = await allocate(partsOf(room), joinOf('ann', join));

    expect(joined).toEqual(expected);
    expect(room.seated()).toHaveLength(joined.outcome === 'seated' || known?.seatBlock ? 1 : 0);
  });

  it.each([false, true])('is in the room by name, and as a bot or as none: %s', async (isBot) => {
    const room = roomOf([sessionOf()]);

    await allocate(partsOf(room), joinOf('ann', { name: 'Ann', isBot }));

    expect(room.seated()).toMatchObject([{ player: 'ann', name: 'Ann', isBot }]);
  });

  it('looks for another seat without a pause when the last of the block went in between', async () => {
    const room = roomOf([sessionOf()]);
    const pauses: number[] = [];
    let full = 1;
    const take: typeof room.seatsTable.take = async (...asked) =>
      full-- > 0 ? 'full' : room.seatsTable.take(...asked);
    const parts = partsOf(room, {
      seats: { ...room.seatsTable, take },
      pause: async (turn) => void pauses.push(turn),
    });

    expect(await allocate(parts, joinOf('ann'))).toMatchObject({ outcome: 'seated', isNew: true });

    expect(pauses).toEqual([]);
  });

  it('is seen by asking, so that nobody frees the seat who took the player for gone', async () => {
    const room = roomOf([sessionOf()]);
    await allocate(partsOf(room), joinOf('ann'));

    const firstFree = jest.fn(room.seatsTable.firstFree);
    const seats = { ...room.seatsTable, firstFree };
    await allocate(partsOf(room, { seats, now: () => NOW_MS + 5000 }), joinOf('ann'));

    expect(room.seated()).toMatchObject([{ seatedAtMs: NOW_MS, seenAtMs: NOW_MS + 5000 }]);
    // All who play ask each half a minute: that must not go through all counters.
    expect(firstFree).not.toHaveBeenCalled();
  });

  it('loses the seat while asking for it, and takes another', async () => {
    const room = roomOf([sessionOf()]);
    await allocate(partsOf(room), joinOf('ann'));
    const see = async () => {
      await deallocate({ seats: room.seatsTable, now: () => NOW_MS }, { player: 'ann', sessionId });
      return 'lost' as const;
    };

    const joined = await allocate(partsOf(room, { seats: { ...room.seatsTable, see } }), joinOf('ann'));

    expect(joined).toMatchObject({ outcome: 'seated', isNew: true });
    expect([...room.taken.values()]).toEqual([1]);
  });

  it('is told to come again when others stay at the counter, each turn after a longer pause', async () => {
    const room = roomOf([sessionOf()]);
    const pauses: number[] = [];
    const seats = { ...room.seatsTable, take: async () => 'busy' as const };

    const joined = await allocate(
      partsOf(room, { seats, pause: async (turn) => void pauses.push(turn) }),
      joinOf('ann'),
    );

    expect(joined).toEqual({ outcome: 'busy' });
    expect(pauses).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
  });
});
