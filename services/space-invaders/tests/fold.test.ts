import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contender } from '../domain/contender.ts';
import { fold } from '../domain/fold.ts';
import type { Status } from '../domain/status.ts';
import { contenderOf, type Dice, diceOf, honestGames, NOW_MS, sessionOf, shuffled, statusOf } from './players.ts';

const rules = { session: sessionOf({ openedAtMs: NOW_MS }), perSecond: 1_000 };
const seated = contenderOf({ seatedAtMs: NOW_MS, seenAtMs: NOW_MS });

/** The statuses, cut into batches anywhere. */
function batchesOf(statuses: readonly Status[], dice: Dice): Status[][] {
  const batches: Status[][] = [];
  for (let at = 0; at < statuses.length; ) {
    const size = 1 + Math.floor(dice() * 12);
    batches.push(statuses.slice(at, at + size));
    at += size;
  }
  return batches;
}

/** Folds batch after batch. */
function foldAll(batches: readonly (readonly Status[])[], from: Contender = seated, perSecond = rules.perSecond) {
  const aside: string[] = [];
  let contender = from;
  for (const batch of batches) {
    const folded = fold(contender, batch, { ...rules, perSecond });
    contender = folded.contender ?? contender;
    for (const [reason, statuses] of folded.aside)
      for (const { trial, sequence } of statuses) aside.push(`${reason} ${trial}.${sequence}`);
  }
  return { contender, aside };
}

const placeOf = ({ latest, shown }: Contender) => ({ shown, trial: latest?.trial, sequence: latest?.sequence });

const seed = fc.integer();

