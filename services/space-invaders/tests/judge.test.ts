import type { AsideReason, Session } from '@arcade/events/contracts/space-invaders';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contender, Latest } from '../domain/contender.ts';
import { judge, type Verdict } from '../domain/judge.ts';
import type { Status } from '../domain/status.ts';
import { contenderOf, NOW_MS, sessionOf, statusOf } from './players.ts';

const rules = (session: Session | undefined = sessionOf()) => ({ session, perSecond: 5 });
/** Of the first trial, a second ago. */
const latestOf = (overrides: Partial<Latest> = {}): Latest => {
  const {
    player: _player,
    sessionId: _session,
    name: _name,
    ...latest
  } = statusOf({ sequence: 1, arrivedAtMs: NOW_MS - 1_000 });
  return { ...latest, ...overrides };
};
/** That so many have counted of the second in which that moment lies. */
const inSecond = (atMs: number, count: number) => ({ [Math.floor(atMs / 1000)]: count });
const known = (latest: Partial<Latest> = {}, overrides: Partial<Contender> = {}) => {
  const { sentAtMs: _sent, arrivedAtMs: _arrived, ...shown } = latestOf(latest);
  return contenderOf({ latest: latestOf(latest), shown, trialSinceMs: NOW_MS - 10_000, ...overrides });
};

interface Case {
  session?: Partial<Session> | 'none';
  contender?: Contender | 'none';
  status?: Partial<Status>;
}

const table: [verdict: Verdict, what: string, given: Case][] = [
  ['counts', 'a first status', {}],
  ['counts', 'the next one', { contender: known() }],
  ['session_unknown', 'one of a session that there is not', { session: 'none' }],
  ['session_not_started', 'one before the start is called', { session: { isSynchronized: true } }],
  ['session_not_started', 'one before the start', { session: { isSynchronized: true, startsAtMs: NOW_MS + 501 } }],
  [
    'counts',
    'one of a page whose clock is a little fast',
    { session: { isSynchronized: true, startsAtMs: NOW_MS + 500 } },
  ],
  ['counts', 'one at the start', { session: { isSynchronized: true, startsAtMs: NOW_MS } }],
  ['session_not_started', 'one before the opening', { session: { openedAtMs: NOW_MS + 501 } }],
  ['session_over', 'one at the closing', { session: { closedAtMs: NOW_MS } }],
  ['counts', 'one before the closing, looked at after it', { session: { closedAtMs: NOW_MS + 1 } }],
  ['session_over', 'one when the time is over', { session: { gameType: 'TIME_CONSTRAINED', minutes: 1 } }],
  [
    'counts',
    'one just before the time is over',
    { session: { gameType: 'TIME_CONSTRAINED', minutes: 1 }, status: { arrivedAtMs: NOW_MS - 1 } },
  ],
  [
    'counts',
    'one within the time that counts from the start',
    { session: { gameType: 'TIME_CONSTRAINED', minutes: 1, isSynchronized: true, startsAtMs: NOW_MS - 59_999 } },
  ],
  ['clock_ahead', 'one of a clock that is ahead', { status: { sentAtMs: NOW_MS + 5_001 } }],
  ['counts', 'one of a clock that is ahead by five seconds', { status: { sentAtMs: NOW_MS + 5_000 } }],
  ['counts', 'one of a clock that is an hour behind', { status: { sentAtMs: NOW_MS - 3_600_000 } }],
  ['no_seat', 'one of somebody who never had a seat', { contender: 'none' }],
  ['no_seat', 'one after the seat was freed', { contender: contenderOf({ freedAtMs: NOW_MS - 1 }) }],
  ['counts', 'one that arrived before the seat was freed', { contender: contenderOf({ freedAtMs: NOW_MS }) }],
  ['counts', 'one that arrived in an earlier seat', { contender: contenderOf({ seatedAtMs: NOW_MS + 5_000 }) }],
  [
    'trial_not_allowed',
    'a second trial where there is one',
    { session: { gameType: 'SINGLE_TRIAL' }, status: { trial: 2 } },
  ],
  ['counts', 'the only trial', { session: { gameType: 'SINGLE_TRIAL' } }],
  ['counts', 'a second trial', { contender: known(), status: { trial: 2, sequence: 1, shots: 0, score: 0 } }],
  ['no-news', 'the same one again', { contender: known({ sequence: 2 }) }],
  ['no-news', 'an older one', { contender: known({ sequence: 3 }) }],
  [
    'no-news',
    'an older one, although it has more points than the trial that is shown',
    {
      contender: known(
        { trial: 2, sequence: 3 },
        { shown: { trial: 1, sequence: 1, score: 12, lives: 3, shots: 3, level: 1 } },
      ),
      status: { trial: 2, score: 15 },
    },
  ],
  ['no-news', 'a duplicate after the session', { contender: known({ sequence: 2 }), session: { closedAtMs: NOW_MS } }],
  ['no-news', 'one of an earlier trial with no more points', { contender: known({ trial: 2, score: 15 }) }],
  ['counts', 'one of an earlier trial with more points', { contender: known({ trial: 2, score: 5 }) }],
  ['counts', 'one of an earlier trial with as many points', { contender: known({ trial: 2 }) }],
  [
    'no-news',
    'the one of an earlier trial that is shown, again',
    {
      contender: known({ trial: 2 }, { shown: { trial: 1, sequence: 2, score: 10, lives: 3, shots: 3, level: 1 } }),
    },
  ],
  ['trial_over', 'one after no life was left', { contender: known({ lives: 0 }), status: { lives: 0 } }],
  ['too_often', 'a sixth in a second', { contender: known({ arrivedAtMs: NOW_MS }, { counted: inSecond(NOW_MS, 5) }) }],
  ['counts', 'a fifth in a second', { contender: known({ arrivedAtMs: NOW_MS }, { counted: inSecond(NOW_MS, 4) }) }],
  [
    'counts',
    'a first of the next second',
    { contender: known({ arrivedAtMs: NOW_MS - 1 }, { counted: inSecond(NOW_MS - 1, 5) }) },
  ],
  ['score_fell', 'one with fewer points', { contender: known({ score: 15 }) }],
  [
    'score_fell',
    'one with fewer points than the newest of its trial, which is not shown',
    {
      contender: known(
        { trial: 2, score: 15 },
        { shown: { trial: 1, sequence: 1, score: 20, lives: 3, shots: 9, level: 1 } },
      ),
      status: { trial: 2 },
    },
  ],
  ['lives_rose', 'one with more lives', { contender: known({ lives: 2 }) }],
  ['shots_fell', 'one with fewer shots', { contender: known({ shots: 4 }) }],
  ['level_fell', 'one of a lower level', { contender: known({ level: 2, score: 0, shots: 3 }) }],
  [
    'score_fell',
    'a newer one of the trial that is shown, with fewer points, after another trial has begun',
    {
      contender: known({ trial: 2 }, { shown: { trial: 1, sequence: 1, score: 15, lives: 3, shots: 3, level: 1 } }),
      status: { score: 10 },
    },
  ],
];

