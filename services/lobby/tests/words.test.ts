import { describe, expect, it } from '@jest/globals';
import { blindId, duration, inWords, shortened, townOf } from '../domain/words.ts';

describe('a town', () => {
  it('has one name for a game, and most games have another', () => {
    const names = Array.from({ length: 200 }, (_, at) => townOf(`game-${at}`));

    expect(townOf('game-7')).toBe(names[7]);
    expect(new Set(names).size).toBeGreaterThan(120);
    expect(names.filter((name) => !/^[A-Z][a-z]+ [A-Z][a-z]+$/.test(name))).toEqual([]);
  });
});

it.each([
  [0, 'none'],
  [12, 'twelve'],
  [13, '13'],
  [12_300, '12,300'],
])('%i is said as %s', (count, said) => {
  expect(inWords(count)).toBe(said);
});

it.each([
  [999, '999 ms'],
  [1000, '1.0 s'],
])('%i ms take %s', (ms, said) => {
  expect(duration(ms)).toBe(said);
});

it.each([
  ['x'.repeat(64), 'x'.repeat(64)],
  ['x'.repeat(65), `${'x'.repeat(63)}…`],
  [`${'x'.repeat(62)} yyy`, `${'x'.repeat(62)}…`],
])('%s stands as %s in a sentence', (name, said) => {
  expect(shortened(name)).toBe(said);
});

it('an id of several parts says nothing of them, and tells them apart', () => {
  expect(blindId('ann', 'b')).toMatch(/^[0-9a-f]{32}$/);
  expect(blindId('ann', 'b')).not.toBe(blindId('an', 'nb'));
});
