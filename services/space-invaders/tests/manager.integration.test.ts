import { PATIENCE_MS, withoutSchedules } from '@arcade/local-aws/testkit';
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Invaders, type Player, startInvaders } from './aws.ts';
import { sessionOf } from './parts.ts';

const named = (name: string) => `space-invaders-local-${name}`;
const StreamName = named('statuses');
const ShardId = 'shardId-000000000000';
const Name = '/space-invaders/local/session';
const CONFIG = '/space-invaders/local/config';
const { sessionId } = sessionOf();
const key = { kind: { S: 'session' }, sessionId: { S: sessionId } };

/** What somebody who has signed in signs with in a page. */
interface Clients {
  ssm: SSMClient;
  dynamo: DynamoDBClient;
  kinesis: KinesisClient;
  /** At the stream's beginning, whoever asked for it: who reads is asked again. */
  iterator: string;
}

let invaders: Invaders;
let manager: Clients;
let gamer: Clients;
const clientsOf = async (player: Player): Promise<Clients> => {
  const config = { ...(await player.clientConfig()), maxAttempts: 1 };
  const owner = new KinesisClient(invaders.aws.rootClientConfig);
  const from = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator: iterator = '' } = await owner.send(new GetShardIteratorCommand(from));
  owner.destroy();
  return {
    ...{ ssm: new SSMClient(config), dynamo: new DynamoDBClient(config), kinesis: new KinesisClient(config) },
    iterator,
  };
};
beforeAll(async () => {
  invaders = await startInvaders({ transform: withoutSchedules });
  manager = await clientsOf(await invaders.enter('Mia', 'manager'));
  gamer = await clientsOf(await invaders.enter('Gus'));
}, PATIENCE_MS);
afterAll(async () => {
  for (const { ssm, dynamo, kinesis } of [manager, gamer])
    for (const client of [ssm, dynamo, kinesis]) client.destroy();
  await invaders.stop();
});

type Call = [title: string, call: (clients: Clients) => Promise<unknown>];

/** All that a manager's page calls. */
const CALLS: Call[] = [
  ['ssm:GetParameter', ({ ssm }) => ssm.send(new GetParameterCommand({ Name }))],
  [
    'dynamodb:PutItem on the sessions',
    ({ dynamo }) => dynamo.send(new PutItemCommand({ TableName: named('sessions'), Item: key })),
  ],
  [
    'ssm:PutParameter',
    ({ ssm }) => ssm.send(new PutParameterCommand({ Name, Value: 'null', Type: 'String', Overwrite: true })),
  ],
  [
    'dynamodb:UpdateItem on the sessions',
    ({ dynamo }) =>
      dynamo.send(
        new UpdateItemCommand({
          TableName: named('sessions'),
          Key: key,
          UpdateExpression: 'SET closedAtMs = :now',
          ExpressionAttributeValues: { ':now': { N: '1' } },
        }),
      ),
  ],
  [
    'dynamodb:Query on the sessions',
    ({ dynamo }) =>
      dynamo.send(
        new QueryCommand({
          TableName: named('sessions'),
          KeyConditionExpression: 'kind = :kind',
          ExpressionAttributeValues: { ':kind': { S: 'session' } },
        }),
      ),
  ],
  [
    'dynamodb:Query on the board',
    ({ dynamo }) =>
      dynamo.send(
        new QueryCommand({
          TableName: named('players'),
          IndexName: 'Board',
          KeyConditionExpression: 'board = :board',
          ExpressionAttributeValues: { ':board': { S: sessionId } },
        }),
      ),
  ],
  [
    'dynamodb:BatchGetItem on the seats',
    ({ dynamo }) =>
      dynamo.send(
        new BatchGetItemCommand({ RequestItems: { [named('seats')]: { Keys: [{ block: { S: `${sessionId}#0` } }] } } }),
      ),
  ],
  ['kinesis:ListShards', ({ kinesis }) => kinesis.send(new ListShardsCommand({ StreamName }))],
  [
    'kinesis:GetShardIterator',
    ({ kinesis }) =>
      kinesis.send(new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' })),
  ],
  ['kinesis:GetRecords', ({ kinesis, iterator }) => kinesis.send(new GetRecordsCommand({ ShardIterator: iterator }))],
];

/** What no page has to call, a manager's neither. */
const OTHERS: Call[] = [
  ['ssm:DeleteParameter', ({ ssm }) => ssm.send(new DeleteParameterCommand({ Name }))],
  [
    'ssm:PutParameter on the configuration',
    ({ ssm }) => ssm.send(new PutParameterCommand({ Name: CONFIG, Value: '{}', Type: 'String', Overwrite: true })),
  ],
  [
    'dynamodb:DeleteItem on the sessions',
    ({ dynamo }) => dynamo.send(new DeleteItemCommand({ TableName: named('sessions'), Key: key })),
  ],
  [
    'dynamodb:Query on the players, whose `sub` nobody is shown',
    ({ dynamo }) =>
      dynamo.send(
        new QueryCommand({
          TableName: named('players'),
          KeyConditionExpression: 'player = :player',
          ExpressionAttributeValues: { ':player': { S: 'p' } },
        }),
      ),
  ],
  ['dynamodb:Scan on the players', ({ dynamo }) => dynamo.send(new ScanCommand({ TableName: named('players') }))],
  [
    'dynamodb:UpdateItem on the players',
    ({ dynamo }) =>
      dynamo.send(
        new UpdateItemCommand({
          TableName: named('players'),
          Key: { player: { S: 'p' }, sessionId: { S: sessionId } },
          UpdateExpression: 'SET rank = :best',
          ExpressionAttributeValues: { ':best': { S: '0' } },
        }),
      ),
  ],
  [
    'kinesis:PutRecord',
    ({ kinesis }) => kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: 'p', Data: Buffer.from('{}\n') })),
  ],
  ['kinesis:DescribeStreamSummary', ({ kinesis }) => kinesis.send(new DescribeStreamSummaryCommand({ StreamName }))],
];

const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'allowed',
    (error: Error) => error.name,
  );

describe('with credentials from the identity pool', () => {
  it.each(CALLS)('a manager may, and a gamer may not: %s', async (_title, call) => {
    expect(await outcomeOf(call(gamer))).toBe('AccessDeniedException');
    expect(await outcomeOf(call(manager))).toBe('allowed');
  });

  it.each(OTHERS)('nobody may: %s', async (_title, call) => {
    expect(await outcomeOf(call(gamer))).toBe('AccessDeniedException');
    expect(await outcomeOf(call(manager))).toBe('AccessDeniedException');
  });
});