describe('judge', () => {
  it.each(table)('%s: %s', (verdict, _what, { session = {}, contender = contenderOf(), status }) => {
    const judged = judge(
      contender === 'none' ? undefined : contender,
      statusOf(status),
      session === 'none' ? { session: undefined, perSecond: 5 } : rules(sessionOf(session)),
    );

    expect(judged).toBe(verdict);
  });

  /** Shots within the given seconds, which are more than the ten that a status may be under way. */
  const firing: [verdict: Verdict, what: string, contender: Contender, status: Partial<Status>][] = [
    ['counts', 'as many as two a second since the seat', contenderOf(), { shots: 40 }],
    ['too_many_shots', 'more than that', contenderOf(), { shots: 41 }],
    ['too_many_shots', 'at the very moment of the seat', contenderOf({ seatedAtMs: NOW_MS }), { shots: 21 }],
    ['too_many_shots', 'a moment too soon', contenderOf(), { shots: 41, arrivedAtMs: NOW_MS + 499 }],
    ['counts', 'just in time', contenderOf(), { shots: 41, arrivedAtMs: NOW_MS + 500 }],
    ['too_many_shots', 'since the start, when that was later', contenderOf({ seatedAtMs: 0 }), { shots: 141 }],
    ['counts', 'since the start only', contenderOf({ seatedAtMs: 0 }), { shots: 140 }],
    ['counts', 'since the trial can have begun', known({}, { trialSinceMs: NOW_MS - 20_000 }), { shots: 60 }],
    ['too_many_shots', 'more than since then', known({}, { trialSinceMs: NOW_MS - 20_000 }), { shots: 61 }],
    ['counts', 'of a new trial, since the last of the one before', known(), { trial: 2, shots: 22 }],
    ['too_many_shots', 'more than since then', known(), { trial: 2, shots: 23 }],
    ['counts', 'since the opening, of an earlier seat', contenderOf({ seatedAtMs: NOW_MS + 1 }), { shots: 140 }],
  ];

  it.each(firing)('%s: shots, %s', (verdict, _what, contender, status) => {
    expect(judge(contender, statusOf(status), rules())).toBe(verdict);
  });

  /** All is done that the shots are enough for. */
  const points: [verdict: Verdict, shots: number, level: number, score: number][] = [
    ['counts', 3, 1, 15],
    ['too_many_points', 3, 1, 16],
    ['too_many_points', 49, 1, 246],
    ['counts', 50, 1, 300],
    ['too_many_points', 50, 1, 301],
    ['counts', 50, 2, 300],
    ['too_many_points', 49, 2, 100],
    ['too_many_points', 49, 2, 0],
    ['counts', 60, 2, 350],
    ['too_many_points', 60, 1, 301],
    ['counts', 100, 2, 650],
    ['too_many_points', 100, 2, 651],
    ['counts', 100, 3, 650],
  ];

  it.each(points)('%s: %i shots that led to level %i and %i points', (verdict, shots, level, score) => {
    const contender = contenderOf({ seatedAtMs: NOW_MS - 60_000 });

    expect(judge(contender, statusOf({ shots, level, score }), rules())).toBe(verdict);
  });

  /** A player who has hit nothing with three hundred rockets, and what is told 300 ms later. */
  const jumps: [verdict: Verdict, what: string, status: Partial<Status>][] = [
    ['counts', 'as many hits as rockets were on their way', { shots: 300, score: 25 }],
    ['counts', 'points that are not enough for one more', { shots: 300, score: 29 }],
    ['too_many_points', 'one more', { shots: 300, score: 30 }],
    ['counts', 'one more, with one more shot', { shots: 301, score: 30 }],
    ['too_many_points', 'what all the shots would have given', { shots: 300, score: 2_250, level: 6 }],
    ['too_many_points', 'levels without their points', { shots: 300, score: 0, level: 6 }],
    ['too_many_points', 'the next level without its points', { shots: 301, score: 0, level: 2 }],
    ['too_many_points', 'the bonus of a level of which little is done', { shots: 301, score: 75 }],
  ];

  it.each(jumps)('%s: after three hundred shots without a hit, %s', (verdict, _what, status) => {
    const since = { seatedAtMs: 0, trialSinceMs: NOW_MS - 300_000 };
    const idle = { score: 0, shots: 300, arrivedAtMs: NOW_MS - 300 };
    const told = statusOf({ sequence: 3, ...status });

    expect(judge(known(idle, { ...since, missed: 300 }), told, rules(sessionOf({ openedAtMs: 0 })))).toBe(verdict);
    // As it is of a trial that is no more the latest: then the one that is shown is all that is known of it.
    const shown = { trial: 1, sequence: 1, score: 0, lives: 3, shots: 300, level: 1 };
    const inTrial2 = known({ trial: 2, score: 0 }, { ...since, shown, missed: 0 });
    expect(judge(inTrial2, told, rules(sessionOf({ openedAtMs: 0 })))).toBe(verdict);
  });

  it.each<[verdict: Verdict, what: string, status: Partial<Status>]>([
    ['counts', 'as many hits as rockets were on their way', { score: 325 }],
    ['too_many_points', 'one more', { score: 330 }],
    ['too_many_points', 'the whole of it', { score: 650 }],
  ])('%s: on the second level, after two hundred and fifty rockets that missed, %s', (verdict, _what, status) => {
    const level2 = { score: 300, shots: 300, level: 2 };
    const contender = known({ ...level2, arrivedAtMs: NOW_MS - 300 }, { trialSinceMs: 0, missed: 250 });

    expect(judge(contender, statusOf({ ...level2, sequence: 3, ...status }), rules())).toBe(verdict);
  });

  it('never counts what arrives outside of the session, whatever it says', () => {
    const over: AsideReason[] = ['session_over', 'session_not_started'];
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), fc.nat(5), (apartMs, shots) => {
        const session = sessionOf({ closedAtMs: NOW_MS });
        const status = statusOf({ arrivedAtMs: NOW_MS + apartMs, sentAtMs: NOW_MS + apartMs, shots, score: 0 });
        const judged = judge(contenderOf(), status, rules(session));

        expect(over.includes(judged as AsideReason)).toBe(apartMs >= 0 || apartMs < -60_500);
      }),
      // Both ends of the time that counts, and what lies next to them.
      { examples: [-60_501, -60_500, -1, 0].map((apartMs) => [apartMs, 1]) },
    );
  });
});
