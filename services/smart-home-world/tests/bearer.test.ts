import { expect, it } from '@jest/globals';
import { bearerOf, hashOf, homeIdOf, isSame } from '../domain/bearer.ts';

it('a secret is kept as its SHA-256 in hex', () => {
  expect(hashOf('secret')).toBe('2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b');
});

it.each([
  ['Bearer a.b', 'a.b'],
  ['bearer  a.b', 'a.b'],
  ['Basic a.b', undefined],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  [undefined, undefined],
])('of the header %j the token is %j', (authorization, token) => {
  expect(bearerOf(authorization === undefined ? {} : { authorization })).toBe(token);
});

it.each([
  ['home-1.x', 'home-1'],
  ['Atza|home-1.x', 'home-1'],
  ['home-1', undefined],
  ['.x', undefined],
  ['home/1.x', undefined],
])('%j is of the home %j', (token, homeId) => {
  expect(homeIdOf(token)).toBe(homeId);
});

it('two secrets are the same only if all of them is', () => {
  expect([isSame('a', 'a'), isSame('a', 'A'), isSame('a', 'aa'), isSame('', '')]).toEqual([true, false, false, true]);
});
