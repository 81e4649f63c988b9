import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judge } from '../domain/judge.ts';
import { SPECIES } from '../domain/species.ts';
import { dodges, keyOf } from '../domain/wild.ts';
import { afterTake, attemptOf, NOW_MS, wildOf } from './parts.ts';

const LATER_MS = NOW_MS + 250;

describe('an attempt', () => {
  it.each([
    ['at nothing', undefined, {}, { outcome: 'unknown' }],
    ['before it appears', wildOf({ appearsAtMs: NOW_MS + 1 }), {}, { outcome: 'unknown' }],
    ['when it appears', wildOf({ appearsAtMs: NOW_MS }), {}, 'open'],
    ['in its last moment', wildOf({ expiresAtMs: NOW_MS + 1 }), {}, 'open'],
    ['when its time is over', wildOf({ expiresAtMs: NOW_MS }), {}, { outcome: 'gone', species: 'pebblo', lateMs: 0 }],
    ['too late', wildOf({ expiresAtMs: NOW_MS - 40 }), {}, { outcome: 'gone', species: 'pebblo', lateMs: 40 }],
    [
      'after the last unit',
      wildOf({ unitsLeft: 0, takenAtMs: NOW_MS + 50, takenBy: 'Ben' }),
      {},
      { outcome: 'taken', species: 'pebblo', lateMs: 200, takenBy: 'Ben' },
    ],
    [
      'after the last unit, by a clock that is behind',
      wildOf({ unitsLeft: 0, takenAtMs: LATER_MS + 50, takenBy: 'Ben' }),
      {},
      { outcome: 'taken', species: 'pebblo', lateMs: 0, takenBy: 'Ben' },
    ],
    ['too late for what is taken, too', wildOf({ unitsLeft: 0, expiresAtMs: NOW_MS }), {}, { outcome: 'gone' }],
    ['while units are left', wildOf({ units: 3, unitsLeft: 2 }), {}, 'open'],
  ])('%s', (_when, wild, overrides, expected) => {
    const outcome = judge(wild, attemptOf(overrides), LATER_MS);

    if (expected === 'open') expect(outcome).toBe('open');
    else expect(outcome).toMatchObject({ ...(expected as object), decidedAtMs: LATER_MS });
  });

  it('that has won has won, when it comes again after the end as well', () => {
    const wild = afterTake(wildOf(), attemptOf(), { unitsLeft: 0, atMs: NOW_MS + 5 });
    const again = attemptOf({ thrownAtMs: NOW_MS + 90_000 });

    expect(judge(wild, again, LATER_MS)).toEqual({
      outcome: 'captured',
      species: 'pebblo',
      unitsLeft: 0,
      decidedAtMs: NOW_MS + 5,
    });
    expect(judge(wild, attemptOf({ player: 'ben' }), LATER_MS)).toMatchObject({ outcome: 'taken', takenBy: 'Ann' });
  });

  it('that is dodged is dodged each time', () => {
    const wild = wildOf({ species: 'gustrel' });
    const dodged = Array.from({ length: 100 }, (_, at) => attemptOf({ attemptId: `a-${at}` })).filter((attempt) =>
      dodges(wild, attempt),
    );

    expect(dodged.length).toBeGreaterThan(30);
    for (const attempt of dodged) {
      expect(judge(wild, attempt, LATER_MS)).toEqual({ outcome: 'dodged', species: 'gustrel', decidedAtMs: LATER_MS });
    }
  });
});

describe('a dodge', () => {
  it.each(Object.entries(SPECIES))('of %s is as likely as its species says', (species, { dodgeRate }) => {
    const wild = wildOf({ species });
    const throws = 4000;
    let dodged = 0;
    for (let at = 0; at < throws; at += 1) if (dodges(wild, attemptOf({ attemptId: `a-${at}` }))) dodged += 1;

    expect(Math.abs(dodged / throws - dodgeRate)).toBeLessThan(0.04);
  });

  it('is none of a species that is no more, and may still be in the world', () => {
    expect(dodges(wildOf({ species: 'dropped' }), attemptOf())).toBe(false);
  });

  it('is another for another salt, player, or attempt', () => {
    const drawn = (salt: string, player: string) =>
      Array.from({ length: 64 }, (_, at) =>
        dodges(wildOf({ species: 'gustrel', salt }), attemptOf({ player, attemptId: `a-${at}` })) ? '1' : '0',
      ).join('');

    expect(drawn('one', 'ann')).toBe(drawn('one', 'ann'));
    expect(new Set([drawn('one', 'ann'), drawn('other', 'ann'), drawn('one', 'ben')]).size).toBe(3);
  });
});

it('two attempts have two keys, wherever their parts begin and end', () => {
  const text = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(text, text, text, (player, between, attemptId) => {
      const one = keyOf({ player: player + between, attemptId });
      const other = keyOf({ player, attemptId: between + attemptId });

      expect(one).toMatch(/^[0-9a-f]{32}$/);
      expect(one).not.toBe(other);
    }),
  );
});
