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

/** Each night and each judgement takes a player out. */
const MOST_TURNS = 3 * 32;

/** Plays until someone has won; sentences whoever `random` picks among the living. */
function playToTheEnd(start: Game, random: () => number): PlayedTurn[] {
  const turns: PlayedTurn[] = [];
  for (let game = start; !game.outcome; ) {
    if (turns.length > MOST_TURNS) throw new Error(`the game does not end within ${MOST_TURNS} turns`);
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

  it('is dealt from the first and the last draw alike, the mafia after the names', () => {
    const options = { id: 'g', players: 4, mafia: 1, names: ['Ann', 'Ben', 'Cid', 'Dan', 'Eve'] };
    const dealt = (draw: number) => newGame(options, () => draw);

    expect(dealt(0)).toEqual({
      game: {
        id: 'g',
        turnsPlayed: 0,
        turn: 'night',
        players: [player('Ann', { trueIdentity: 'Mafia' }), player('Ben'), player('Cid'), player('Dan')],
      },
      message: ['New game started with Ann, Ben, Cid, Dan'],
      facts: [{ type: 'started', players: ['Ann', 'Ben', 'Cid', 'Dan'], mafia: 1 }],
    });
    let draws = 0;
    newGame(options, () => {
      draws += 1;
      return 0;
    });
    expect(draws).toBe(options.players + options.mafia);
    expect(dealt(0.999).game.players.map(({ name }) => name)).toEqual(['Eve', 'Ann', 'Ben', 'Cid']);
    expect(dealt(0.999).game.players.map(({ trueIdentity }) => trueIdentity)).toEqual([
      'Innocent',
      'Innocent',
      'Innocent',
      'Mafia',
    ]);
  });

  it.each([
    [3, 1],
    [32, 15],
    [8, 3],
  ])('takes %p players with %p mafia', (players, mafia) => {
    expect(problemWithNumbers(players, mafia)).toBeUndefined();
  });

  it('says what is wrong with its numbers', () => {
    expect(problemWithNumbers(33, 1)).toBe('players must be a whole number from 3 to 32, not 33');
    expect(problemWithNumbers(2, 1)).toBe('players must be a whole number from 3 to 32, not 2');
    expect(problemWithNumbers(9, 5)).toBe(
      'mafia must be a whole number from 1 to 4 (fewer than half of 9 players), not 5',
    );
    expect(problemWithNumbers(9, 1.5)).toMatch(/^mafia must be a whole number/);
    expect(() => newGame({ id: 'g', players: 4, mafia: 1, names: ['Ann', 'Ben'] }, Math.random)).toThrow(
      '4 players need as many names, and there are 2',
    );
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
      }),
    );
  });

  it('proves by its outcome what every survivor is: the page shows it, and no API has to', () => {
    fc.assert(
      fc.property(numbers, randomness, (options, random) => {
        const final = playToTheEnd(deal(options, random).game, random).at(-1)?.game;

        const survivors = new Set(living(final?.players ?? []).map(({ trueIdentity }) => trueIdentity));

        expect([...survivors]).toEqual([final?.outcome === 'mafia' ? 'Mafia' : 'Innocent']);
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

describe('the night', () => {
  const atNight = (players: Player[]): Game => ({ id: 'g', turnsPlayed: 0, turn: 'night', players });

  it('kills whoever is drawn among the living innocents', () => {
    const players = [
      player('Don', { trueIdentity: 'Mafia' }),
      player('Out', { identity: 'Killed by mafia' }),
      player('Ann'),
      player('Bea'),
    ];

    expect(played(nightTurn(atNight(players), () => 0)).player?.name).toBe('Ann');
    const last = played(nightTurn(atNight(players), () => 0.999));
    expect(last.player?.name).toBe('Bea');
    expect(last.message).toEqual(['Night, time to sleep', 'Mafia awakes', 'Mafia kills Bea', 'Mafia sleeps']);
    expect(last.facts).toEqual([{ type: 'killed', name: 'Bea' }]);
  });

  it('kills nobody when no innocent is left, which ends the game', () => {
    const turn = played(nightTurn(atNight([player('Don', { trueIdentity: 'Mafia' })]), () => 0));

    expect(turn).not.toHaveProperty('player');
    expect(turn.facts).toEqual([{ type: 'ended', outcome: 'mafia' }]);
  });
});

describe('the day', () => {
  it('names all who are accused most, in one line', () => {
    const [ann, bea] = [player('Ann'), player('Bea')];

    const { message } = played(dayTurn({ id: 'g', turnsPlayed: 1, turn: 'day', players: [bea, ann] }, () => 0));

    expect(message).toContain('Most accused: Ann, Bea');
  });

  it('in which nobody can be accused tells of nobody accused', () => {
    const alone: Game = { id: 'g', turnsPlayed: 1, turn: 'day', players: [player('Don', { trueIdentity: 'Mafia' })] };

    expect(played(dayTurn(alone, () => 0)).message).toEqual([
      'Day, time to wake up!',
      'Players see the dead body and makes their accusations',
      'Who is the Mafia?',
      'Game Over!',
      'All innocent people has been killed by Mafia',
      'Mafia have won this game!',
    ]);
  });

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

  it('of one of several goes on with the night, and counts', () => {
    const turn = played(judgement(atJudgement([don, player('Ann'), player('Bea')]), 'Ann'));

    expect(turn).toStrictEqual({
      game: {
        id: 'g',
        turnsPlayed: 3,
        turn: 'night',
        players: [don, player('Ann', { identity: 'Incorrectly sentenced' }), player('Bea')],
      },
      player: player('Ann', { identity: 'Incorrectly sentenced' }),
      message: ['Mafia has not been uncovered!', 'Innocent Ann has been sentenced unfairly'],
      facts: [{ type: 'sentenced', name: 'Ann', correctly: false }],
    });
  });

  it('sentences an innocent unfairly, and mafia win with the last one', () => {
    const turn = played(judgement(atJudgement([don, player('Ann')]), 'Ann'));

    expect(turn.player?.identity).toBe('Incorrectly sentenced');
    expect(turn.game.outcome).toBe('mafia');
    expect(turn.message).toEqual([
      'Mafia has not been uncovered!',
      'Innocent Ann has been sentenced unfairly',
      'Game Over!',
      'All innocent people has been killed by Mafia',
      'Mafia have won this game!',
    ]);
    expect(turn.facts).toEqual([
      { type: 'sentenced', name: 'Ann', correctly: false },
      { type: 'ended', outcome: 'mafia' },
    ]);
  });

  it('knows neither strangers nor those who are out', () => {
    const game = atJudgement([don, player('Ann'), player('Bea', { identity: 'Killed by mafia' })]);

    expect(judgement(game, 'Zoe')).toEqual({ refused: 'no-such-player', name: 'Zoe' });
    expect(judgement(game, 'Bea')).toEqual({ refused: 'no-such-player', name: 'Bea' });
  });
});
