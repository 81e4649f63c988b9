import { session as contract, sessionChanged } from '@arcade/events/contracts/space-invaders';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { learn, nothingKnown } from '../src/space-invaders/known.ts';
import { messageIn } from '../src/space-invaders/messages.ts';
import { askBoard, askSession, seatRefusal, sendStatus, takeSeat } from '../src/space-invaders/service.ts';
import {
  endsAtMs,
  type GameSession,
  newerOf,
  nextPhaseInMs,
  phaseAt,
  sessionIn,
  sessionInText,
} from '../src/space-invaders/session.ts';

const made = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = made;
});

const open: GameSession = {
  sessionId: '20261122T053800Z-x7k2',
  gameType: 'MULTIPLE_TRIALS',
  seats: 200,
  isSynchronized: false,
  openedAtMs: 1_000,
};
const timed: GameSession = { ...open, gameType: 'TIME_CONSTRAINED', minutes: 5 };

describe('a session', () => {
  it.each([open, timed, { ...open, startsAtMs: 2, closedAtMs: 3, isSynchronized: true }])(
    'is read as the contract says it: %j',
    (session) => {
      expect(contract.safeParse(session).success).toBe(true);
      expect(sessionIn(session)).toEqual(session);
    },
  );

  it('is read from its text, and there is none in a text that is no JSON: a manager can still close it', () => {
    expect(sessionInText(JSON.stringify(open))).toEqual(open);
    expect(['null', 'no JSON', ''].map(sessionInText)).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    null,
    'null',
    undefined,
    {},
    { ...open, gameType: 'OTHER' },
    { ...open, seats: '200' },
    { ...open, seats: 2_000_001 },
  ])('is not read from anything else: %j', (value) => {
    expect(sessionIn(value)).toBeUndefined();
  });

  const synchronized = { ...open, isSynchronized: true };
  it.each<[string, GameSession | undefined, number, string]>([
    ['none', undefined, 0, 'none'],
    ['one that is open', open, 5_000, 'running'],
    ['one that is closed', { ...open, closedAtMs: 4_000 }, 5_000, 'over'],
    ['one for all at once', synchronized, 5_000, 'waiting'],
    ['one that is called', { ...synchronized, startsAtMs: 5_001 }, 5_000, 'called'],
    ['one that has started', { ...synchronized, startsAtMs: 5_000 }, 5_000, 'running'],
    ['one with time left', timed, 300_999, 'running'],
    ['one whose time is over', timed, 301_000, 'over'],
    ['a timed one that has not started', { ...timed, isSynchronized: true }, 900_000, 'waiting'],
    ['a timed one that started late', { ...timed, isSynchronized: true, startsAtMs: 900_000 }, 1_199_999, 'running'],
    ['a timed one that started late', { ...timed, isSynchronized: true, startsAtMs: 900_000 }, 1_200_000, 'over'],
  ])('is as far as its times say: %s', (_name, session, nowMs, phase) => {
    expect(phaseAt(session, nowMs)).toBe(phase);
  });

  it('changes by itself at its start and at its end, by the service’s clock, whatever the page’s own says', () => {
    const clock = { aheadMs: 7_000, roundTripMs: 10, heardAtMs: 0 };
    const called = { ...timed, isSynchronized: true, startsAtMs: 50_000 };

    expect(nextPhaseInMs(called, clock, 40_000)).toBe(3_000);
    expect(nextPhaseInMs(called, undefined, 40_000)).toBe(10_000);
    expect(nextPhaseInMs(called, clock, 43_000)).toBe(300_000);
    expect([nextPhaseInMs(open, clock, 0), nextPhaseInMs(undefined, clock, 0)]).toEqual([undefined, undefined]);
    expect(phaseAt(called, 40_000 + 7_000 + 3_000)).toBe('running');
  });

  it('has no end where it goes on until it is closed', () => {
    expect([endsAtMs(open), endsAtMs(timed), endsAtMs({ ...timed, isSynchronized: true })]).toEqual([
      undefined,
      301_000,
      undefined,
    ]);
  });

  it('is the newer one, in whichever order two are told, and stays called and closed', () => {
    const next = { ...open, sessionId: '20261122T060000Z-a' };
    const called = { ...open, startsAtMs: 7 };
    const closed = { ...called, closedAtMs: 9 };

    expect([newerOf(undefined, open), newerOf(open, next), newerOf(next, closed)]).toEqual([open, next, next]);
    expect(newerOf(closed, called)).toEqual(closed);
    expect(newerOf(called, closed)).toEqual(closed);
  });
});

