import { createDocumentClient } from '@arcade/dynamodb';
import { type LocalAws, overreachOf, PATIENCE_MS, receiveAll, withoutSchedules } from '@arcade/local-aws/testkit';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outboxKey } from '../storage/items.ts';
import { receivedBy, startMafia } from './aws.ts';

const TableName = 'mafia-local-games';
let aws: LocalAws;
let gameId: string;

beforeAll(async () => {
  aws = await startMafia({ transform: withoutSchedules });
  const names = ['Ann', 'Ben', 'Cleo', 'Dan'];
  ({ gameId } = (await aws.invoke('mafia-local-new-game', { names, mafia: 1 })) as { gameId: string });
}, PATIENCE_MS);

afterAll(() => aws.stop());

/** The table, as the function of this name reaches it: with its role's credentials. */
function tableOf(functionName: string) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ENDPOINT_URL } = aws.env(functionName);
  return createDocumentClient({
    endpoint: AWS_ENDPOINT_URL ?? '',
    region: 'eu-west-1',
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    },
  });
}

const ofGame = (more: object = {}) => ({
  TableName,
  KeyConditionExpression: 'gameId = :game',
  ExpressionAttributeValues: { ':game': gameId },
  ...more,
});
const ann = () => ({ TableName, Key: { gameId, item: 'player#Ann' } });
const uncovering = () => ({
  ...ann(),
  UpdateExpression: 'SET pendingSince = :now',
  ExpressionAttributeValues: { ':now': 1 },
  ReturnValues: 'ALL_NEW' as const,
});

describe.each(['mafia-local-new-game', 'mafia-local-relay-events'])('the role of %s', (functionName) => {
  it.each([
    ['read a player', () => new GetCommand(ann())],
    ['read a game', () => new QueryCommand(ofGame())],
    ['read what all may see of it', () => new QueryCommand(ofGame({ IndexName: 'Masked' }))],
    ['read all games', () => new ScanCommand({ TableName })],
    ['change a player, which would show what they are', () => new UpdateCommand(uncovering())],
    [
      'put another player in the place of one and see who that was',
      () => new PutCommand({ TableName, Item: ann().Key, ReturnValues: 'ALL_OLD' }),
    ],
    ['remove a player', () => new DeleteCommand({ ...ann(), ReturnValues: 'ALL_OLD' })],
  ])('may not %s', async (_what, command) => {
    const table = tableOf(functionName);
    // biome-ignore lint/suspicious/noExplicitAny: the commands are of several kinds.
    const asked = table.send(command() as any);

    await expect(asked).rejects.toMatchObject({ name: 'AccessDeniedException' });
    table.destroy();
  });
});

it.each([...['new-game', 'night-turn', 'day-turn', 'judgement'], ...['game-state', 'latest-games', 'relay-events']])(
  'the role of %s allows nothing beyond what the function does',
  async (name) => {
    const own = { table: TableName, topic: 'mafia-local-game-events', queue: 'mafia-local-dead-letters' };

    expect(await overreachOf(aws, `mafia-local-${name}`, own)).toEqual([]);
  },
);

it.each(['night-turn', 'day-turn', 'judgement'])('the role of %s removes no player and no game', async (name) => {
  const table = tableOf(`mafia-local-${name}`);

  await expect(table.send(new DeleteCommand(ann()))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  table.destroy();
});

it.each([
  ['game-state', 'Masked'],
  ['latest-games', 'Latest'],
])('the role of %s queries the index %s, and does not scan it', async (name, IndexName) => {
  const table = tableOf(`mafia-local-${name}`);

  await expect(table.send(new ScanCommand({ TableName, IndexName }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  table.destroy();
});

describe('the relay', () => {
  const entry = (more: object) => ({
    ...outboxKey({ gameId, turnNumber: 9, sinceMs: aws.clock.now() - 60_000 }),
    kind: 'outbox',
    tries: 0,
    ...more,
  });
  const relay = () =>
    aws.invoke('mafia-local-relay-events', {
      'detail-type': 'Scheduled Event',
      id: 'tick',
      time: '2030-01-01T00:00:00Z',
    });

  it('publishes what a crash has left, and puts what nobody can publish where it can be looked at', async () => {
    const table = createDocumentClient(aws.rootClientConfig);
    const event = (id: string, name: string) => ({
      ...{ id, time: '2030-01-01T00:00:00.000Z', correlationId: 'c', type: 'mafia.player_killed', source: 'mafia' },
      ...{ version: 1, detail: { gameId, name } },
    });
    const put = (Item: Record<string, unknown>) => table.send(new PutCommand({ TableName, Item }));
    await receivedBy(aws);
    // SNS refuses the first one: more than 256 KiB. The second is no entry at all.
    await put(entry({ events: [event('too-long', 'x'.repeat(262_144)), event('beside-it', 'Ben')] }));
    await put({ ...entry({ events: 'spoilt' }), gameId: 'outbox#1', item: '000000000001000#junk' });
    await put({ ...entry({ events: [event('crashed', 'Ann')] }), gameId: 'outbox#3', item: '000000000002000#game#0' });

    await relay();
    await aws.idle();

    expect((await receivedBy(aws)).map(({ id }) => id).sort()).toEqual(['beside-it', 'crashed']);
    const letters = (await receiveAll(aws, 'mafia-local-dead-letters')).map((body) => JSON.parse(body));
    expect(letters).toHaveLength(2);
    expect(letters).toContainEqual({
      reason: 'the entry cannot be read',
      tries: 1,
      events: [expect.objectContaining({ item: '000000000001000#junk', events: 'spoilt' })],
    });
    const { Count } = await table.send(
      new ScanCommand({
        TableName,
        FilterExpression: 'begins_with(gameId, :o)',
        ExpressionAttributeValues: { ':o': 'outbox#' },
      }),
    );
    expect(Count).toBe(0);
    table.destroy();
  });
});
