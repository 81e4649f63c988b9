import { describe, expect, it } from '@jest/globals';
import {
  ageParts,
  clockWords,
  MOST_LISTED,
  noAgeWords,
  olderWords,
  rateWords,
  seatWords,
  seconds,
  shardWords,
  stateWords,
  USUAL,
  whyNoStart,
  wishIn,
} from '../src/space-invaders/manager/words.ts';
import { type GameSession, phaseAt } from '../src/space-invaders/session.ts';

describe('what a manager fills in', () => {
  it('is a session of 200 seats in which all start together, unless something else is chosen', () => {
    expect(wishIn(USUAL)).toEqual({ wish: { gameType: 'MULTIPLE_TRIALS', seats: 200, isSynchronized: true } });
  });

  it('has minutes only against the clock, whatever stands there otherwise', () => {
    expect(wishIn({ ...USUAL, minutes: 'no matter' })).toEqual(wishIn(USUAL));
    expect(wishIn({ ...USUAL, minutes: '7' })).toEqual(wishIn(USUAL));
  });

  it.each([
    [{ seats: '1' }, { seats: 1 }],
    [{ seats: ' 2000000 ' }, { seats: 2_000_000 }],
    [
      { gameType: 'TIME_CONSTRAINED', minutes: '30' },
      { gameType: 'TIME_CONSTRAINED', minutes: 30 },
    ],
    [{ isSynchronized: false }, { isSynchronized: false }],
  ] as const)('becomes a session: %j', (fields, wish) => {
    expect(wishIn({ ...USUAL, ...fields })).toEqual({ wish: expect.objectContaining(wish) });
  });

  it.each([
    [{ seats: '0' }, /seats/],
    [{ seats: '2000001' }, /seats/],
    [{ seats: '' }, /seats/],
    [{ seats: '1.5' }, /seats/],
    [{ seats: '-3' }, /seats/],
    [{ gameType: 'TIME_CONSTRAINED', minutes: '0' }, /minutes/],
    [{ gameType: 'TIME_CONSTRAINED', minutes: '31' }, /minutes/],
    [{ gameType: 'TIME_CONSTRAINED', minutes: '' }, /minutes/],
  ] as const)('is refused with a sentence: %j', (fields, problem) => {
    expect(wishIn({ ...USUAL, ...fields })).toEqual({ problem: expect.stringMatching(problem) });
  });
});

const SESSION: GameSession = {
  ...{ sessionId: 's', gameType: 'TIME_CONSTRAINED', minutes: 5, seats: 2, isSynchronized: true, openedAtMs: 0 },
};

describe('how a session stands, in words', () => {
  it.each([
    [SESSION, undefined],
    [{ ...SESSION, startsAtMs: 101 }, 'It was called: everybody counts down.'],
    [{ ...SESSION, startsAtMs: 100 }, 'It has started.'],
    [{ ...SESSION, startsAtMs: -300_000 }, 'Its time is over: close it, and open the next.'],
    [{ ...SESSION, isSynchronized: false }, 'Here everybody begins when they like.'],
  ])('says why its start cannot be called', (session, why) => {
    expect(whyNoStart(session, phaseAt(session, 100))).toBe(why);
  });

  it('counts one seat as one', () => {
    expect([1, 2, 2_000].map(seatWords)).toEqual(['1 seat', '2 seats', '2,000 seats']);
  });

  it.each([
    [undefined, 0, 'No session is open'],
    [SESSION, 0, 'Waiting for the start'],
    [{ ...SESSION, startsAtMs: 5_000 }, 100, 'Starts in 5'],
    [{ ...SESSION, startsAtMs: 5_000 }, 4_999, 'Starts in 1'],
    [{ ...SESSION, startsAtMs: 5_000 }, 5_000, '5:00 left'],
    [{ ...SESSION, startsAtMs: 5_000 }, 304_001, '0:01 left'],
    [{ ...SESSION, startsAtMs: 5_000 }, 305_000, 'Time is over'],
    [{ ...SESSION, gameType: 'SINGLE_TRIAL', startsAtMs: 1 }, 9_999, 'Playing'],
    [{ ...SESSION, closedAtMs: 3 }, 5, 'Over'],
  ] as const)('%j at %i is: %3$s', (session, nowMs, words) => {
    expect(stateWords(session, phaseAt(session, nowMs), nowMs)).toBe(words);
  });
});

describe('a number for the back row', () => {
  it('is a time in the unit that says most', () => {
    expect([0, 20.4, 99.4, 99.6, 640, 1_849].map(seconds)).toEqual([
      ...['0 ms', '20 ms', '99 ms', '0.1 s', '0.6 s'],
      '1.8 s',
    ]);
    expect([-5, 0, 1, 60_000, 61_000].map(clockWords)).toEqual(['0:00', '0:00', '0:01', '1:00', '1:01']);
  });

  it('is the rate of all shards together, and a shard by its number', () => {
    const rates = new Map([
      ['shardId-000000000000', 700.4],
      ['shardId-000000000012', 700.4],
    ]);

    expect(rateWords(rates)).toBe('1,401');
    expect(rateWords(new Map())).toBe('0');
    expect([...rates.keys()].map(shardWords)).toEqual(['shard 0', 'shard 12']);
  });

  it('is told by its parts in the order of the way; what is not known apart is one part', () => {
    const age = { totalMs: 10, streamMs: 1, batchMs: 2, pollMs: 3, tableMs: 4 };

    expect(ageParts(age)).toEqual([
      { name: 'stream', ms: 1 },
      { name: 'batch', ms: 2 },
      { name: 'poll', ms: 3 },
      { name: 'table', ms: 4 },
    ]);
    expect(ageParts({ ...age, pollMs: undefined }).map(({ name }) => name)).toEqual([
      'stream',
      'batch and poll',
      'table',
    ]);
  });
});

describe('the list of sessions', () => {
  it('says how to see older ones once it is as long as it gets, and not before', () => {
    expect(olderWords(MOST_LISTED - 1)).toBeUndefined();
    expect(olderWords(MOST_LISTED)).toContain(`The newest ${MOST_LISTED}.`);
    expect(olderWords(MOST_LISTED)).toContain('?session=');
  });
});

describe('where the age of the board would stand', () => {
  it.each([
    [{ isPast: false, isOpen: true }, 'Told once somebody plays.'],
    [{ isPast: false, isOpen: false }, 'No session is open: the board stays as it is.'],
    [{ isPast: true, isOpen: true }, 'A past board: it stays as it is.'],
    [{ isPast: true, isOpen: false }, 'A past board: it stays as it is.'],
  ])('%j says: %s', (standing, words) => {
    expect(noAgeWords(standing)).toBe(words);
  });
});
