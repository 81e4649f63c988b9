import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventBridgeClient,
  InvalidEventPatternException,
  ListRulesCommand,
  PutEventsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { GetQueueUrlCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cloud, createCloud, createVirtualClock, type VirtualClock } from '../../index.ts';

const MINUTE = 60_000;
const att = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const ref = (id: string) => ({ Ref: id });
const resource = (Type: string, Properties: object = {}) => ({ Type, Properties });
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const trusting = (Service: string) => policy({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' });
const roleFor = (service: string, ...may: object[]) =>
  resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: trusting(service),
    Policies: may.length > 0 ? [{ PolicyName: 'may', PolicyDocument: policy(...may) }] : [],
  });
const rule = (EventBusName: object, EventPattern: object, ...targets: object[]) =>
  resource('AWS::Events::Rule', {
    EventBusName,
    EventPattern,
    Targets: targets.map((target, index) => ({ Id: `t${index}`, ...target })),
  });

/** A game's bus: captures go to a function that puts their outcome there too; outcomes go to a queue in words, and all goes to an audit's bus. */
const TEMPLATE = {
  Resources: {
    Game: resource('AWS::Events::EventBus', { Name: 'game' }),
    Audit: resource('AWS::Events::EventBus', { Name: 'audit' }),
    Role: roleFor('lambda.amazonaws.com', { Effect: 'Allow', Action: 'events:PutEvents', Resource: att('Game') }),
    Forward: roleFor('events.amazonaws.com', { Effect: 'Allow', Action: 'events:PutEvents', Resource: att('Audit') }),
    Capture: resource('AWS::Lambda::Function', {
      FunctionName: 'capture',
      Runtime: 'nodejs24.x',
      Handler: 'capture.handler',
      Role: att('Role'),
      Code: { ZipFile: 'x' },
      Environment: { Variables: { BUS: ref('Game') } },
    }),
    Told: resource('AWS::SQS::Queue', { QueueName: 'told' }),
    Audited: resource('AWS::SQS::Queue', {
      QueueName: 'audited.fifo',
      FifoQueue: true,
      ContentBasedDeduplication: true,
    }),
    Dead: resource('AWS::SQS::Queue', { QueueName: 'dead' }),
    Open: resource('AWS::SQS::QueuePolicy', {
      Queues: [ref('Told'), ref('Audited'), ref('Dead')],
      PolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
      }),
    }),
    OnAttempt: rule(
      ref('Game'),
      { 'detail-type': ['attempt'] },
      { Arn: att('Capture'), DeadLetterConfig: { Arn: att('Dead') } },
    ),
    OnOutcome: rule(
      ref('Game'),
      { detail: { outcome: [{ 'anything-but': ['taken'] }] } },
      {
        Arn: att('Told'),
        InputTransformer: { InputPathsMap: { player: '$.detail.player' }, InputTemplate: '"<player> has it"' },
      },
    ),
    OnAll: rule(ref('Game'), { source: [{ prefix: '' }] }, { Arn: att('Audit'), RoleArn: att('Forward') }),
    OnAudit: rule(
      ref('Audit'),
      { source: ['game'] },
      { Arn: att('Audited'), SqsParameters: { MessageGroupId: 'all' } },
    ),
    Invoked: resource('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: ref('Capture'),
      Principal: 'events.amazonaws.com',
      SourceArn: att('OnAttempt'),
    }),
  },
  Outputs: { Rule: { Value: ref('OnAttempt') } },
};

const CAPTURE = `
const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
const bus = new EventBridgeClient();
exports.handler = async ({ detail: { player } }) => {
  const Detail = JSON.stringify({ player, outcome: 'captured' });
  const entry = { EventBusName: process.env.BUS, Source: 'game', DetailType: 'outcome', Detail };
  const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries: [entry] }));
  if (FailedEntryCount) throw new Error('not taken');
};`;

const ATTEMPT = {
  EventBusName: 'game',
  Source: 'game',
  DetailType: 'attempt',
  Detail: JSON.stringify({ player: 'ada', correlationId: 'c1' }),
};

let folder: string;
let clock: VirtualClock;
let cloud: Cloud;
let bus: EventBridgeClient;
let sqs: SQSClient;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bus-'));
  // There its code finds the SDK.
  await symlink(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

async function start() {
  clock = createVirtualClock(clock && { startMs: clock.now() });
  cloud = await createCloud({ port: 0, clock, stateFolder: join(folder, 'state') });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const settings = { endpoint: cloud.endpoint, region: 'eu-west-1', credentials };
  bus = new EventBridgeClient(settings);
  sqs = new SQSClient(settings);
}

async function stop() {
  bus.destroy();
  sqs.destroy();
  await cloud.close();
}

async function deploy(code = CAPTURE, changed: object = {}) {
  const file = join(folder, 'capture.cjs');
  await writeFile(file, code);
  const functions = { Capture: { kind: 'bundle' as const, file, handler: 'handler' } };
  const template = { ...TEMPLATE, Resources: { ...TEMPLATE.Resources, ...changed } };
  return cloud.stacks.deploy({ stackName: 'game', template, functions });
}

async function messagesIn(QueueName: string): Promise<Message[]> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
  return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
}