describe('what a player’s statuses make of the board', () => {
  it('is the same in any order, with any duplicates, however they are cut into batches; and nothing of it is set aside', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 4 }), (from, trials) => {
        const dice = diceOf(from);
        const statuses = honestGames(dice, { trials });
        const straight = foldAll([statuses]);

        const repeated = [...statuses, ...statuses.filter(() => dice() < 0.3)];
        const mixed = foldAll(batchesOf(shuffled(repeated, dice), dice));

        expect(placeOf(mixed.contender)).toEqual(placeOf(straight.contender));
        expect([...straight.aside, ...mixed.aside]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('is the highest score of any trial, as that trial stands at its end: the first that reached it', () => {
    fc.assert(
      fc.property(seed, (from) => {
        const statuses = honestGames(diceOf(from), { trials: 4, seconds: 5 });
        const ends = [1, 2, 3, 4].flatMap((trial) => statuses.findLast((status) => status.trial === trial) ?? []);
        const best = ends.reduce((one, other) => (other.score > one.score ? other : one));

        const { shown, latest } = foldAll(batchesOf(statuses, diceOf(from))).contender;

        const { trial, sequence, score, lives, shots, level } = best;
        expect(shown).toEqual({ trial, sequence, score, lives, shots, level });
        expect(latest).toMatchObject({ trial: 4, sequence: ends[3]?.sequence });
      }),
    );
  });

  it('counts each once, and says how many were no news', () => {
    const statuses = honestGames(diceOf(7), { trials: 1 });

    const folded = fold(seated, [...statuses, ...statuses], rules);
    const again = fold(folded.contender, statuses, rules);

    expect(folded).toMatchObject({ counted: statuses.length, late: statuses.length });
    expect(again).toEqual({
      contender: folded.contender,
      counted: 0,
      late: statuses.length,
      aside: new Map(),
      milestones: [],
    });
    expect(again.contender).toBe(folded.contender);
  });

  it('goes on from what counts when something in between does not', () => {
    const forged = [statusOf({ sequence: 2, score: 5_000 }), statusOf({ sequence: 3, score: 0, shots: 0 })];
    const honest = [statusOf({ sequence: 1, score: 5, shots: 2 }), statusOf({ sequence: 4 })];

    const folded = fold(seated, [...forged, ...honest], rules);

    expect(folded.contender).toMatchObject({
      shown: { sequence: 4, score: 10 },
      latest: { sequence: 4 },
      counted: { [NOW_MS / 1000]: 2 },
    });
    expect([...folded.aside]).toEqual([
      ['too_many_points', [forged[0]]],
      ['score_fell', [forged[1]]],
    ]);
  });

  it('takes no jump after a rest for what could have been since the trial began, whether it is told once or step by step', () => {
    const rested = statusOf({ sequence: 2, score: 0, shots: 0, arrivedAtMs: NOW_MS + 60_000 });
    const jumps = [1, 2, 3, 4].map((at) =>
      statusOf({ sequence: 2 + at, score: 0, shots: 20 * at, arrivedAtMs: NOW_MS + 60_000 + at * 300 }),
    );
    const later = statusOf({ sequence: 9, score: 0, shots: 80, arrivedAtMs: NOW_MS + 90_000 });

    const { aside, contender } = foldAll(
      [[statusOf({ sequence: 1 })], [{ ...rested, score: 10, shots: 3 }], jumps, [later]].map((batch) =>
        batch.map((status) => ({ ...status, score: 10 })),
      ),
    );

    expect(aside).toEqual([4, 5, 6].map((sequence) => `too_many_shots 1.${sequence}`));
    expect(contender.latest).toMatchObject({ sequence: 9, shots: 80 });
  });

  it('takes no points for rockets that have missed, whether they are told at once or step by step', () => {
    const at = (sequence: number, score: number, shots: number, level = 1) =>
      statusOf({ sequence, score, shots, level, arrivedAtMs: NOW_MS + 150_000 + sequence * 300 });
    const missed = at(1, 0, 300);
    const jump = at(2, 2_250, 300, 6);
    const steps = Array.from({ length: 8 }, (_, step) => at(3 + step, 15 * (step + 1), 300));
    const honest = at(20, 30, 301);

    const { aside, contender } = foldAll([[missed, jump], steps, [honest]]);

    expect(aside).toEqual([2, 4, 5, 6, 7, 8, 9, 10].map((sequence) => `too_many_points 1.${sequence}`));
    expect(contender).toMatchObject({ latest: { sequence: 20, score: 30 }, missed: 300 });
  });

  it('takes as many a second as may be, wherever batches are cut, and a newer one in the next second', () => {
    const flood = Array.from({ length: 20 }, (_, at) => statusOf({ sequence: at + 1, arrivedAtMs: NOW_MS + at * 100 }));

    const whole = foldAll([flood], seated, 5);
    const cut = foldAll(
      flood.map((status) => [status]),
      seated,
      5,
    );

    expect(whole.aside).toEqual([6, 7, 8, 9, 10, 16, 17, 18, 19, 20].map((sequence) => `too_often 1.${sequence}`));
    expect(cut).toEqual(whole);
    expect(whole.contender).toMatchObject({ latest: { sequence: 15 }, counted: { [NOW_MS / 1000 + 1]: 5 } });
  });

  describe('when a later trial has begun', () => {
    /** Of a game that began a minute ago, so that shots are no question. */
    const since = contenderOf({ seatedAtMs: NOW_MS - 60_000, seenAtMs: NOW_MS - 60_000 });
    const game = { ...rules, session: sessionOf({ openedAtMs: NOW_MS - 60_000 }) };
    const told = (trial: number, sequence: number, overrides: Partial<Status>) =>
      statusOf({ trial, sequence, arrivedAtMs: NOW_MS + trial * 1_000 + sequence * 300, ...overrides });
    const begins = (trial: number, overrides: Partial<Status> = {}) =>
      told(trial, 1, { score: 0, shots: 0, ...overrides });

    it.each<[reason: string, what: string, before: Status[], forged: Status]>([
      [
        'trial_over 2.2',
        'that has no lives left gets none',
        [begins(1, { score: 15 }), told(2, 1, { lives: 0, shots: 20 }), begins(3)],
        told(2, 2, { lives: 3, shots: 20, score: 100, arrivedAtMs: NOW_MS + 4_000 }),
      ],
      [
        'lives_rose 2.2',
        'that has one life left gets no second',
        [told(1, 1, { score: 90, shots: 30 }), told(2, 1, { lives: 1, shots: 20, score: 50 }), begins(3)],
        told(2, 2, { lives: 3, shots: 20, score: 100, arrivedAtMs: NOW_MS + 4_000 }),
      ],
      [
        'score_fell 2.3',
        'gets no fewer points than were told late',
        [begins(1), begins(2), begins(3), told(2, 2, { score: 15, arrivedAtMs: NOW_MS + 3_500 })],
        told(2, 3, { score: 10, arrivedAtMs: NOW_MS + 4_000 }),
      ],
      [
        'trial_over 2.3',
        'is known by what was told late, also when that was not worth being shown',
        [begins(1, { score: 90, shots: 30 }), begins(2), begins(3), told(2, 2, { score: 5, lives: 0 })],
        told(2, 3, { score: 100, shots: 20, arrivedAtMs: NOW_MS + 4_000 }),
      ],
      [
        'trial_over 1.2',
        'ends when its last status can have come',
        [begins(1), begins(2)],
        told(1, 2, { arrivedAtMs: NOW_MS + 2_300 + 10_001 }),
      ],
      [
        'trial_over 1.2',
        'ends by the trial after it, and not by the latest',
        [begins(1), begins(2), begins(3, { arrivedAtMs: NOW_MS + 9_000 })],
        told(1, 2, { arrivedAtMs: NOW_MS + 2_300 + 10_001 }),
      ],
      [
        'too_often 10.1',
        'has eight others before it at the most, in the time that a status may be under way',
        Array.from({ length: 9 }, (_, at) => begins(at + 1, { arrivedAtMs: NOW_MS + at * 1_000 })),
        begins(10, { arrivedAtMs: NOW_MS + 9_500 }),
      ],
    ])('%s: an earlier one %s', (reason, _what, before, forged) => {
      const known = before.reduce<Contender | undefined>((one, status) => fold(one, [status], game).contender, since);

      const { aside, contender } = fold(known, [forged], game);

      expect([...aside].map(([why, [status]]) => `${why} ${status?.trial}.${status?.sequence}`)).toEqual([reason]);
      expect(contender).toBe(known);
      // What came before was taken.
      expect(known?.latest?.trial).toBe(Math.max(...before.map(({ trial }) => trial)));
    });

    it('counts what an earlier one was late with', () => {
      const late = told(1, 2, { score: 10, shots: 3, lives: 0, arrivedAtMs: NOW_MS + 2_300 + 10_000 });

      const { contender, aside } = fold(since, [begins(1), begins(2), late], game);

      expect(aside).toEqual(new Map());
      expect(contender).toMatchObject({ latest: { trial: 2 }, shown: { trial: 1, sequence: 2, score: 10, lives: 0 } });
    });

    it('takes no points for rockets of an earlier one that have missed, told step by step', () => {
      const steps = Array.from({ length: 7 }, (_, step) =>
        told(1, 2 + step, { score: 5 + 25 * (step + 1), shots: 40, arrivedAtMs: NOW_MS + 3_000 + step * 300 }),
      );

      const { contender, aside } = fold(since, [told(1, 1, { score: 5, shots: 40 }), begins(2), ...steps], game);

      expect(aside.get('too_many_points')).toHaveLength(6);
      expect(contender?.shown).toMatchObject({ trial: 1, score: 30 });
    });

    it('keeps of earlier ones what may still be under way, and no more', () => {
      const trials = Array.from({ length: 30 }, (_, at) => begins(at + 1, { arrivedAtMs: NOW_MS + at * 4_000 }));

      const { contender, aside } = fold(since, trials, game);

      expect(aside).toEqual(new Map());
      expect(contender?.earlier?.map(({ trial }) => trial)).toEqual([27, 28, 29]);
    });
  });

  it('counts all trials of a second together, in whatever order they were numbered', () => {
    const first = statusOf({ trial: 5, sequence: 1, arrivedAtMs: NOW_MS });
    const flood = Array.from({ length: 20 }, (_, at) => statusOf({ trial: 4, sequence: at + 1, arrivedAtMs: NOW_MS }));
    const zigzag = Array.from({ length: 20 }, (_, at) =>
      statusOf({ sequence: at + 1, arrivedAtMs: NOW_MS + (at % 2) * 1_000 }),
    );

    expect(foldAll([[first], flood], seated, 5).aside).toHaveLength(16);
    expect(foldAll([zigzag], seated, 5).aside).toHaveLength(10);
  });

  it.each([
    ['none', 15, 0],
    ['one', 10, 1],
  ])('keeps how many rockets of a first status had hit nothing: %s', (_what, score, missed) => {
    expect(fold(seated, [statusOf({ shots: 3, score })], rules).contender?.missed).toBe(missed);
  });

  it('keeps when a player was last seen, by what counts only', () => {
    const late = statusOf({ sequence: 1, arrivedAtMs: NOW_MS + 900 });
    const forged = statusOf({ sequence: 3, score: 5_000, arrivedAtMs: NOW_MS + 2_000 });

    const folded = fold(seated, [statusOf({ sequence: 2, arrivedAtMs: NOW_MS + 300 }), late, forged], rules);

    expect(folded.contender?.seenAtMs).toBe(NOW_MS + 900);
  });

  it('makes nothing of one who never had a seat', () => {
    const status = statusOf();

    expect(fold(undefined, [status], rules)).toEqual({
      contender: undefined,
      counted: 0,
      late: 0,
      milestones: [],
      aside: new Map([['no_seat', [status]]]),
    });
  });
});
