import { cp, mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { freePort } from '../../../scripts/freePorts.ts';
import { anyValues } from '../core/tests/anyValues.ts';
import type { ServiceFactory } from '../create.ts';
import { type Cloud, createCloud, createVirtualClock, PortError } from '../index.ts';
import { SECRET_HEADER } from '../keys.ts';

const TEMPLATE = {
  Resources: {
    Rallies: { Type: 'AWS::SNS::Topic' },
    Inbox: { Type: 'AWS::SQS::Queue' },
    InboxPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Inbox' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'sns.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: { 'Fn::GetAtt': ['Inbox', 'Arn'] },
              Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'Rallies' } } },
            },
          ],
        },
      },
    },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'Rallies' },
        Protocol: 'sqs',
        Endpoint: { 'Fn::GetAtt': ['Inbox', 'Arn'] },
        RawMessageDelivery: true,
      },
    },
    Scores: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'player', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'player', KeyType: 'HASH' }],
      },
    },
  },
  Outputs: {
    TopicArn: { Value: { Ref: 'Rallies' } },
    QueueUrl: { Value: { Ref: 'Inbox' } },
    TableName: { Value: { Ref: 'Scores' } },
  },
};

/** A service with one type of resource, which takes as long as `pass` to make. */
const gateThat =
  (pass: () => Promise<void>): ServiceFactory =>
  () => ({
    id: 'gates',
    resources: [
      {
        type: 'AWS::Gates::Gate',
        properties: z.strictObject({}),
        async create() {
          await pass();
          return { physicalId: 'gate', attributes: {} };
        },
        update: async (current) => current,
        remove: async () => {},
      },
    ],
  });

let folder: string;
const open: Cloud[] = [];
const start = async (options: Parameters<typeof createCloud>[0] = {}) => {
  const cloud = await createCloud({ port: 0, clock: createVirtualClock(), seed: 1, ...options });
  open.push(cloud);
  return cloud;
};
const settings = ({ endpoint }: Cloud) => ({
  endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
});
afterEach(async () => {
  for (const cloud of open.splice(0)) await cloud.close();
  await rm(folder, { recursive: true });
});