describe('over a bus, an SDK client', () => {
  it('reaches a function, which puts the next event there; a queue hears of it in words, and a FIFO queue of another bus has both', async () => {
    const { outputs } = await deploy();

    const { FailedEntryCount, Entries } = await bus.send(
      new PutEventsCommand({ Entries: [ATTEMPT, { ...ATTEMPT, Detail: '[]' }] }),
    );
    await clock.idle();

    expect(outputs.Rule).toMatch(/^game\|game-OnAttempt-/);
    expect({ FailedEntryCount, codes: Entries?.map(({ ErrorCode }) => ErrorCode) }).toEqual({
      FailedEntryCount: 1,
      codes: [undefined, 'MalformedDetail'],
    });
    expect((await messagesIn('told')).map(({ Body }) => Body)).toEqual(['"ada has it"']);
    const audited = (await messagesIn('audited.fifo')).map(({ Body = '' }) => JSON.parse(Body));
    expect(audited.map((event) => event['detail-type'])).toEqual(['attempt', 'outcome']);
    expect(audited[0]).toMatchObject({ id: Entries?.[0]?.EventId, detail: { player: 'ada' } });
    // One chain, whoever has put the events.
    const traces = new Set(
      cloud.journal.ended().flatMap(({ kind, traceId }) => (kind === 'delivery' ? [traceId] : [])),
    );
    expect(traces.size).toBe(1);
  });

  it('hears of a function that may not put events; a policy of the bus lets it', async () => {
    const Role = roleFor('lambda.amazonaws.com');
    const Policy = resource('AWS::Events::EventBusPolicy', {
      EventBusName: ref('Game'),
      StatementId: 'capture',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: att('Role') },
        Action: 'events:PutEvents',
        Resource: att('Game'),
      },
    });
    const outcomes = () =>
      cloud.journal
        .ended()
        .filter(({ kind, action, from }) => kind === 'call' && action === 'PutEvents' && from?.includes('assumed-role'))
        .map(({ outcome, error }) => error?.code ?? outcome);

    await deploy(CAPTURE, { Role });
    await bus.send(new PutEventsCommand({ Entries: [ATTEMPT] }));
    await clock.idle();
    expect(outcomes()).toEqual(['AccessDeniedException']);

    await deploy(CAPTURE, { Role, Policy });
    await clock.advance(MINUTE);
    expect(outcomes().at(-1)).toBe('ok');
  });

  it('asks about rules and patterns', async () => {
    await deploy();

    const { Rules = [] } = await bus.send(new ListRulesCommand({ EventBusName: 'audit' }));
    expect(Rules).toMatchObject([{ EventBusName: 'audit', EventPattern: '{"source":["game"]}', State: 'ENABLED' }]);
    const event = { id: '1', account: '0', source: 's', time: '2030-01-01T00:00:00Z', region: 'r', 'detail-type': 't' };
    const test = (EventPattern: string) =>
      bus.send(new TestEventPatternCommand({ Event: JSON.stringify(event), EventPattern }));
    expect(await test('{"source":["s"]}')).toMatchObject({ Result: true });
    await expect(test('{"source":"s"}')).rejects.toThrow(InvalidEventPatternException);
  });

  it('has its events kept over a restart, by the rules of both buses', async () => {
    await deploy();
    cloud.core.faults.change({
      seed: 1,
      rules: [{ match: { service: 'events' }, delay: { probability: 1, maxMs: 5000 } }],
    });
    await bus.send(new PutEventsCommand({ Entries: [ATTEMPT] }));
    await stop();

    await start();
    await clock.advance(MINUTE);

    const audited = (await messagesIn('audited.fifo')).map(({ Body = '' }) => JSON.parse(Body)['detail-type']);
    expect(audited).toContain('attempt');
  });
});

describe('a deployment is refused', () => {
  const Resources = (changed: object) => ({ Resources: { ...TEMPLATE.Resources, ...changed } });

  it.each<[string, object, RegExp]>([
    [
      'when the role of a target does not trust EventBridge',
      { Forward: roleFor('lambda.amazonaws.com') },
      /cannot be assumed by events\.amazonaws\.com/,
    ],
    [
      'when it may not put events on the other bus',
      { Forward: roleFor('events.amazonaws.com') },
      /events:PutEvents on .*event-bus\/audit is not allowed/,
    ],
    [
      'when a pattern is none',
      { OnAll: rule(ref('Game'), { source: 'game' }) },
      /"source" must be an object or an array/,
    ],
    [
      'when a rule is for a bus that is not there',
      { OnAll: rule({ 'Fn::Sub': 'nowhere' }, { source: ['game'] }) },
      /Event bus nowhere does not exist\./,
    ],
  ])('%s', async (_when, changed, reason) => {
    await expect(cloud.stacks.deploy({ stackName: 'game', template: Resources(changed) })).rejects.toThrow(reason);
  });
});
