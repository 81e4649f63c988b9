import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ROOT } from '../core/principal.ts';
import { type Cloud, createCloud, createVirtualClock, type VirtualClock } from '../index.ts';

const MINUTE = 60_000;
const may = (Principal: string, Action: string, Resource: unknown) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      ...(Principal && { Principal: { Service: Principal } }),
      Action,
      ...(Resource ? { Resource } : {}),
    },
  ],
});
const arnOf = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });

const TEMPLATE = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: may('lambda.amazonaws.com', 'sts:AssumeRole', undefined) },
    },
    Reading: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'reading',
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
              Resource: [arnOf('Inbox'), arnOf('Turns')],
            },
          ],
        },
      },
    },
    Serve: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'serve',
        Runtime: 'nodejs24.x',
        Handler: 'serve.handler',
        Role: arnOf('Role'),
        Code: { ZipFile: 'x' },
      },
    },
    Rally: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'rally' } },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Rally' }, Protocol: 'lambda', Endpoint: arnOf('Serve') },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Serve' },
        Principal: 'sns.amazonaws.com',
        SourceArn: { Ref: 'Rally' },
      },
    },
    Turns: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, ContentBasedDeduplication: true } },
    TurnsMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      DependsOn: 'Reading',
      Properties: { FunctionName: { Ref: 'Serve' }, EventSourceArn: arnOf('Turns'), BatchSize: 1 },
    },
    Inbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      DependsOn: 'Reading',
      Properties: { FunctionName: { Ref: 'Serve' }, EventSourceArn: arnOf('Inbox') },
    },
  },
  Outputs: {
    TurnsUrl: { Value: { Ref: 'Turns' } },
    TopicArn: { Value: { Ref: 'Rally' } },
    QueueUrl: { Value: { Ref: 'Inbox' } },
  },
};

let folder: string;
let cloud: Cloud | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
});
afterEach(async () => {
  await cloud?.close();
  await rm(folder, { recursive: true });
});

async function start(startMs?: number): Promise<{ cloud: Cloud; clock: VirtualClock }> {
  const clock = createVirtualClock(startMs === undefined ? {} : { startMs });
  const stateFolder = join(folder, 'state');
  cloud = await createCloud({ port: 0, clock, stateFolder });
  return { cloud, clock };
}

async function codeOf(
  name: string,
  body: string,
): Promise<{ Serve: { kind: 'bundle'; file: string; handler: string } }> {
  const file = join(folder, `${name}.cjs`);
  await writeFile(file, `exports.handler = async (event) => { ${body} };`);
  return { Serve: { kind: 'bundle', file, handler: 'handler' } };
}

/** What the function was run with, and how that went, oldest first. */
const runs = ({ journal }: Cloud) =>
  journal
    .ended()
    .filter(({ kind }) => kind === 'invocation')
    .map(({ action, outcome, from }) => [action, outcome, from?.split(':').at(-1)]);

it('has its event source mappings stopped by an SDK client', async () => {
  const { cloud: running, clock } = await start();
  const functions = await codeOf('working', 'return event.Records.length');
  const { outputs } = await running.stacks.deploy({ stackName: 'game', template: TEMPLATE, functions });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const lambda = new LambdaClient({ endpoint: running.endpoint, region: 'eu-west-1', credentials });

  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: 'serve' }));
  const UUID = EventSourceMappings.find(({ EventSourceArn }) => EventSourceArn?.endsWith(':inbox'))?.UUID;
  const updated = await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  await running.core.call({
    service: 'sqs',
    operation: 'SendMessage',
    input: { QueueUrl: outputs.QueueUrl, MessageBody: 'bat' },
    principal: ROOT,
  });
  await clock.advance(MINUTE);

  expect(updated).toMatchObject({
    $metadata: { httpStatusCode: 202 },
    State: 'Disabled',
    LastModified: expect.any(Date),
  });
  expect(await lambda.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({ State: 'Disabled' });
  expect(runs(running)).toEqual([]);
  lambda.destroy();
});

it('brings the turns of a FIFO queue in order, over a restart in between, and takes each once', async () => {
  const before = await start();
  const functions = await codeOf('failing', 'throw new Error("no luck")');
  const { outputs } = await before.cloud.stacks.deploy({ stackName: 'game', template: TEMPLATE, functions });
  const send = ({ core }: Cloud, MessageBody: string) =>
    core.call({
      service: 'sqs',
      operation: 'SendMessage',
      input: { QueueUrl: outputs.TurnsUrl, MessageBody, MessageGroupId: 'game' },
      principal: ROOT,
    });
  for (const turn of ['1', '2', '1', '3']) await send(before.cloud, turn);
  await before.clock.idle();
  expect(runs(before.cloud)).toMatchObject([['Invoke', 'error', expect.stringMatching(/^game-Turns-.*\.fifo$/)]]);
  await before.cloud.close();

  const after = await start(before.clock.now() + 1);
  const turns = join(folder, 'turns');
  const note = `require('node:fs').appendFileSync(${JSON.stringify(turns)}, event.Records[0].body)`;
  await after.cloud.stacks.place('game', await codeOf('working', note));
  for (const turn of ['2', '4']) await send(after.cloud, turn);
  await after.clock.advance(MINUTE);

  expect(await readFile(turns, 'utf8')).toBe('1234');
});

it('goes on after a restart with what waits: each once, when it is due', async () => {
  const before = await start();
  const failing = await codeOf('failing', 'throw new Error("no luck")');
  const { outputs } = await before.cloud.stacks.deploy({ stackName: 'game', template: TEMPLATE, functions: failing });
  const call = (service: string, operation: string, input: object) =>
    before.cloud.core.call({ service, operation, input, principal: ROOT });
  await call('sns', 'Publish', { TopicArn: outputs.TopicArn, Message: 'ball' });
  await call('sqs', 'SendMessage', { QueueUrl: outputs.QueueUrl, MessageBody: 'bat' });
  await before.clock.advance(10_000);
  expect(runs(before.cloud).toSorted()).toEqual([
    ['Invoke', 'error', 'inbox'],
    ['Invoke', 'error', 'rally'],
  ]);
  await before.cloud.close();

  const after = await start(before.clock.now());
  await after.cloud.stacks.place('game', await codeOf('working', 'return event.Records.length'));
  await after.clock.advance(10_000);
  expect(runs(after.cloud)).toEqual([]);
  await after.clock.advance(5 * MINUTE);

  // The queue's message comes back after its visibility timeout, the topic's event is tried again after a minute.
  expect(runs(after.cloud)).toEqual([
    ['retry', 'ok', 'inbox'],
    ['retry', 'ok', 'rally'],
  ]);
});
