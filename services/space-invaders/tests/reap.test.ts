import type { Session } from '@arcade/events/contracts/space-invaders';
import { describe, expect, it, jest } from '@jest/globals';
import { deallocate, disconnect } from '../domain/free.ts';
import { reap } from '../domain/reap.ts';
import { NOW_MS, sessionOf } from './parts.ts';
import { roomOf } from './room.ts';

const { sessionId } = sessionOf();
const MINUTE_MS = 60_000;

/** A room in which players were seen so long ago, in milliseconds. */
function roomWith(session: Partial<Session>, unseenMs: number[]) {
  const room = roomOf([sessionOf(session)]);
  for (const [at, ms] of unseenMs.entries()) {
    const player = `player-${at}`;
    const seat = { seatedAtMs: NOW_MS - 500_000, seatBlock: `${sessionId}#0`, seenAtMs: NOW_MS - ms };
    room.items.set(`${player} ${sessionId}`, { player, sessionId, name: player, isBot: false, ...seat });
  }
  room.taken.set(`${sessionId}#0`, unseenMs.length);
  const run = (nowMs = NOW_MS) =>
    reap({
      ...{ sessions: room.sessionsTable, seats: room.seatsTable, parameter: room.parameter },
      ...{ now: () => nowMs, seatsPerBlock: 200, idleMs: MINUTE_MS },
    });
  return { room, run };
}
const longAgo = { openedAtMs: NOW_MS - 500_000 };

describe('a run of reap', () => {
  it.each<[title: string, session: Partial<Session>, unseenMs: number[], freed: number]>([
    ['who was seen a minute ago is idle', {}, [MINUTE_MS], 1],
    ['who was seen just now is not', {}, [MINUTE_MS - 1, 0], 0],
    ['each is judged alone', {}, [MINUTE_MS, 0, 200_000], 2],
    ['nobody is idle who waits for the call', { isSynchronized: true }, [200_000], 0],
    ['nobody is before the start', { isSynchronized: true, startsAtMs: NOW_MS + 1 }, [200_000], 0],
    ['a minute of it is left to them', { isSynchronized: true, startsAtMs: NOW_MS - MINUTE_MS + 1 }, [200_000], 0],
    ['and no more', { isSynchronized: true, startsAtMs: NOW_MS - MINUTE_MS }, [200_000], 1],
    ['nobody has a closed session any more', { closedAtMs: NOW_MS }, [200_000], 0],
  ])('%s', async (_title, session, unseenMs, freed) => {
    const { room, run } = roomWith({ ...longAgo, ...session }, unseenMs);

    const reaped = await run();

    expect(reaped.freed).toBe(freed);
    expect(room.seated()).toHaveLength(unseenMs.length - freed);
    expect([...room.taken.values()]).toEqual([unseenMs.length - freed]);
  });

  it.each<[title: string, closedMs: number, seated: number, settled: [string, string][]]>([
    ['frees all seats of a session that was closed a minute ago', MINUTE_MS, 0, [[sessionId, 'all']]],
    ['leaves it be before: somebody may still be on the way to a seat', MINUTE_MS - 1, 2, []],
  ])('%s', async (_title, closedMs, seated, settled) => {
    const { room, run } = roomWith({ ...longAgo, closedAtMs: NOW_MS - closedMs }, [0, 200_000]);
    room.sessions.set('other', sessionOf({ sessionId: 'other' }));

    expect(await run()).toEqual({ freed: 0, settled: 2 - seated, closed: 0 });

    expect(room.seated()).toHaveLength(seated);
    expect([...room.taken.values()]).toEqual([seated]);
    expect([...room.settled]).toEqual(settled);
  });

  it('goes through a large session that is closed in parts, 5,000 seats a run, and through each block once', async () => {
    const room = roomOf([sessionOf({ seats: 10_100, closedAtMs: NOW_MS - MINUTE_MS })]);
    const looked: string[] = [];
    const maybeIdle: typeof room.seatsTable.maybeIdle = (block) => {
      looked.push(block);
      return room.seatsTable.maybeIdle(block);
    };
    const parts = { sessions: room.sessionsTable, parameter: room.parameter, seats: { ...room.seatsTable, maybeIdle } };
    for (const n of [0, 25, 50]) {
      const [player, block] = [`player-${n}`, `${sessionId}#${n}`];
      await room.seatsTable.take({ player, sessionId, name: player, isBot: false, atMs: 1 }, { block, capacity: 200 });
    }
    const run = () => reap({ ...parts, now: () => NOW_MS, seatsPerBlock: 200, idleMs: MINUTE_MS });

    const runs: unknown[] = [];
    for (let count = 0; count < 4; count += 1) {
      const { settled } = await run();
      runs.push([settled, looked.length, room.settled.get(sessionId)]);
    }

    expect(runs).toEqual([
      [1, 25, 25],
      [1, 50, 50],
      [1, 51, 'all'],
      [0, 51, 'all'],
    ]);
    expect(new Set(looked).size).toBe(51);
  });

  it('keeps the seat of whoever is seen while it runs', async () => {
    const { room } = roomWith(longAgo, [200_000]);
    const free: typeof room.seatsTable.free = async (held, ...rest) => {
      await room.seatsTable.see(held, NOW_MS);
      return room.seatsTable.free(held, ...rest);
    };

    const seats = { ...room.seatsTable, free };
    const parts = { sessions: room.sessionsTable, seats, parameter: room.parameter };
    const reaped = await reap({ ...parts, now: () => NOW_MS, seatsPerBlock: 200, idleMs: MINUTE_MS });

    expect(reaped.freed).toBe(0);
    expect(room.seated()).toHaveLength(1);
  });

  const timed = { gameType: 'TIME_CONSTRAINED', minutes: 5, openedAtMs: NOW_MS - 300_000 } as const;
  it.each<[title: string, session: Partial<Session>, closedAtMs: number | undefined]>([
    [
      'closes a session at the moment when its time was over',
      { ...timed, openedAtMs: NOW_MS - 310_000 },
      NOW_MS - 10_000,
    ],
    ['leaves it open before', { ...timed, openedAtMs: NOW_MS - 299_999 }, undefined],
    [
      'counts the time from the start where all wait for it',
      { ...timed, isSynchronized: true, startsAtMs: NOW_MS - 300_000 },
      NOW_MS,
    ],
    ['and not before', { ...timed, isSynchronized: true }, undefined],
    ['knows no time of other games', { ...timed, gameType: 'MULTIPLE_TRIALS' }, undefined],
  ])('%s', async (_title, session, closedAtMs) => {
    const { room, run } = roomWith(session, []);
    const open = room.sessions.get(sessionId);
    if (open) await room.parameter.write(open);

    expect((await run()).closed).toBe(closedAtMs === undefined ? 0 : 1);

    expect(room.sessions.get(sessionId)?.closedAtMs).toBe(closedAtMs);
    expect(room.told()).toEqual(room.sessions.get(sessionId));
  });

  it('tells what a manager who died has written into the table only', async () => {
    const { room, run } = roomWith(longAgo, []);
    await room.parameter.write(sessionOf(longAgo));
    await room.sessionsTable.close(sessionId, NOW_MS);

    await run();

    expect(room.told()).toMatchObject({ closedAtMs: NOW_MS });
  });

  it.each<[title: string, sessions: Session[], told: string | undefined]>([
    ['the newest that it looks after', [sessionOf({ sessionId: 'a' }), sessionOf({ sessionId: 'b' })], 'b'],
    ['none, where it looks after none', [], undefined],
  ])(
    'puts a parameter right that tells of no session: it tells of %s, and seats are freed as ever',
    async (_title, sessions, told) => {
      const { room, run } = roomWith({ ...longAgo, closedAtMs: NOW_MS - MINUTE_MS }, [0]);
      for (const session of sessions) room.sessions.set(session.sessionId, session);
      if (sessions.length === 0) room.settled.set(sessionId, 'all');
      room.spoil();

      expect((await run()).settled).toBe(sessions.length === 0 ? 0 : 1);

      expect(room.told()).toEqual(sessions.find((one) => one.sessionId === told));
    },
  );

  it.each([
    ['says what the table says', sessionId],
    ['is of a session that the table does not have', 'another'],
  ])('writes nothing into a parameter that %s: each write is told to everybody', async (_what, told) => {
    const { room } = roomWith(longAgo, []);
    await room.parameter.write(sessionOf({ ...longAgo, sessionId: told }));
    const write = jest.fn(room.parameter.write);

    const { sessionsTable: sessions, seatsTable: seats } = room;
    const parameter = { ...room.parameter, write };
    await reap({ sessions, seats, parameter, now: () => NOW_MS, seatsPerBlock: 200, idleMs: MINUTE_MS });

    expect(write).not.toHaveBeenCalled();
  });

  it('tells nothing of sessions that have not been opened in the parameter', async () => {
    const { room, run } = roomWith(longAgo, []);

    await run();

    expect(room.told()).toBeUndefined();
  });
});

