import {
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NodeHttp2Handler } from '@smithy/node-http-handler';
import { type Open, open } from './open.ts';

let door: Open;
const destroyed: { destroy(): void }[] = [];

function client<T extends { destroy(): void }>(made: T): T {
  destroyed.push(made);
  return made;
}

beforeEach(async () => {
  door = await open();
});

afterEach(async () => {
  for (const made of destroyed.splice(0)) made.destroy();
  await door.close();
});

describe('the front door, through SDK clients', () => {
  it('brings the maps and lists of the Query protocol to the operation as objects and arrays', async () => {
    const sns = client(new SNSClient(door.settings()));

    const { MessageId } = await sns.send(
      new PublishCommand({
        TopicArn: 'arn:aws:sns:eu-west-1:000000000000:rallies',
        Message: 'a=b&c=%20 ü',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'serve' } },
      }),
    );
    await sns.send(
      new PublishBatchCommand({
        TopicArn: 'arn:aws:sns:eu-west-1:000000000000:rallies',
        PublishBatchRequestEntries: [
          { Id: 'one', Message: '1' },
          { Id: 'two', Message: '2', MessageAttributes: { kind: { DataType: 'String', StringValue: 'let' } } },
        ],
      }),
    );

    expect(MessageId).toBe('m-1');
    expect(door.asked.map(({ input }) => input)).toEqual([
      {
        TopicArn: 'arn:aws:sns:eu-west-1:000000000000:rallies',
        Message: 'a=b&c=%20 ü',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'serve' } },
      },
      {
        TopicArn: 'arn:aws:sns:eu-west-1:000000000000:rallies',
        PublishBatchRequestEntries: [
          { Id: 'one', Message: '1' },
          { Id: 'two', Message: '2', MessageAttributes: { kind: { DataType: 'String', StringValue: 'let' } } },
        ],
      },
    ]);
  });

  it('writes XML from which clients read maps, lists, nothing at all, and text with reserved characters', async () => {
    const sns = client(new SNSClient(door.settings()));

    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: 'arn:one' }));
    const { Topics } = await sns.send(new ListTopicsCommand({}));
    const deleted = await sns.send(new DeleteTopicCommand({ TopicArn: 'arn:one' }));

    expect(Attributes).toEqual({ DisplayName: 'Tea & <biscuits> "here"\r\n\ufffd' });
    expect(Topics).toEqual([{ TopicArn: 'arn:one' }, { TopicArn: 'arn:two' }]);
    expect(deleted.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([1, 2])('speaks JSON over HTTP/%i', async (version) => {
    const handler = version === 2 ? { requestHandler: new NodeHttp2Handler() } : {};
    const dynamodb = client(new DynamoDBClient({ ...door.settings(), ...handler }));
    const key = { id: { S: 'x'.repeat(100_000) } };

    const answers = await Promise.all(
      Array.from({ length: 20 }, () => dynamodb.send(new GetItemCommand({ TableName: 'scores', Key: key }))),
    );

    expect(answers.map(({ Item }) => Item)).toEqual(Array.from({ length: 20 }, () => key));
  });

  it('hands REST operations the raw body, and takes their raw answer', async () => {
    const lambda = client(new LambdaClient(door.settings()));

    const invoked = await lambda.send(new InvokeCommand({ FunctionName: 'ping', Payload: '{"FunctionName":"other"}' }));

    await expect(lambda.send(new InvokeCommand({ FunctionName: 'absent' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: absent',
      $metadata: { httpStatusCode: 404 },
    });
    expect(Buffer.from(invoked.Payload ?? []).toString()).toBe('{"FunctionName":"other"}');
    expect(invoked.FunctionError).toBe('Unhandled');
    expect(door.asked[0]?.input.FunctionName).toBe('ping');
  });

  it('names the caller: the owner of the laptop, or the session of a role', async () => {
    const role = await door.role('umpire');

    const owner = await client(new STSClient(door.settings())).send(new GetCallerIdentityCommand({}));
    const session = await client(new STSClient(door.settings(role))).send(new GetCallerIdentityCommand({}));

    expect(owner).toMatchObject({ Account: '000000000000', Arn: 'arn:aws:iam::000000000000:root' });
    expect(session.Arn).toBe('arn:aws:sts::000000000000:assumed-role/umpire/umpire');
    expect(session.UserId).toMatch(/^AROA[A-Z2-7]{16}:umpire$/);
  });

  it('gives errors their code, fields and status in JSON', async () => {
    const dynamodb = client(new DynamoDBClient(door.settings()));
    const sqs = client(new SQSClient(door.settings()));

    await expect(dynamodb.send(new DeleteTableCommand({ TableName: 'scores' }))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }],
    });
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'none' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });

  it('names an operation that it does not know, and those that it knows', async () => {
    const sent = client(new DynamoDBClient(door.settings())).send(
      new PutItemCommand({ TableName: 'scores', Item: {} }),
    );

    await expect(sent).rejects.toMatchObject({
      name: 'NotSupportedByLocalAws',
      message: expect.stringContaining('dynamodb:PutItem. Of dynamodb it knows DeleteTable, GetItem, ListTables'),
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('turns a defect into InternalFailure, with the stack in the log and not in the answer', async () => {
    const sent = client(new DynamoDBClient(door.settings())).send(new ListTablesCommand({}));

    await expect(sent).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
    await expect(sent).rejects.not.toMatchObject({ message: expect.stringContaining('a defect') });
    expect(door.logged).toEqual([expect.stringMatching(/TypeError: a defect\n\s+at /)]);
  });

  it('dates its answers by the clock', async () => {
    const answer = await fetch(`${door.door.endpoint()}/_local/health`);

    expect(answer.headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  });

  it('calls a long poll off when its client hangs up', async () => {
    const hangUp = new AbortController();
    const sqs = client(new SQSClient(door.settings()));

    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl: `${door.door.endpoint()}/000000000000/q` }), {
      abortSignal: hangUp.signal,
    });
    const arrived = new Promise<void>((resolve) => {
      const look = () => (door.asked.length > 0 ? resolve() : setImmediate(look));
      look();
    });
    await arrived;
    const signal = door.asked[0]?.context.signal;
    const aborted = new Promise((resolve) => signal?.addEventListener('abort', () => resolve(true)));
    hangUp.abort();

    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(aborted).resolves.toBe(true);
  });
});
