import { describe, expect, it } from '@jest/globals';
import { rightPath, routes } from '../src/routes.ts';
import { scenarios } from '../src/scenarios.ts';

const GAME = '0123456789abcdef0123';

describe('an address', () => {
  it.each([
    ['/', '/'],
    ['/ping-pong', '/ping-pong'],
    ['/mafia', '/mafia'],
    [`/mafia/${GAME}`, `/mafia/${GAME}`],
    ['/fakemon', '/fakemon'],
    ['/Space-Invaders/Manager/', '/space-invaders/manager'],
    ['/space-invaders', '/space-invaders'],
    ['/smart-home', '/smart-home'],
    ['/PING-PONG', '/ping-pong'],
    ['/Mafia/', '/mafia'],
    [`/MAFIA/${GAME.toUpperCase()}/`, `/mafia/${GAME}`],
  ])('is known however it is written: %s is %s', (path, right) => {
    expect(rightPath(path)).toBe(right);
  });

  it.each([
    '/nowhere',
    '/ping-pong/abc',
    '/mafia/a-game',
    `/mafia/${GAME}/and-more`,
    `/mafia/${GAME}4`,
    '/mafia/:id',
    '//',
    '//ping-pong',
    '/ping-pong//',
    '',
  ])('leads nowhere: %j', (path) => {
    expect(rightPath(path)).toBeUndefined();
  });

  it('leads to each scenario', () => {
    expect(routes).toEqual(
      expect.arrayContaining(
        scenarios.flatMap(({ id, more = {} }) => [`/${id}`, ...Object.keys(more).map((below) => `/${id}/${below}`)]),
      ),
    );
  });
});
