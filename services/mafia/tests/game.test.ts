import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  accuse,
  dayTurn,
  type Game,
  judgement,
  living,
  mostAccused,
  newGame,
  nightTurn,
  type PlayedTurn,
  type Player,
  problemWithNumbers,
  type Refusal,
} from '../domain/game.ts';

const NAMES = Array.from({ length: 40 }, (_, index) => `Name${index}`);

/** Randomness that fast-check draws and can shrink. */
const randomness = fc
  .infiniteStream(fc.double({ min: 0, max: 0.999999, noNaN: true }))
  .map((stream) => () => stream.next().value as number);

const numbers = fc
  .integer({ min: 3, max: 32 })
  .chain((players) =>
    fc.record({ players: fc.constant(players), mafia: fc.integer({ min: 1, max: Math.ceil(players / 2) - 1 }) }),
  );

const deal = (options: { players: number; mafia: number }, random: () => number) =>
  newGame({ id: 'g', names: NAMES, ...options }, random);

const player = (name: string, overrides: Partial<Player> = {}): Player => ({
  name,
  trueIdentity: 'Innocent',
  identity: 'Uncovered',
  ...overrides,
});

const played = (turn: PlayedTurn | Refusal): PlayedTurn => {
  if ('refused' in turn) throw new Error(`refused: ${JSON.stringify(turn)}`);
  return turn;
};

/** Plays until someone has won; sentences whoever `random` picks among the living. */
function playToTheEnd(start: Game, random: () => number): PlayedTurn[] {
  const turns: PlayedTurn[] = [];
  for (let game = start; !game.outcome; ) {
    const alive = living(game.players);
    const target = alive[Math.floor(random() * alive.length)]?.name ?? '';
    const turn =
      game.turn === 'night'
        ? nightTurn(game, random)
        : game.turn === 'day'
          ? dayTurn(game, random)
          : judgement(game, target);
    turns.push(played(turn));
    game = played(turn).game;
  }
  return turns;
}

describe('a new game', () => {
  it('deals the asked-for numbers, with names that do not repeat', () => {
    fc.assert(
      fc.property(numbers, randomness, (options, random) => {
        const { game } = deal(options, random);

        expect(new Set(game.players.map(({ name }) => name)).size).toBe(options.players);
        expect(game.players.filter(({ trueIdentity }) => trueIdentity === 'Mafia')).toHaveLength(options.mafia);
        expect(living(game.players)).toHaveLength(options.players);
      }),
    );
  });

  it('says the same whoever is mafia', () => {
    const namesThenMafia = (mafiaDraws: number[]) => {
      const draws = [...Array.from({ length: 8 }, () => 0.3), ...mafiaDraws];
      return deal({ players: 8, mafia: 3 }, () => draws.shift() ?? 0);
    };

    const one = namesThenMafia([0, 0, 0]);
    const other = namesThenMafia([0.9, 0.9, 0.9]);

    expect(one.game.players).not.toEqual(other.game.players);
    expect(one.message).toEqual(other.message);
    expect(one.facts).toEqual(other.facts);
  });

  it.each([
    [2, 1],
    [33, 3],
    [8, 0],
    [8, 4],
    [8, -1],
    [3.5, 1],
    [Number.NaN, 1],
  ])('refuses %p players with %p mafia', (players, mafia) => {
    expect(problemWithNumbers(players, mafia)).toMatch(/must be a whole number/);
    expect(() => deal({ players, mafia }, Math.random)).toThrow(RangeError);
  });

  it('refuses more players than there are names', () => {
    expect(() => newGame({ id: 'g', players: 8, mafia: 3, names: ['Adam'] }, Math.random)).toThrow(/names/);
  });
});