describe('a player who leaves', () => {
  it('frees the seat, once', async () => {
    const { room } = roomWith(longAgo, [0, 0]);
    const leave = (player: string) => deallocate({ seats: room.seatsTable, now: () => NOW_MS }, { player, sessionId });

    const outcomes = [await leave('player-0'), await leave('player-0'), await leave('nobody')];

    expect(outcomes).toEqual(['freed', 'kept', 'kept']);
    expect(room.seated()).toMatchObject([{ player: 'player-1' }]);
    expect([...room.taken.values()]).toEqual([1]);
  });
});

describe('a player whose connection ends', () => {
  const DISCONNECTED = { player: 'player-0', connectionId: 'one' };
  const connectionsOf = (...ids: string[]) => {
    const open = new Set(ids);
    return {
      close: async ({ connectionId }: { connectionId: string }) => void open.delete(connectionId),
      of: async (player: string) => [...open].map((connectionId) => ({ player, connectionId })),
    };
  };

  it.each<[title: string, others: string[], seenAtMs: number, freed: number]>([
    ['leaves the seat', [], NOW_MS, 1],
    ['keeps it while another connection is open', ['two'], NOW_MS, 0],
    ['keeps it when it was asked for again since', [], NOW_MS + 1, 0],
  ])('%s', async (_title, others, seenAtMs, freed) => {
    const { room } = roomWith(longAgo, [NOW_MS - seenAtMs]);
    const connections = connectionsOf(DISCONNECTED.connectionId, ...others);

    expect(await disconnect({ connections, seats: room.seatsTable }, DISCONNECTED, NOW_MS)).toBe(freed);

    expect(room.seated()).toHaveLength(1 - freed);
    expect(await connections.of('player-0')).toHaveLength(others.length);
  });
});