describe('createCloud', () => {
  it('runs a template whose topic, queue and table SDK clients use', async () => {
    const cloud = await start();
    const { outputs } = await cloud.stacks.deploy({ stackName: 'smoke', template: TEMPLATE });
    const { TopicArn, QueueUrl, TableName } = outputs;
    const dynamodb = new DynamoDBClient(settings(cloud));

    await new SNSClient(settings(cloud)).send(new PublishCommand({ TopicArn, Message: 'serve' }));
    await cloud.core.clock.idle();
    const { Messages } = await new SQSClient(settings(cloud)).send(new ReceiveMessageCommand({ QueueUrl }));
    await dynamodb.send(new PutItemCommand({ TableName, Item: { player: { S: 'ping' }, points: { N: '11' } } }));
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { player: { S: 'ping' } } }));

    expect(Messages?.map(({ Body }) => Body)).toEqual(['serve']);
    expect(Item).toEqual({ player: { S: 'ping' }, points: { N: '11' } });
    expect(QueueUrl).toContain(cloud.endpoint);
    const calls = cloud.journal.ended().filter(({ kind }) => kind === 'call');
    expect(calls.map(({ service, action }) => `${service}:${action}`)).toEqual([
      'sns:Publish',
      'sqs:ReceiveMessage',
      'dynamodb:PutItem',
      'dynamodb:GetItem',
    ]);
    const usage = await (await fetch(`${cloud.endpoint}/_local/usage`)).json();
    expect(usage).toEqual({
      processorMs: expect.any(Number),
      tables: { [TableName ?? '']: { requests: { PutItem: 1, GetItem: 1 }, readUnits: 0.5, writeUnits: 1 } },
    });
  });

  it('brings stacks and items of an earlier run back', async () => {
    const first = await start({ stateFolder: folder });
    const { outputs } = await first.stacks.deploy({ stackName: 'smoke', template: TEMPLATE });
    const { TableName, TopicArn } = outputs;
    await new DynamoDBClient(settings(first)).send(new PutItemCommand({ TableName, Item: { player: { S: 'ping' } } }));
    await first.close();

    const second = await start({ stateFolder: folder });

    const { Item } = await new DynamoDBClient(settings(second)).send(
      new GetItemCommand({ TableName, Key: { player: { S: 'ping' } } }),
    );
    expect(Item).toEqual({ player: { S: 'ping' } });
    expect(second.stacks.get('smoke')?.outputs.TopicArn).toBe(TopicArn);
  });

  it('says aloud what of its state could not be read, and goes on', async () => {
    const first = await start({ stateFolder: join(folder, 'first') });
    await first.stacks.deploy({ stackName: 'smoke', template: TEMPLATE });
    for (const stackName of ['smoke', 'other'])
      first.core.store.collection(stackName, anyValues('rows')).put('key', 'x'.repeat(9000));
    await first.core.store.settled();
    // What a kill leaves behind, and something has damaged since.
    await cp(join(folder, 'first'), join(folder, 'killed'), { recursive: true });
    const { size } = await stat(join(folder, 'killed/stacks/other.sqlite-wal'));
    await truncate(join(folder, 'killed/stacks/other.sqlite-wal'), size - 100);
    const logged: string[] = [];

    const second = await start({
      stateFolder: join(folder, 'killed'),
      log: (message, error) => logged.push(`${message}: ${error.message}`),
    });

    expect(logged).toContainEqual(
      expect.stringMatching(/\d+ bytes at the end of .*other\.sqlite-wal could not be read/),
    );
    expect(second.stacks.get('smoke')?.status).toBe('CREATE_COMPLETE');
  });

  it('lets calls wait until the stacks of an earlier run are back', async () => {
    const { promise: isRestoring, resolve: restoring } = Promise.withResolvers<void>();
    const { promise: isOpen, resolve: open } = Promise.withResolvers<void>();
    const port = await freePort();
    const template = {
      Resources: { Gate: { Type: 'AWS::Gates::Gate' }, Inbox: { Type: 'AWS::SQS::Queue', DependsOn: 'Gate' } },
    };
    const first = await start({ stateFolder: folder, services: [gateThat(async () => {})] });
    await first.stacks.deploy({ stackName: 'gated', template });
    await first.close();

    const waitAtTheGate = () => {
      restoring();
      return isOpen;
    };
    const second = start({ stateFolder: folder, port, services: [gateThat(waitAtTheGate)] });
    await isRestoring;
    const endpoint = `http://127.0.0.1:${port}`;
    const answered: string[] = [];
    const called = fetch(`${endpoint}/?Action=ListQueues`).then(() => answered.push('call'));
    const { status } = await fetch(`${endpoint}/_local/health`);
    answered.push('health');
    const listing = new SQSClient({ ...settings(first), endpoint }).send(new ListQueuesCommand({}));
    open();
    await second;
    await called;

    expect(status).toBe(200);
    expect(answered).toEqual(['health', 'call']);
    expect((await listing).QueueUrls).toEqual([expect.stringContaining('gated-Inbox')]);
  });

  it('closes everything when it cannot go on with what an earlier run left', async () => {
    const port = await freePort();
    const broken: ServiceFactory = () => ({
      id: 'broken',
      resources: [],
      resume() {
        throw new Error('no way on');
      },
    });

    await expect(start({ port, stateFolder: folder, services: [broken] })).rejects.toThrow('no way on');

    const again = await start({ port, stateFolder: folder });
    expect(again.port).toBe(port);
  });

  it('is deployed to, listed and emptied over HTTP, and says what does not fit', async () => {
    const cloud = await start();
    const headers = { [SECRET_HEADER]: cloud.keys.secret };
    const put = (template: object) =>
      fetch(`${cloud.endpoint}/_local/stacks/smoke`, { method: 'PUT', headers, body: JSON.stringify({ template }) });

    const refused = await put({ Resources: { Rallies: { Type: 'AWS::SNS::Topic', Properties: { Nmae: 'x' } } } });
    const deployed = await put(TEMPLATE);
    const listed = await fetch(`${cloud.endpoint}/_local/stacks`, { headers });
    const removed = await fetch(`${cloud.endpoint}/_local/stacks/smoke`, { method: 'DELETE', headers });

    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { detail: expect.stringMatching(/Rallies.*Nmae/s) },
    ]);
    expect(await deployed.json()).toMatchObject({ stackName: 'smoke', status: 'CREATE_COMPLETE', environments: {} });
    expect(await listed.json()).toMatchObject([{ stackName: 'smoke' }]);
    expect(removed.status).toBe(204);
    expect(cloud.stacks.list()).toEqual([]);
  });

  it('gives the same ids for the same seed', async () => {
    const ids = [];
    for (const seed of [1, 1, 2]) {
      const cloud = await start({ seed });
      ids.push(cloud.core.newId());
    }

    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('names the port that is taken, and lets go of everything then', async () => {
    const { port } = await start();

    const second = createCloud({ port, stateFolder: folder });

    await expect(second).rejects.toBeInstanceOf(PortError);
    await expect(second).rejects.toThrow(`Port ${port} is already in use`);
  });
});