describe('a game played to its end', () => {
  it('loses one player a night and one a judgement, ends once, and counts its turns', () => {
    fc.assert(
      fc.property(numbers, randomness, (options, random) => {
        const start = deal(options, random).game;

        const turns = playToTheEnd(start, random);

        const left = turns.flatMap((turn) => (turn.player ? [turn.player.name] : []));
        expect(new Set(left).size).toBe(left.length);
        const final = turns.at(-1)?.game;
        expect(final?.turnsPlayed).toBe(turns.length);
        expect(living(final?.players ?? []).length + left.length).toBe(options.players);
        expect(turns.flatMap(({ facts }) => facts).filter(({ type }) => type === 'ended')).toHaveLength(1);
        const identities = new Set(living(final?.players ?? []).map(({ trueIdentity }) => trueIdentity));
        expect([...identities]).toEqual([final?.outcome === 'mafia' ? 'Mafia' : 'Innocent']);
      }),
    );
  });

  it('kills only innocents at night', () => {
    fc.assert(
      fc.property(numbers, randomness, (options, random) => {
        const victim = played(nightTurn(deal(options, random).game, random)).player;

        expect(victim).toMatchObject({ trueIdentity: 'Innocent', identity: 'Killed by mafia' });
      }),
    );
  });

  it('refuses every turn but the one that is due, and names it', () => {
    const { game } = deal({ players: 8, mafia: 3 }, Math.random);

    expect(dayTurn(game, Math.random)).toEqual({ refused: 'other-turn', due: 'night' });
    expect(judgement(game, 'Name1')).toEqual({ refused: 'other-turn', due: 'night' });
    const day = played(nightTurn(game, Math.random)).game;
    expect(nightTurn(day, Math.random)).toEqual({ refused: 'other-turn', due: 'day' });
  });

  it('refuses every turn once it is over, with the outcome', () => {
    const over: Game = { id: 'g', turnsPlayed: 4, turn: 'night', outcome: 'innocents', players: [player('Ann')] };

    for (const turn of [nightTurn(over, Math.random), dayTurn(over, Math.random), judgement(over, 'Ann')]) {
      expect(turn).toEqual({ refused: 'game-over', outcome: 'innocents' });
    }
  });
});

describe('the day', () => {
  it('lets mafia accuse innocents only, and innocents anybody but themselves', () => {
    fc.assert(
      fc.property(numbers, randomness, (options, random) => {
        const { players } = deal(options, random).game;
        const identityOf = new Map(players.map(({ name, trueIdentity }) => [name, trueIdentity]));

        for (const { by, accused } of accuse(players, random)) {
          expect(accused).not.toBe(by);
          if (identityOf.get(by) === 'Mafia') expect(identityOf.get(accused)).toBe('Innocent');
        }
      }),
    );
  });

  it('passes in silence when no innocent is left to accuse', () => {
    expect(accuse([player('Don', { trueIdentity: 'Mafia' })], Math.random)).toEqual([]);
  });

  it('names all who are accused most', () => {
    const accusations = ['Bea', 'Ann', 'Cid', 'Ann', 'Bea'].map((accused) => ({ by: 'X', accused }));

    expect(mostAccused(accusations)).toEqual(['Ann', 'Bea']);
    expect(mostAccused([])).toEqual([]);
  });
});

describe('judgement', () => {
  const atJudgement = (players: Player[]): Game => ({ id: 'g', turnsPlayed: 2, turn: 'judgement', players });
  const don = player('Don', { trueIdentity: 'Mafia' });

  it('uncovers a member of mafia, and ends the game with the last one', () => {
    const turn = played(judgement(atJudgement([don, player('Ann')]), 'Don'));

    expect(turn.player?.identity).toBe('Correctly sentenced');
    expect(turn.game.outcome).toBe('innocents');
    expect(turn.message).toEqual([
      'Mafia has been uncovered!',
      'Guilty member of mafia Don has been sentenced!',
      'Game Over!',
      'All members of mafia have been sentenced',
      'Innocent people have won this game!',
    ]);
  });

  it('sentences an innocent unfairly, and mafia win with the last one', () => {
    const turn = played(judgement(atJudgement([don, player('Ann')]), 'Ann'));

    expect(turn.player?.identity).toBe('Incorrectly sentenced');
    expect(turn.game.outcome).toBe('mafia');
    expect(turn.message).toContain('Innocent Ann has been sentenced unfairly');
  });

  it('knows neither strangers nor those who are out', () => {
    const game = atJudgement([don, player('Ann'), player('Bea', { identity: 'Killed by mafia' })]);

    expect(judgement(game, 'Zoe')).toEqual({ refused: 'no-such-player', name: 'Zoe' });
    expect(judgement(game, 'Bea')).toEqual({ refused: 'no-such-player', name: 'Bea' });
  });
});
