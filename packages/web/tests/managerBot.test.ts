import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Game, newGame } from '../src/space-invaders/game/engine.ts';
import type { Run, Watcher } from '../src/space-invaders/game/run.ts';
import { type Bot, createBot } from '../src/space-invaders/manager/bot.ts';
import { Player } from '../src/space-invaders/player.ts';
import type { GameSession } from '../src/space-invaders/session.ts';

const SESSION: GameSession = {
  ...{ sessionId: 's', gameType: 'MULTIPLE_TRIALS', seats: 200, isSynchronized: false, openedAtMs: 0 },
};

let joins: string[];
let left: string[];
/** The trials that were begun, each with what ends it. */
let games: (() => void)[];
let bot: Bot;
beforeEach(() => {
  jest.useFakeTimers();
  joins = [];
  left = [];
  games = [];
  const player = new Player({
    startRun(): Run {
      const watchers: Watcher[] = [];
      let game: Game = newGame();
      games.push(() => {
        game = { ...game, phase: 'over' };
        for (const { onStanding } of watchers) onStanding?.({ score: 5, lives: 0, shots: 1, level: 1 }, game);
      });
      return {
        ...{ isPaused: false, input: { left: false, right: false, fire: false } },
        get game() {
          return game;
        },
        watch(watcher) {
          watchers.push(watcher);
          return () => {};
        },
        ...{ pause: () => {}, resume: () => {}, stop: () => {} },
      };
    },
    startSending: () => ({ offer: () => {}, finish: async () => true, close: () => {} }),
    takeSeat: async ({ sessionId }) => {
      joins.push(sessionId);
      return { sessionId, trial: joins.length };
    },
    leaveSeat: async (sessionId) => left.push(sessionId),
    nowMs: () => 0,
  });
  const account = { name: 'bot-newt-001', idToken: async () => 'token' };
  bot = createBot({ ...account, statusEveryMs: 300, dateMs: () => 0 }, player);
});
afterEach(() => {
  bot.close();
  jest.useRealTimers();
});
const settle = () => jest.advanceTimersByTimeAsync(4_000);

describe('a bot that is let in', () => {
  it('takes a seat and plays; when a game is over it rests, and plays again', async () => {
    bot.follow(SESSION, 'running');
    await settle();
    expect([joins, games.length]).toEqual([['s'], 1]);

    games[0]?.();
    await settle();

    expect([joins, games.length]).toEqual([['s', 's'], 2]);
  });

  it('plays once where everybody has one game', async () => {
    bot.follow({ ...SESSION, gameType: 'SINGLE_TRIAL' }, 'running');
    await settle();
    games[0]?.();
    await settle();

    expect([joins, games.length]).toEqual([['s'], 1]);
  });

  it('takes its seat before the start, and begins with all others', async () => {
    bot.follow({ ...SESSION, isSynchronized: true }, 'waiting');
    await settle();
    expect([joins, games.length]).toEqual([['s'], 0]);

    bot.follow({ ...SESSION, isSynchronized: true, startsAtMs: 1 }, 'running');

    expect(games).toHaveLength(1);
  });

  it('takes no seat where nothing is open, and none again when the session is over', async () => {
    bot.follow(undefined, 'none');
    bot.follow({ ...SESSION, sessionId: 'r', closedAtMs: 1 }, 'over');
    bot.follow(SESSION, 'running');
    await settle();
    games[0]?.();
    bot.follow({ ...SESSION, closedAtMs: 1 }, 'over');
    await settle();

    expect([joins, games.length]).toEqual([['s'], 1]);
  });

  it('gives its seat back when it is sent away, and comes back by no timer', async () => {
    bot.follow(SESSION, 'running');
    await settle();
    games[0]?.();

    bot.close();
    await settle();

    expect([joins, left]).toEqual([['s'], ['s']]);
  });
});
