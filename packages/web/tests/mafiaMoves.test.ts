import { describe, expect, it } from '@jest/globals';
import type { Hop } from '../src/lib/journal.ts';
import { moveFor, saysTheSame, tableCallsIn } from '../src/mafia/moves.ts';
import { numbersIn, seatsIn } from '../src/mafia/numbers.ts';
import { linesOf } from '../src/mafia/peek.ts';
import { game } from './games.ts';

describe('a move', () => {
  it('keeps its key until it had an answer: it may have been played', () => {
    const first = moveFor(game({ turn: 'judgement' }), 'Ann', undefined);

    expect(moveFor(game({ turn: 'judgement' }), 'Ann', first)).toBe(first);
  });

  it.each([
    ['another player is named', game({ turn: 'judgement' }), 'Ben'],
    ['another turn is due', game({ turn: 'night' }), 'Ann'],
    ['more turns have been played', game({ turn: 'judgement', turnsPlayed: 3 }), 'Ann'],
    ['it is another game', game({ turn: 'judgement', id: 'other' }), 'Ann'],
  ])('has a key of its own when %s', (_when, now, name) => {
    const first = moveFor(game({ turn: 'judgement' }), 'Ann', undefined);

    expect(moveFor(now, name, first).key).not.toBe(first.key);
  });
});

describe('an answer that came twice', () => {
  it('says the same in whatever order its fields stand', () => {
    expect(saysTheSame({ a: 1, b: [{ c: 'd' }] }, { b: [{ c: 'd' }], a: 1 })).toBe(true);
  });

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: [] }, { a: {} }],
    [{ a: null }, { a: {} }],
  ])('does not when anything differs: %j, %j', (one, other) => {
    expect(saysTheSame(one, other)).toBe(false);
  });

  it('is known by what was asked of the table, each call once', () => {
    const call = (more: Partial<Hop>): Hop => ({
      seq: 1,
      atMs: 0,
      kind: 'call',
      service: 'dynamodb',
      action: 'Query',
      outcome: 'ok',
      ...more,
    });

    expect(
      tableCallsIn([
        call({ service: 'apigateway', action: 'POST /games' }),
        call({ outcome: 'begun' }),
        call({}),
        call({ action: 'GetItem' }),
        call({ kind: 'invocation', service: 'lambda', action: 'Invoke' }),
      ]),
    ).toEqual(['Query', 'GetItem']);
  });
});

describe('a peek', () => {
  it('shows all that the index said, and a bar where one would look for the secret', () => {
    const lines = linesOf(game());

    expect(
      JSON.parse(
        lines
          .map(({ text, barThen }) => text + (barThen ? `"?"${barThen}` : ''))
          .join('')
          .replace('1 turns', '1'),
      ),
    ).toEqual({
      ...game(),
      players: game().players.map((player) => ({ ...player, TrueIdentity: '?' })),
      story: [1],
    });
  });
});

describe('the numbers of a new game', () => {
  it('leave alone what is typed on the way: 12 over 8 players goes over 1', () => {
    expect(numbersIn('1', '3')).toEqual({ problem: 'From 3 to 32 can play.' });
    expect(numbersIn('12', '3')).toEqual({ players: 12, mafia: 3 });
  });

  it.each([
    ['12', 12],
    ['2', 2],
    ['999', 32],
    ['', 0],
    ['-3', 0],
  ])('lay a table for %j with %i seats', (players, seats) => {
    expect(seatsIn(players)).toBe(seats);
  });

  it.each([
    ['', '1', /3 to 32/],
    ['33', '1', /3 to 32/],
    ['2', '1', /3 to 32/],
    ['8.5', '1', /3 to 32/],
    ['8', '', /At least one/],
    ['8', '0', /At least one/],
    ['8', '4', /at most 3/],
    ['3', '2', /at most 1/],
  ])('say what is wrong with %s players of whom %s are mafia', (players, mafia, problem) => {
    expect(numbersIn(players, mafia).problem).toMatch(problem);
  });
});
