import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Problem } from '../src/lib/api.ts';
import type { Standing } from '../src/space-invaders/game/engine.ts';
import { createStatusSender, type Status, type StatusNews } from '../src/space-invaders/game/statusSender.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});

const begun: Standing = { score: 0, lives: 3, shots: 0, level: 1 };
const scored = (score: number): Standing => ({ ...begun, score });

/** A sender, and a service in which the test says what becomes of each status: undefined is that it is taken. */
function sender({ answerMs = 0 } = {}) {
  const posted: (Status & { atMs: number })[] = [];
  const news: StatusNews[] = [];
  const refusals: (number | undefined)[] = [];
  const made = createStatusSender({
    sessionId: 's',
    trial: 2,
    everyMs: 300,
    post: async (status) => {
      posted.push({ ...status, atMs: Date.now() - 1_000_000 });
      const refusal = refusals.shift();
      if (answerMs > 0) await new Promise((resolve) => setTimeout(resolve, answerMs));
      if (refusal !== undefined) throw new Problem(refusal, 'no', '');
    },
    nowMs: () => Date.now(),
    dateMs: () => Date.now() + 0.4,
    random: () => 1,
    onNews: (one) => news.push(one),
  });
  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
  return { made, posted, news, refusals, pass, scores: () => posted.map(({ score }) => score) };
}

describe('a player’s status', () => {
  it('is told at once at first, and then at most every 300 ms, whichever is the newest', async () => {
    const { made, posted, pass } = sender();

    for (let ms = 0; ms < 900; ms += 110) {
      made.offer(scored(ms));
      await pass(110);
    }

    expect(posted.map(({ atMs, score, sequence }) => [atMs, score, sequence])).toEqual([
      [0, 0, 1],
      [300, 220, 2],
      [600, 550, 3],
      [900, 880, 4],
    ]);
    expect(posted[0]).toMatchObject({ sessionId: 's', trial: 2, sentAtMs: 1_000_000, ...begun });
  });

  it('is not told again while nothing has changed', async () => {
    const { made, posted, pass } = sender();

    for (let times = 0; times < 5; times += 1) {
      made.offer({ ...begun });
      await pass(1_000);
    }

    expect(posted).toHaveLength(1);
  });

  it.each([
    ['a score of 0', scored(5), scored(0)],
    ['no life left', { ...begun, lives: 1 }, { ...begun, lives: 0 }],
    ['another shot', begun, { ...begun, shots: 1 }],
    ['another level', begun, { ...begun, level: 2 }],
  ])('is told for a change to %s', async (_what, before, after) => {
    const { made, posted, pass } = sender();
    made.offer(before);
    await pass(1_000);

    made.offer(after);
    await pass(0);

    expect(posted.at(-1)).toMatchObject(after);
  });

  it('waits for the answer to the one before, however long it takes: then the newest goes', async () => {
    const { made, posted, scores, pass } = sender({ answerMs: 1_000 });

    for (let score = 0; score < 20; score += 1) {
      made.offer(scored(score));
      await pass(110);
    }

    expect(posted.map(({ atMs }) => atMs)).toEqual([0, 1_000, 2_000]);
    expect(scores()).toEqual([0, 9, 18]);
  });

  it('is tried again later each time when it was not taken, and only the newest is', async () => {
    const { made, posted, news, refusals, pass } = sender();
    refusals.push(429, 500, 0, 502, 503, 429);

    for (let ms = 0; ms < 15_000; ms += 110) {
      made.offer(scored(ms));
      await pass(110);
    }

    const tries = posted.slice(0, 7);
    const pauses = tries.slice(1).map(({ atMs }, index) => atMs - (tries[index]?.atMs ?? 0));
    expect(pauses).toEqual([300, 600, 1_200, 2_400, 4_800, 5_000]);
    for (const { atMs, score } of tries) expect(atMs - score).toBeLessThanOrEqual(110);
    expect(posted.map(({ sequence }) => sequence)).toEqual(posted.map((_, index) => index + 1));
    expect(news.filter(({ kind }) => kind === 'refused')).toHaveLength(6);
  });

  it('is the same one when it goes again unchanged: nobody knows whether the first arrived', async () => {
    const { made, posted, refusals, pass } = sender();
    refusals.push(0);

    made.offer(scored(5));
    await pass(1_000);
    made.offer(scored(10));
    await pass(1_000);

    const [first, again, next] = posted;
    expect({ ...again, atMs: 0 }).toEqual({ ...first, atMs: 0 });
    expect(next).toMatchObject({ sequence: 2, score: 10 });
  });

  it('is not sent again when it can never be taken; the next one is', async () => {
    const { made, scores, news, refusals, pass } = sender();
    refusals.push(400);

    made.offer(scored(5));
    await pass(10_000);
    expect(scores()).toEqual([5]);
    made.offer(scored(10));
    await pass(0);

    expect(scores()).toEqual([5, 10]);
    expect(news[1]).toEqual({ kind: 'refused', sequence: 1, status: 400, retryMs: undefined });
  });

  it('is told at the end without waiting, and until it is taken', async () => {
    const { made, posted, refusals, pass } = sender();
    made.offer(begun);
    await pass(10);
    refusals.push(500);

    const told = made.finish({ ...begun, lives: 0 });
    made.offer(scored(99));
    await pass(1_000);

    expect(posted.map(({ atMs, lives, score }) => [atMs, lives, score])).toEqual([
      [0, 3, 0],
      [10, 0, 0],
      [310, 0, 0],
    ]);
    expect(await told).toBe(true);
  });

  it('is given up ten seconds after the end, and when nobody wants it any more', async () => {
    const { made, posted, refusals, pass } = sender();
    refusals.push(...Array.from({ length: 50 }, () => 500));
    const told = made.finish(begun);
    await pass(60_000);
    expect(await told).toBe(false);
    expect(posted.length).toBeLessThan(8);

    const other = sender();
    other.made.offer(begun);
    await other.pass(0);
    other.made.offer(scored(5));
    other.made.close();
    other.made.offer(scored(10));
    await other.pass(10_000);
    expect(other.scores()).toEqual([0]);
  });

  it('says what became of it', async () => {
    const { made, news, pass } = sender({ answerMs: 40 });

    made.offer(begun);
    await pass(100);

    expect(news).toEqual([
      { kind: 'sent', sequence: 1 },
      { kind: 'landed', sequence: 1, tookMs: 40 },
    ]);
  });
});
