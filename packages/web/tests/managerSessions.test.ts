import { session as sessionContract } from '@arcade/events/contracts/space-invaders';
import { describe, expect, it } from '@jest/globals';
import { closeSession, newSessionId, openSession, unheard, type Wish } from '../src/space-invaders/manager/sessions.ts';
import type { GameSession } from '../src/space-invaders/session.ts';
import { sessionStore } from './managerPorts.ts';

const NOW_MS = Date.parse('2026-11-22T05:38:00.250Z');
const WISH: Wish = { gameType: 'MULTIPLE_TRIALS', seats: 200, isSynchronized: false };
const TIMED: Wish = { ...WISH, gameType: 'TIME_CONSTRAINED', minutes: 5 };
const SESSION: GameSession = {
  sessionId: '20261122T053000Z-aaaa',
  gameType: 'MULTIPLE_TRIALS',
  seats: 200,
  isSynchronized: false,
  openedAtMs: NOW_MS - 480_000,
};
const CLOSED = { ...SESSION, closedAtMs: NOW_MS - 60_000 };
const clockOf = (nowMs: number, random = 0.5) => ({ nowMs: () => nowMs, random: () => random });

describe('opening a session', () => {
  it('puts it into the table first and writes the parameter last', async () => {
    const { store, ...ports } = sessionStore(CLOSED);

    const session = await openSession(TIMED, { ...ports, ...clockOf(NOW_MS) });

    expect(session).toEqual({
      sessionId: '20261122T053800Z-iiii',
      gameType: 'TIME_CONSTRAINED',
      seats: 200,
      isSynchronized: false,
      openedAtMs: NOW_MS,
      minutes: 5,
    });
    expect(store.told).toEqual(session);
    expect(store.in(session.sessionId)).toEqual(session);
    expect(store.done.filter((call) => /add|write/.test(call))).toEqual(['sessions.add', 'parameter.write']);
    expect(store.done.at(-1)).toBe('parameter.write');
  });

  it('and closing it write what services take for a session, also by a clock that was set right by parts of a millisecond', async () => {
    const { store, ...ports } = sessionStore();
    const parts = { ...ports, ...clockOf(NOW_MS + 0.5) };

    const { sessionId } = await openSession(TIMED, parts);
    expect(sessionContract.safeParse(store.told).error).toBeUndefined();
    await closeSession(sessionId, parts);

    expect(sessionContract.safeParse(store.in(sessionId)).error).toBeUndefined();
    expect(store.told).toMatchObject({ closedAtMs: expect.any(Number) });
  });

  it('is refused while another is open, and nothing is written', async () => {
    const { store, ...ports } = sessionStore(SESSION);

    const opening = openSession(WISH, { ...ports, ...clockOf(NOW_MS) });

    await expect(opening).rejects.toThrow('Session 20261122T053000Z-aaaa is open: close it first.');
    expect(store.done).toEqual(['sessions.list']);
  });

  it.each(['sessions.list', 'sessions.add'])(
    'leaves one open session at the most when two managers open at once, and the other gets in after the first’s %s',
    async (moment) => {
      const { store, ...ports } = sessionStore();
      let others: Promise<GameSession> | undefined;
      let isLet = false;
      store.after = async (call) => {
        if (call !== moment || isLet) return;
        isLet = true;
        others = openSession(WISH, { ...ports, ...clockOf(NOW_MS, 0.1) });
        await others.catch(() => {});
      };

      const mine = await openSession(WISH, { ...ports, ...clockOf(NOW_MS) }).catch((error: Error) => error);
      const theirs = await others?.catch((error: Error) => error);

      const open = (await ports.sessions.list({ limit: 10 })).entries.filter((one) => one.closedAtMs === undefined);
      expect(open.length).toBeLessThanOrEqual(1);
      expect([mine, theirs].filter((outcome) => outcome instanceof Error).length).toBeGreaterThanOrEqual(1);
      expect(store.told === undefined || store.told.sessionId === open[0]?.sessionId).toBe(true);
    },
  );

  it('that fails before its parameter leaves a session that nobody hears of, which can be told of and closed', async () => {
    const { store, ...ports } = sessionStore(CLOSED);
    store.failing = 'parameter.write';

    await expect(openSession(WISH, { ...ports, ...clockOf(NOW_MS) })).rejects.toThrow('parameter.write has failed');

    const [newest] = (await ports.sessions.list({ limit: 1 })).entries;
    expect(unheard(newest, store.told)).toBe(newest);
    await closeSession(newest?.sessionId ?? '', { ...ports, ...clockOf(NOW_MS + 1) });
    expect(store.told).toMatchObject({ sessionId: newest?.sessionId, closedAtMs: NOW_MS + 1 });
  });
});

describe('closing a session', () => {
  it('closes it in the table first, then for all who ask for it', async () => {
    const { store, ...ports } = sessionStore(SESSION);

    const closed = await closeSession(SESSION.sessionId, { ...ports, ...clockOf(NOW_MS) });

    expect(closed).toEqual({ ...SESSION, closedAtMs: NOW_MS });
    expect(store.told).toEqual(closed);
    expect(store.done.filter((call) => /close|write/.test(call))).toEqual(['sessions.close', 'parameter.write']);
  });

  it('once more leaves it closed since when it was, and mends a parameter that had not heard of it', async () => {
    const { store, ...ports } = sessionStore(CLOSED);
    store.told = SESSION;
    expect(unheard(CLOSED, SESSION)).toBe(CLOSED);

    const closed = await closeSession(SESSION.sessionId, { ...ports, ...clockOf(NOW_MS) });

    expect(closed).toEqual(CLOSED);
    expect(store.told).toEqual(CLOSED);
  });

  it('leaves the parameter alone that is about a later session, and does nothing for one that there never was', async () => {
    const later = { ...SESSION, sessionId: '20261122T053500Z-bbbb' };
    const { store, ...ports } = sessionStore(SESSION, later);

    await closeSession(SESSION.sessionId, { ...ports, ...clockOf(NOW_MS) });
    const nothing = await closeSession('20261122T000000Z-cccc', { ...ports, ...clockOf(NOW_MS) });

    expect(store.told).toBe(later);
    expect(nothing).toBeUndefined();
  });
});

describe('a session’s id', () => {
  it('sorts by the second of its opening', () => {
    const ids = [0, 1_000, 86_400_000].map((ms) => newSessionId(NOW_MS + ms, () => 0.99));

    expect(ids).toEqual(['20261122T053800Z-zzzz', '20261122T053801Z-zzzz', '20261123T053800Z-zzzz']);
    expect(ids.toSorted()).toEqual(ids);
  });
});

describe('what players hear of a session', () => {
  it.each([
    ['the same', SESSION, SESSION, false],
    ['nothing yet of one that is open', SESSION, undefined, true],
    ['the one before', { ...SESSION, sessionId: '3' }, { ...CLOSED, sessionId: '2' }, true],
    ['nothing of the start', { ...SESSION, startsAtMs: 5 }, SESSION, true],
    ['nothing of the end', CLOSED, SESSION, true],
    ['nothing of one that was withdrawn', { ...CLOSED, sessionId: '3' }, { ...CLOSED, sessionId: '2' }, false],
    ['a later one', SESSION, { ...SESSION, sessionId: '9' }, false],
    ['nothing, as there is none', undefined, undefined, false],
  ])('is mended or not: %s', (_, newest, told, isToBeMended) => {
    expect(unheard(newest, told)).toBe(isToBeMended ? newest : undefined);
  });
});
