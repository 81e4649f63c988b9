import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type AwsCredentials, type AwsPlace, clientSettings } from '../../lib/aws.ts';
import { LOOK_HEADERS } from '../../lib/look.ts';
import { sessionIn, sessionInText } from '../session.ts';
import type { ManagerPorts, Shard, Start, StreamRecord } from './ports.ts';
import { boardRowIn, type ManagerConfig } from './shapes.ts';

type Item = Record<string, AttributeValue>;

/** All sessions are under one key: they are few, and are listed by time. */
const KIND = 'session';
const INDEX = 'Board';

/** What the manager's page asks of AWS, by the SDK and with a manager's credentials. Calls reject with the SDK's errors. */
export function awsPorts(
  names: ManagerConfig,
  place: AwsPlace,
  credentials: () => Promise<AwsCredentials>,
): ManagerPorts & { close(): void } {
  const settings = clientSettings(place, credentials);
  const ssm = new SSMClient(settings);
  const dynamo = new DynamoDBClient(settings);
  const kinesis = new KinesisClient(settings);
  // On AWS nobody watches, and a page of another origin may not send what it likes.
  if (place.aws?.endpoint !== undefined) for (const client of [ssm, dynamo, kinesis]) markLooks(client);
  return {
    parameter: parameterOf(ssm, names.parameter),
    sessions: sessionsOf(dynamo, names.sessionsTable),
    board: boardOf(dynamo, names.playersTable),
    seats: seatsOf(dynamo, names.seatsTable),
    stream: streamOf(kinesis, names.stream),
    close() {
      for (const client of [ssm, dynamo, kinesis]) client.destroy();
    },
  };
}

/** What only looks, again and again, is a trace of its own: a wire leaves it out. */
function markLooks(client: SSMClient | DynamoDBClient | KinesisClient): void {
  const mark = (name: string | undefined, request: unknown) => {
    if (/^(Get|List|Query|BatchGet)/.test(name ?? ''))
      Object.assign((request as { headers: Record<string, string> }).headers, LOOK_HEADERS);
  };
  (client as KinesisClient).middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        mark(commandName, args.request);
        return next(args);
      },
    { step: 'build', name: 'markLooks' },
  );
}

const parameterOf = (ssm: SSMClient, Name: string): ManagerPorts['parameter'] => ({
  async read() {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    return sessionInText(Parameter?.Value ?? 'null');
  },
  async write(session) {
    await ssm.send(new PutParameterCommand({ Name, Value: JSON.stringify(session), Type: 'String', Overwrite: true }));
  },
});

const sessionsOf = (dynamo: DynamoDBClient, TableName: string): ManagerPorts['sessions'] => ({
  async add(session) {
    try {
      // The mark stays until the service has seen to the end of it: by that it finds the session, and without it there is none.
      const Item = marshall({ kind: KIND, unsettled: KIND, ...session }, { removeUndefinedValues: true });
      const ConditionExpression = 'attribute_not_exists(sessionId)';
      await dynamo.send(new PutItemCommand({ TableName, Item, ConditionExpression }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  },
  async close(sessionId, closedAtMs) {
    try {
      const { Attributes } = await dynamo.send(
        new UpdateItemCommand({
          TableName,
          Key: marshall({ kind: KIND, sessionId }),
          ConditionExpression: 'attribute_exists(sessionId) AND attribute_not_exists(closedAtMs)',
          UpdateExpression: 'SET closedAtMs = :now',
          ExpressionAttributeValues: marshall({ ':now': closedAtMs }),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return sessionIn(Attributes && unmarshall(Attributes));
    } catch (error) {
      // Closed before; without an item there is none.
      if (error instanceof ConditionalCheckFailedException) return sessionIn(error.Item && unmarshall(error.Item));
      throw error;
    }
  },
  async list({ limit, after }) {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'kind = :kind',
        ExpressionAttributeValues: marshall({ ':kind': KIND }),
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: after as Item | undefined,
      }),
    );
    return { entries: known(Items, sessionIn), next: LastEvaluatedKey };
  },
});

const known = <Entry>(items: readonly Item[], read: (value: unknown) => Entry | undefined): Entry[] =>
  items.map((item) => read(unmarshall(item))).filter((entry) => entry !== undefined);

const boardOf = (dynamo: DynamoDBClient, TableName: string): ManagerPorts['board'] => ({
  async page(sessionId, { limit, after }) {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        TableName,
        IndexName: INDEX,
        KeyConditionExpression: 'board = :board',
        ExpressionAttributeValues: marshall({ ':board': sessionId }),
        Limit: limit,
        ExclusiveStartKey: after as Item | undefined,
      }),
    );
    return { entries: known(Items, boardRowIn), next: LastEvaluatedKey };
  },
});

const seatsOf = (dynamo: DynamoDBClient, TableName: string): ManagerPorts['seats'] => ({
  async taken(sessionId, blocks) {
    const names = blocks.map((block) => `${sessionId}#${block}`);
    let Keys: Item[] | undefined = names.map((block) => marshall({ block }));
    const taken = new Map<string, number>();
    while (Keys && Keys.length > 0) {
      const { Responses, UnprocessedKeys }: BatchGetItemCommandOutput = await dynamo.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }),
      );
      for (const item of Responses?.[TableName] ?? []) {
        const { block, taken: count } = unmarshall(item);
        taken.set(String(block), Number(count));
      }
      Keys = UnprocessedKeys?.[TableName]?.Keys;
    }
    return names.map((name) => taken.get(name) ?? 0);
  },
});

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
function iteratorInput(start: Start) {
  switch (start.from) {
    case 'latest':
      return { ShardIteratorType: 'LATEST' } as const;
    case 'oldest':
      return { ShardIteratorType: 'TRIM_HORIZON' } as const;
    case 'after':
      return {
        ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
        StartingSequenceNumber: start.sequenceNumber,
      } as const;
    case 'time':
      return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(start.atMs) } as const;
  }
}

const streamOf = (kinesis: KinesisClient, StreamName: string): ManagerPorts['stream'] => ({
  async shards() {
    const shards: Shard[] = [];
    let NextToken: string | undefined;
    do {
      // A token stands for the stream that it was given for: both together are refused.
      const answer = await kinesis.send(new ListShardsCommand(NextToken ? { NextToken } : { StreamName }));
      for (const { ShardId = '', ParentShardId, AdjacentParentShardId, SequenceNumberRange } of answer.Shards ?? [])
        shards.push({
          shardId: ShardId,
          parents: [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined),
          isOpen: SequenceNumberRange?.EndingSequenceNumber === undefined,
        });
      NextToken = answer.NextToken;
    } while (NextToken);
    return shards;
  },
  async iterator(ShardId, start) {
    const input = { StreamName, ShardId, ...iteratorInput(start) };
    return (await kinesis.send(new GetShardIteratorCommand(input))).ShardIterator ?? '';
  },
  async records(ShardIterator) {
    const { Records = [], NextShardIterator } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    const records = Records.map(
      ({ SequenceNumber = '', Data = new Uint8Array(), ApproximateArrivalTimestamp }): StreamRecord => ({
        sequenceNumber: SequenceNumber,
        data: Data,
        arrivedAtMs: ApproximateArrivalTimestamp?.getTime() ?? 0,
      }),
    );
    // AWS says null where the shard has ended.
    return { records, next: NextShardIterator ?? undefined };
  },
});
