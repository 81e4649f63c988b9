import { createDocumentClient } from '@arcade/dynamodb';
import { type LocalAws, PATIENCE_MS } from '@arcade/local-aws/testkit';
import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newGame as newGameOf } from '../domain/game.ts';
import { createGamesTable } from '../storage/gamesTable.ts';
import { countItems, startMafia } from './aws.ts';
import { type Hands, handsOf, livingIn, playDue, type Reply } from './table.ts';

let aws: LocalAws;
let hands: Hands;

beforeAll(async () => {
  aws = await startMafia();
  hands = handsOf(aws.invoke);
}, PATIENCE_MS);

afterAll(() => aws.stop());

const newGame = async (options?: Record<string, unknown>) => {
  const game = await hands.newGame(options);
  return { ...game, gameId: game.gameId ?? '' };
};

describe('a game', () => {
  it('begins with the numbers of the environment and the sentence of the workshop', async () => {
    const { gameId, players = [], message, turn } = await newGame();

    expect(gameId).toMatch(/^[0-9a-f]{20}$/);
    expect(players).toHaveLength(8);
    expect(message).toEqual([`New game started with ${players.map(({ name }) => name).join(', ')}`]);
    expect(turn).toBe('night');
  });

  it('is played to one outcome, and shows its whole story', async () => {
    let state: Reply = await newGame({ players: 5, mafia: 2 });
    const { gameId = '' } = state;
    const told = [...(state.message ?? [])];

    while (!state.outcome) {
      state = await playDue(hands, { ...state, gameId }, (living) => living[0] ?? '');
      told.push(...(state.message ?? []));
    }

    const seen = await hands.see(gameId);
    expect(seen).toMatchObject({ outcome: state.outcome, turnsPlayed: state.turnsPlayed, players: state.players });
    expect((seen.story as { message: string[] }[]).flatMap(({ message }) => message)).toEqual(told);
    expect(told.filter((line) => line === 'Game Over!')).toHaveLength(1);
    expect(await hands.night(gameId)).toMatchObject({ status: 409, outcome: state.outcome });
  });

  it('refuses a turn that is not due, and names the one that is', async () => {
    const { gameId } = await newGame();

    expect(await hands.day(gameId)).toMatchObject({ status: 409, turn: 'night' });
    expect(await hands.judge(gameId, 'Zoe')).toMatchObject({ status: 409, turn: 'night' });
  });

  it('does not know strangers, those who are out, or other games', async () => {
    const { gameId } = await newGame();
    const { players = [] } = await hands.night(gameId);
    await hands.day(gameId);
    const victim = players.find(({ identity }) => identity !== 'Uncovered')?.name ?? '';

    const sentence = (name: string) => ({ status: 404, detail: `Player with name ${name} not found` });
    expect(await hands.judge(gameId, 'Nobody')).toMatchObject(sentence('Nobody'));
    expect(await hands.judge(gameId, victim)).toMatchObject(sentence(victim));
    expect(await hands.night('0'.repeat(20))).toMatchObject({ status: 404 });
  });

  it('is played by names that the players bring', async () => {
    const names = ['Ann', 'Ben', 'Cleo', 'Dan'];

    const { players = [] } = await newGame({ names, mafia: 1 });

    expect(players.map(({ name }) => name).sort()).toEqual(names);
  });

  it('is played to its end with names that another version of Unicode has let in', async () => {
    const names = ['\u{10ffff}A', '\u200b', '\u{50000}', 'Dan'];
    const games = createGamesTable(createDocumentClient(aws.rootClientConfig), 'mafia-local-games');
    const gameId = 'abcdef'.padEnd(20, '0');
    const played = newGameOf({ id: gameId, players: 4, mafia: 1, names }, Math.random);
    await games.create({ played, answer: {}, events: [], nowMs: aws.clock.now() });

    let state: Reply = { gameId, turn: 'night', players: played.game.players as never };
    while (!state.outcome) {
      state = await playDue(hands, { ...state, gameId }, (living) => living.find((name) => name !== 'Dan') ?? '');
      expect(state).not.toHaveProperty('status');
    }

    expect(state.players?.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it('stands first in the list of the latest games', async () => {
    await newGame();
    await aws.advance(1000);
    const { gameId } = await newGame({ players: 5, mafia: 2 });

    const { games } = (await aws.invoke('mafia-local-latest-games', { count: 1 })) as { games: object[] };

    expect(games).toEqual([{ id: gameId, players: 5, mafia: 2, startedAt: new Date(aws.clock.now()).toISOString() }]);
  });
});

describe('the list of games', () => {
  it('leaves out an item that somebody has spoilt, shows the others, and says so in the log', async () => {
    const { gameId } = await newGame();
    const table = createDocumentClient(aws.rootClientConfig);
    const bad = { gameId: 'spoilt', item: 'game', kind: 'game', listed: 'games', startedAt: '9999', players: 'many' };
    await table.send(new PutCommand({ TableName: 'mafia-local-games', Item: bad }));

    const { games } = (await aws.invoke('mafia-local-latest-games', {})) as { games: { id: string }[] };
    await table.send(new DeleteCommand({ TableName: 'mafia-local-games', Key: { gameId: 'spoilt', item: 'game' } }));

    expect(games.map(({ id }) => id)).toContain(gameId);
    expect(games.map(({ id }) => id)).not.toContain('spoilt');
    expect(aws.logs('mafia-local-latest-games').join()).toMatch(/a game is left out of the list.*spoilt/);
  });

  it('is not written to by a turn that does not end a game: all games share its partition', async () => {
    const { gameId } = await newGame();
    const table = createDocumentClient(aws.rootClientConfig);
    const listed = async () => {
      const { Items = [] } = await table.send(
        new QueryCommand({
          TableName: 'mafia-local-games',
          IndexName: 'Latest',
          KeyConditionExpression: 'listed = :games',
          ExpressionAttributeValues: { ':games': 'games' },
        }),
      );
      return Items.find((item) => item.gameId === gameId);
    };
    const before = await listed();

    await hands.night(gameId);
    await hands.day(gameId);

    expect(await listed()).toEqual(before);
    expect(before).toBeDefined();
    table.destroy();
  });
});

describe('requests at once and requests again', () => {
  it('give one of two judgements the turn, and tell the other what is due', async () => {
    const { gameId } = await newGame();
    await hands.night(gameId);
    const living = livingIn(await hands.day(gameId));

    const replies = await Promise.all(living.slice(0, 2).map((name) => hands.judge(gameId, name)));

    const refused = replies.filter(({ status }) => status !== undefined);
    expect(refused).toEqual([expect.objectContaining({ status: 409, turn: 'night' })]);
    expect(livingIn((await hands.see(gameId)) as Reply)).toHaveLength(living.length - 1);
  });

  it('answer a repeated request as the first, even when it comes late', async () => {
    const { gameId } = await newGame();
    const first = await hands.night(gameId, { idempotencyKey: 'n1' });
    await hands.day(gameId);

    expect(await hands.night(gameId, { idempotencyKey: 'n1' })).toEqual(first);
    expect(await hands.day(gameId, { idempotencyKey: 'n1' })).toMatchObject({ status: 422 });
  });

  it('deal one game to one key, however many ask at once', async () => {
    const replies = await Promise.all(Array.from({ length: 4 }, () => newGame({ idempotencyKey: 'the-same' })));

    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(await hands.newGame({ idempotencyKey: 'the-same', players: 9 })).toMatchObject({ status: 422 });
  });

  it('deal one game to one id that is asked for, and say of another that it is taken', async () => {
    const id = 'feed'.padEnd(20, '0');
    const asked = { gameId: id, idempotencyKey: 'with-an-id' };

    expect(await newGame(asked)).toMatchObject({ gameId: id });
    expect(await newGame(asked)).toMatchObject({ gameId: id, turn: 'night' });
    expect(await hands.newGame({ gameId: id })).toMatchObject({ status: 409, type: 'urn:arcade:mafia:id-taken' });
  });
});

describe('a request that does not fit', () => {
  it.each([
    ['too few players', { players: 2 }],
    ['too many players', { players: 1e9 }],
    ['a negative count', { players: -8 }],
    ['half a player', { players: 4.5 }],
    ['as many mafia as others', { players: 8, mafia: 4 }],
    ['text for a number', { players: '8' }],
    ['an unknown field', { playerz: 8 }],
    ['a name twice', { names: ['Ann', 'Ann', 'Bea'], mafia: 1 }],
    ['a control character in a name', { names: ['An\u0007n', 'Bea', 'Cid'], mafia: 1 }],
  ])('is refused, and nothing is written: %s', async (_case, body) => {
    const before = await countItems(aws);

    expect(await hands.newGame(body)).toMatchObject({ status: 400, detail: expect.stringMatching(/\w/) });
    expect(await countItems(aws)).toBe(before);
  });

  it.each([
    ['without a name', {}],
    ['with a control character', { name: 'A\u0000' }],
    ['with a name that is no text', { name: 7 }],
  ])('is refused in judgement: %s', async (_case, more) => {
    expect(await aws.invoke('mafia-local-judgement', { gameId: '0'.repeat(20), ...more })).toMatchObject({
      status: 400,
    });
  });

  it('is refused for an id that is none', async () => {
    expect(await hands.see('../etc')).toMatchObject({ status: 400 });
  });
});
