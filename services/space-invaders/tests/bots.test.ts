import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../../packages/local-aws/core/random.ts';
import { fold } from '../domain/fold.ts';
import type { Status } from '../domain/status.ts';
import { Bot } from '../load/bot.ts';
import { createBotTrial } from '../load/botGame.ts';

const SESSION = {
  sessionId: 's',
  gameType: 'MULTIPLE_TRIALS',
  seats: 200,
  isSynchronized: false,
  openedAtMs: 0,
} as const;
const SEATED = { player: 'p', sessionId: 's', name: 'bot', seatedAtMs: 0, seenAtMs: 0 };

/** A trial of a bot, looked at each `everyMs` for so long. */
function statusesOf(seed: number, everyMs: number, forMs: number): Status[] {
  const trial = createBotTrial(seededRandom(seed));
  const statuses: Status[] = [];
  for (let atMs = 0; atMs < forMs; atMs += everyMs) {
    const standing = trial.at(atMs);
    const sequence = statuses.length + 1;
    statuses.push({ ...standing, ...SEATED, trial: 1, sequence, sentAtMs: atMs, arrivedAtMs: atMs });
    if (standing.lives === 0) break;
  }
  return statuses;
}

afterEach(() => {
  jest.useRealTimers();
});

describe('a bot', () => {
  it('asks for its seat in the middle of its trial each half a minute, as pages do: a board that stands still must not cost it', async () => {
    jest.useFakeTimers({ now: 0 });
    const asked: { atMs: number; body: object | undefined }[] = [];
    const account = { index: 4, name: 'bot', player: 'p', token: 't' };
    const place = { apiUrl: 'http://localhost', wsUrl: 'ws://localhost', sessionId: 's' };
    const telling = { answered: () => undefined, board: () => undefined };
    const bot = new Bot(account, place, telling, {
      async ask(_method, path, body) {
        if (path === '/allocate') asked.push({ atMs: Date.now(), body });
        return { status: 202, body: '{}', sentAtMs: Date.now(), tookMs: 0 };
      },
      close: () => undefined,
    });

    const played = bot.play({ endsAtMs: 94_000, everyMs: 300, boardEveryMs: 2_000 });
    await jest.advanceTimersByTimeAsync(95_000);
    await played;

    expect(asked.map(({ atMs }) => atMs)).toEqual([34_000, 64_000]);
    expect(asked[0]?.body).toEqual({ sessionId: 's', isBot: true, trial: expect.any(Number) });
  });

  it('sends nothing that a player could not: each of its statuses counts', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(100, 300, 1000), (seed, everyMs) => {
        const statuses = statusesOf(seed, everyMs, 300_000);

        const { counted, aside } = fold(SEATED, statuses, { session: SESSION, perSecond: 10 });

        expect([counted, [...aside.keys()]]).toEqual([statuses.length, []]);
      }),
      { numRuns: 50 },
    );
  });

  it('plays the same for the same seed, and another game for another', () => {
    expect(statusesOf(7, 300, 60_000)).toEqual(statusesOf(7, 300, 60_000));
    expect(statusesOf(8, 300, 60_000)).not.toEqual(statusesOf(7, 300, 60_000));
  });

  it('comes to further levels and to its end, which is what a board has to show', () => {
    const ends = Array.from({ length: 50 }, (_, seed) => statusesOf(seed, 300, 600_000).at(-1));

    expect(ends.every((end) => end?.lives === 0)).toBe(true);
    expect(Math.max(...ends.map((end) => end?.level ?? 0))).toBeGreaterThan(2);
    expect(new Set(ends.map((end) => end?.score)).size).toBeGreaterThan(25);
  });
});
