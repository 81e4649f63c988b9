import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addOne, type Game, hitterOf, nextGame, opponentOf, type Player, serverOf, winnerOf } from '../domain/rules.ts';

const player = fc.constantFrom<Player>('ping', 'pong');
const points = fc.array(player, { minLength: 200, maxLength: 200 });

/** All states of one game that these points lead through, until somebody wins. */
function playGame(firstServer: Player, winners: readonly Player[]): Game[] {
  const states: Game[] = [{ number: 1, firstServer, score: { ping: 0, pong: 0 } }];
  for (const winner of winners) {
    const game = states.at(-1);
    if (!game || winnerOf(game.score)) break;
    states.push({ ...game, score: addOne(game.score, winner) });
  }
  return states;
}

describe('a game', () => {
  it('ends with eleven points and a lead of two, and not before', () => {
    fc.assert(
      fc.property(player, points, (firstServer, winners) => {
        const states = playGame(firstServer, winners);
        const last = states.at(-1);
        if (!last || !winnerOf(last.score)) return;
        const { ping, pong } = last.score;

        expect(Math.max(ping, pong)).toBeGreaterThanOrEqual(11);
        expect(Math.abs(ping - pong)).toBeGreaterThanOrEqual(2);
        // Past eleven, a game goes on only as long as the lead is one: it ends at exactly two.
        if (Math.max(ping, pong) > 11) expect(Math.abs(ping - pong)).toBe(2);
        for (const { score } of states.slice(0, -1)) expect(winnerOf(score)).toBeUndefined();
      }),
    );
  });

  it.each([
    [{ ping: 11, pong: 9 }, 'ping'],
    [{ ping: 10, pong: 11 }, undefined],
    [{ ping: 12, pong: 14 }, 'pong'],
    [{ ping: 0, pong: 11 }, 'pong'],
    [{ ping: 10, pong: 0 }, undefined],
  ])('at %j is won by %s', (score, winner) => {
    expect(winnerOf(score)).toBe(winner);
  });
});

describe('the service', () => {
  it('changes after every two points, and after every point from 10:10 on', () => {
    fc.assert(
      fc.property(player, points, (firstServer, winners) => {
        const states = playGame(firstServer, winners);

        const servers = states.map(serverOf);
        for (let played = 1; played < states.length; played += 1) {
          const isDeuce = played >= 20;
          const changes = servers[played] !== servers[played - 1];
          expect(changes).toBe(isDeuce || played % 2 === 0);
        }
        expect(servers[0]).toBe(firstServer);
      }),
    );
  });

  it('begins each game with the player who received first in the one before', () => {
    const first: Game = { number: 1, firstServer: 'ping', score: { ping: 11, pong: 4 } };

    const second = nextGame(first);

    expect(second).toEqual({ number: 2, firstServer: 'pong', score: { ping: 0, pong: 0 } });
    expect(nextGame(second).firstServer).toBe('ping');
  });
});

describe('the strokes of a rally', () => {
  it('alternate, and the first is the serve', () => {
    fc.assert(
      fc.property(player, fc.integer({ min: 1, max: 1000 }), (server, stroke) => {
        expect(hitterOf(server, 1)).toBe(server);
        expect(hitterOf(server, stroke + 1)).toBe(opponentOf(hitterOf(server, stroke)));
      }),
    );
  });
});