describe('what the page knows of the session', () => {
  const asked = (session: GameSession | undefined, sentAtMs: number) =>
    ({ kind: 'asked', session, sentAtMs, nowMs: sentAtMs + 100 }) as const;

  it('is that there is none, once that was asked for', () => {
    expect(nothingKnown.isAsked).toBe(false);
    expect(learn(nothingKnown, asked(undefined, 0))).toMatchObject({ isAsked: true, session: undefined });
  });

  it('is closed when it is not there any more, but not by an answer that is older than what was told', () => {
    const known = learn(nothingKnown, { kind: 'told', session: open, nowMs: 50 });

    expect(learn(known, asked(undefined, 0)).session).toEqual(open);
    expect(learn(known, asked(undefined, 60)).session).toEqual({ ...open, closedAtMs: 160 });
  });

  it('is forgotten when somebody else plays, but not what time it is', () => {
    const told = { nowMs: 5_000, sentAtMs: 1_000, receivedAtMs: 1_020 };
    const known = learn(learn(nothingKnown, { kind: 'time', told }), { kind: 'told', session: open, nowMs: 1 });

    expect(learn(known, { kind: 'player' })).toMatchObject({
      session: undefined,
      isAsked: false,
      clock: { aheadMs: 3_990 },
    });
  });
});

describe('a message of the socket', () => {
  it.each([
    [
      { type: sessionChanged.type, detail: timed },
      { type: 'session', session: timed },
    ],
    [
      { type: 'pong', nowMs: 5 },
      { type: 'pong', nowMs: 5 },
    ],
    [
      { type: 'started', startsAtMs: 5 },
      { type: 'started', startsAtMs: 5 },
    ],
    [
      { type: 'refused', status: 403, detail: 'no' },
      { type: 'refused', status: 403, detail: 'no' },
    ],
    [{ type: sessionChanged.type, detail: {} }, undefined],
    [{ type: 'something.else', detail: timed }, undefined],
  ])('is what the page knows of it: %j', (message, told) => {
    expect(messageIn(JSON.stringify(message))).toEqual(told);
  });

  it.each(['no JSON', undefined, 7, 'null'])('is nothing when it is %j', (data) => {
    expect(messageIn(data)).toBeUndefined();
  });
});

/** Answers each question with the same. */
function answers(status: number, body: unknown) {
  const asked: { path: string; method: string; body: unknown; token: string | null }[] = [];
  globalThis.fetch = jest.fn(async (path: unknown, { method = 'GET', body: sent, headers }: RequestInit = {}) => {
    const said: unknown = typeof sent === 'string' ? JSON.parse(sent) : undefined;
    asked.push({ path: String(path), method, body: said, token: new Headers(headers).get('authorization') });
    return new Response(JSON.stringify(body), { status });
  }) as typeof fetch;
  return asked;
}
const token = async () => 'a token';
const problem = (kind: string) => ({ type: `urn:arcade:space-invaders:${kind}`, title: 'No', status: 409 });

describe('the service', () => {
  it('gives the session that is open, or that none is', async () => {
    answers(200, timed);
    expect(await askSession(token)).toEqual(timed);
    answers(404, { title: 'No session' });
    expect(await askSession(token)).toBeUndefined();
    answers(429, {});
    await expect(askSession(token)).rejects.toMatchObject({ status: 429 });
  });

  it('gives the first ten, and what time it is there', async () => {
    const row = { name: 'Ada', isBot: false, score: 5, shots: 2, level: 1, lives: 3, trial: 1, arrivedAtMs: 7 };
    const asked = answers(200, { scoreboard: [row, { name: 'broken' }], nowMs: 9 });

    expect(await askBoard('a b', token)).toEqual({ rows: [row], nowMs: 9 });
    expect(asked).toEqual([
      { path: '/api/space-invaders/scoreboard?sessionId=a%20b', method: 'GET', token: 'a token', body: undefined },
    ]);
  });

  it('gives a seat, and the trial that may be begun', async () => {
    const asked = answers(200, { sessionId: 's', seatedAtMs: 1, trial: 4 });

    expect(await takeSeat({ sessionId: 's' }, token)).toEqual({ sessionId: 's', trial: 4 });
    await takeSeat({ sessionId: 's', isBot: true }, token);
    expect(asked.map(({ path, method, body }) => [path, method, body])).toEqual([
      ['/api/space-invaders/allocate', 'POST', { sessionId: 's' }],
      ['/api/space-invaders/allocate', 'POST', { sessionId: 's', isBot: true }],
    ]);
  });

  it.each(['session-full', 'session-closed', 'cannot-play-again'])('says why there is no seat: %s', async (kind) => {
    answers(409, problem(kind));

    expect(seatRefusal(await takeSeat({ sessionId: 's' }, token).catch((error: unknown) => error))).toBe(kind);
  });

  it('gives no such reason for what fails otherwise', async () => {
    answers(409, problem('something-else'));
    expect(seatRefusal(await takeSeat({ sessionId: 's' }, token).catch((error: unknown) => error))).toBeUndefined();
    expect(seatRefusal(new Error('no'))).toBeUndefined();
  });

  it('is told how a game stands', async () => {
    const asked = answers(202, {});
    const status = { sessionId: 's', trial: 1, sequence: 2, sentAtMs: 3, score: 4, lives: 3, shots: 5, level: 1 };

    await sendStatus(status, token);

    expect(asked).toEqual([
      { path: '/api/space-invaders/updatestatus', method: 'POST', body: status, token: 'a token' },
    ]);
  });
});
