import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, it } from '@jest/globals';
import type { Identity } from '../domain/game.ts';
import { createGamesTable, TornGameError } from '../storage/gamesTable.ts';

/** A game's items, as a query gives them: Ann and Ben, of whom `alive` are said to be in play. */
const itemsWith = (alive: number, ben: Identity) => {
  const base = { gameId: 'g', expiresAt: 2000 };
  const player = (seat: number, Name: string, Identity: Identity) => ({
    ...base,
    item: `player#${Name}`,
    kind: 'player',
    seat,
    Name,
    TrueIdentity: 'Innocent',
    Identity,
  });
  const state = { turn: 'day', turnsPlayed: 1, players: 2, mafia: 1, startedAt: '', alive };
  const game = { ...base, item: 'game', kind: 'game', ...state };
  return [game, player(0, 'Ann', 'Uncovered'), player(1, 'Ben', ben)];
};

/** What was asked of the table. */
let asked: object[] = [];
beforeEach(() => {
  asked = [];
});

/** A table whose reads give these pages, the last one again and again. */
const tableOf = (...reads: object[][]) => {
  const send = async ({ input }: { input: object }) => ({
    Items: reads[Math.min(asked.push(input), reads.length) - 1],
  });
  return createGamesTable({ send } as unknown as DynamoDBDocumentClient, 'games');
};

it('reads a game again whose items are of two turns', async () => {
  const table = tableOf(itemsWith(1, 'Uncovered'), itemsWith(1, 'Killed by mafia'));

  const loaded = await table.load('g', 1_000_000);

  expect(loaded?.game.players.map(({ identity }) => identity)).toEqual(['Uncovered', 'Killed by mafia']);
});

it('throws when the items never fit together, after four reads of what was written last', async () => {
  const loading = tableOf(itemsWith(1, 'Uncovered')).load('g', 1_000_000);

  await expect(loading).rejects.toThrow(TornGameError);
  await expect(loading).rejects.toMatchObject({
    name: 'TornGameError',
    gameId: 'g',
    message: expect.stringContaining('the game g '),
  });
  expect(asked).toHaveLength(4);
  expect(asked).toMatchObject(Array(4).fill({ ConsistentRead: true }));
});

it('names the item that it cannot read', async () => {
  const [game, ann] = itemsWith(2, 'Uncovered');

  await expect(tableOf([{ ...ann, seat: 'first' }, { ...game }]).load('g', 1_000_000)).rejects.toThrow(
    'item {"gameId":"g","item":"player#Ann"}',
  );
});

it('does not know a game that has expired and is not deleted yet', async () => {
  expect(await tableOf(itemsWith(2, 'Uncovered')).load('g', 2_000_000)).toBeUndefined();
});
