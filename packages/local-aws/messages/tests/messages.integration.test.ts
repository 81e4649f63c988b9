import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';
import type { Matching, ShownMessage } from '../index.ts';
import type { ShownLetter } from '../letters.ts';

const CODE = `
exports.works = async (event) => ({ got: event });
exports.throws = async () => { throw new RangeError('out of the court'); };
`;
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const queue = (QueueName: string, more: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName, ...more },
});
const functionOf = (name: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { FunctionName: name, Handler: `index.${name}`, Runtime: 'nodejs24.x', Role: arnOf('Role'), Code: {} },
});
const allow = (Service: string) => ({
  Effect: 'Allow',
  Principal: { Service },
  Action: 'sqs:SendMessage',
  Resource: '*',
});

const TEMPLATE = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'all',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'kinesis:*'], Resource: '*' }],
            },
          },
        ],
      },
    },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'shots' } },
    Inbox: queue('inbox'),
    Fifo: queue('line.fifo', { FifoQueue: true, ContentBasedDeduplication: true }),
    Dead: queue('game-dead-letters'),
    Work: queue('work', {
      VisibilityTimeout: 30,
      RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 1 },
    }),
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Inbox' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [allow('sns.amazonaws.com'), allow('events.amazonaws.com')],
        },
      },
    },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'Topic' },
        Protocol: 'sqs',
        Endpoint: arnOf('Inbox'),
        RawMessageDelivery: true,
        FilterPolicyScope: 'MessageBody',
        FilterPolicy: { stroke: [1] },
      },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'game' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'goals',
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['game'], detail: { points: [{ numeric: ['>', 1] }] } },
        Targets: [{ Id: 'inbox', Arn: arnOf('Inbox') }],
      },
    },
    Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'play', ShardCount: 1 } },
    Works: functionOf('works'),
    Throws: functionOf('throws'),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: arnOf('Stream'),
        FunctionName: arnOf('Works'),
        StartingPosition: 'LATEST',
        FilterCriteria: { Filters: [{ Pattern: '{"data":{"lives":[0]}}' }] },
      },
    },
    PipeRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'pipes.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'all',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'kinesis:*'], Resource: '*' }],
            },
          },
        ],
      },
    },
    Pipe: {
      Type: 'AWS::Pipes::Pipe',
      Properties: {
        Name: 'highlights',
        RoleArn: arnOf('PipeRole'),
        Source: arnOf('Stream'),
        SourceParameters: {
          KinesisStreamParameters: { StartingPosition: 'LATEST' },
          FilterCriteria: { Filters: [{ Pattern: '{"data":{"level":[{"numeric":[">",2]}]}}' }] },
        },
        Target: arnOf('Work'),
      },
    },
    Config: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Throws' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: arnOf('Dead') } },
      },
    },
  },
  Outputs: { TopicArn: { Value: { Ref: 'Topic' } } },
};
const REGION = 'arn:aws:sqs:eu-west-1:000000000000';
const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:shots';
const STREAM = 'arn:aws:kinesis:eu-west-1:000000000000:stream/play';
const BUS = 'arn:aws:events:eu-west-1:000000000000:event-bus/game';
const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;

let aws: LocalAws;
let folder: string;
let sqs: SQSClient;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'messages-'));
  const file = join(folder, 'index.cjs');
  await writeFile(file, CODE);
  aws = await startLocalAws();
  await aws.cloud.stacks.deploy({
    stackName: 'game',
    template: TEMPLATE,
    functions: Object.fromEntries(['works', 'throws'].map((name) => [name, { kind: 'bundle', file, handler: name }])),
  });
  sqs = new SQSClient(aws.rootClientConfig);
});
afterAll(async () => {
  sqs?.destroy();
  await aws?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What `/_local/` answers to whoever has the secret. */
async function ask<Answer>(
  path: string,
  body?: object,
  headers: object = { 'x-local-aws-secret': aws.cloud.keys.secret },
) {
  const answer = await fetch(`${aws.endpoint}/_local/${path}`, {
    headers: { ...headers },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text ? JSON.parse(text) : undefined) as Answer };
}
const between = async (from: string, to: string) =>
  (await ask<ShownMessage[]>(`messages?${new URLSearchParams({ from, to })}`)).body;
const inQueue = async (name: string) => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: name, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.map(({ Body = '' }) => Body);
};
const publish = (Message: object) =>
  new SNSClient(aws.rootClientConfig).send(new PublishCommand({ TopicArn: TOPIC, Message: JSON.stringify(Message) }));

describe('the messages of an edge', () => {
  it('are shown to whoever has the secret, without tokens, and to nobody else', async () => {
    await publish({ stroke: 1, correlationId: 'rally-1', scope: { token: 'opaque' } });
    await aws.idle();

    const [message] = await between(TOPIC, `${REGION}:inbox`);
    expect(message).toMatchObject({ hop: { kind: 'delivery', outcome: 'ok', correlationId: 'rally-1' }, isJson: true });
    expect(JSON.parse(message?.body ?? '')).toEqual({ stroke: 1, correlationId: 'rally-1', scope: { token: '***' } });
    expect((await ask('messages?from=x&to=y', undefined, {})).status).toBe(403);
    expect((await ask(`messages/${message?.seq}/resend`, {}, {})).status).toBe(403);
    expect((await ask(`letters?queue=${REGION}:game-dead-letters`, undefined, {})).status).toBe(403);
  });

  it('say of one that did not match which field decided, and what each taker would make of another text', async () => {
    await publish({ stroke: 7 });
    await aws.idle();

    const [missed] = await between(TOPIC, `${REGION}:inbox`);
    expect(missed).toMatchObject({
      hop: { kind: 'no-match', detail: { field: 'stroke' } },
      notSendable: expect.any(String),
    });
    const made = async (body?: string) => (await ask<Matching[]>(`messages/${missed?.seq}/matching`, { body })).body;
    expect(await made()).toMatchObject([
      {
        at: TOPIC,
        takers: [{ matched: false, field: 'stroke', pattern: '{"stroke":[1]}', targets: [`${REGION}:inbox`] }],
      },
    ]);
    expect(await made('{"stroke": 1}')).toMatchObject([{ at: TOPIC, takers: [{ matched: true }] }]);
  });

  it('test a bus’s patterns and a stream’s filters, too', async () => {
    const [{ Entries = [] } = {}] = [
      await new EventBridgeClient(aws.rootClientConfig).send(
        new PutEventsCommand({
          Entries: [{ EventBusName: 'game', Source: 'game', DetailType: 'goal', Detail: '{"points":1}' }],
        }),
      ),
      await new KinesisClient(aws.rootClientConfig).send(
        new PutRecordCommand({ StreamName: 'play', PartitionKey: 'ann', Data: Buffer.from('{"lives":3}') }),
      ),
    ];
    expect(Entries).toHaveLength(1);
    await aws.idle();
    const root = aws.journal().find(({ action }) => action === 'PutEvents')?.from ?? '';

    const [event] = await between(root, BUS);
    const [record] = await between(root, STREAM);
    const matching = async (seq = 0, body?: string) =>
      (await ask<Matching[]>(`messages/${seq}/matching`, { body })).body.flatMap(({ takers }) => takers);

    expect(JSON.parse(record?.body ?? '')).toMatchObject({ 'Data (base64 JSON)': { lives: 3 } });
    expect(await matching(event?.seq)).toMatchObject([{ matched: false, field: 'detail.points' }]);
    expect(await matching(event?.seq, event?.body.replace('"points": 1', '"points": 2'))).toMatchObject([
      { matched: true },
    ]);
    expect(await matching(record?.seq)).toMatchObject([
      { matched: false, field: 'data.level', targets: [`${REGION}:work`] },
      { matched: false, field: 'data.lives', targets: [functionArn('works')] },
    ]);
    expect(await matching(record?.seq, record?.body.replace('"lives": 3', '"lives": 0, "level": 3'))).toMatchObject([
      { matched: true },
      { matched: true },
    ]);
  });
});

describe('a message that is sent again', () => {
  const resend = (seq = 0, body?: string) => ask<{ detail: string }>(`messages/${seq}/resend`, { body });

  it('goes over the same edge, as it was or edited, with what was hidden', async () => {
    await publish({ stroke: 1, correlationId: 'rally-2', scope: { token: 'opaque' } });
    await aws.idle();
    const [delivery] = await between(TOPIC, `${REGION}:inbox`);

    expect((await resend(delivery?.seq)).status).toBe(204);
    expect((await resend(delivery?.seq, delivery?.body.replace('rally-2', 'rally-3'))).status).toBe(204);
    await aws.idle();

    const again = await between(TOPIC, `${REGION}:inbox`);
    expect(again.slice(0, 2)).toMatchObject([
      { hop: { detail: { resent: delivery?.seq } } },
      { hop: { correlationId: 'rally-2', detail: { resent: delivery?.seq } } },
    ]);
    const bodies = (await inQueue('inbox')).map((body) => JSON.parse(body)).filter(({ scope }) => scope);
    expect(bodies).toContainEqual({ stroke: 1, correlationId: 'rally-3', scope: { token: 'opaque' } });
  });

  it('is published anew where the edge leads to a topic, and runs a function where it leads to one', async () => {
    await aws.invoke('works', { hello: 1 });
    const root = aws.journal().find(({ action }) => action === 'Publish')?.from ?? '';
    const [published] = await between(root, TOPIC);
    const [invoked] = await between(root, functionArn('works'));

    await resend(published?.seq, JSON.stringify({ TopicArn: TOPIC, 'Message (JSON)': { stroke: 1, late: true } }));
    await resend(invoked?.seq, '{"hello": 2}');
    await aws.idle();

    expect(await inQueue('inbox')).toContain('{"stroke":1,"late":true}');
    const [again] = await between(root, functionArn('works'));
    expect(again).toMatchObject({
      body: '{\n  "hello": 2\n}',
      hop: { kind: 'invocation', outcome: 'ok', detail: { resent: invoked?.seq } },
    });
  });

  it('goes where it went: what was hidden of it is told to nobody else', async () => {
    const root = aws.journal().find(({ action }) => action === 'Publish')?.from ?? '';
    const [published] = await between(root, TOPIC);
    const elsewhere = published?.body.replace(TOPIC, `${TOPIC}-of-mine`);

    expect(await resend(published?.seq, elsewhere)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('It goes where it went') },
    });
  });

  it('is another one for a FIFO queue, and refused in words where it is none any more', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: 'line.fifo', MessageBody: '{"n":1}', MessageGroupId: 'g' }));
    const root = aws.journal().find(({ action }) => action === 'Publish')?.from ?? '';
    const [sent] = await between(root, `${REGION}:line.fifo`);

    await resend(sent?.seq);
    expect(await inQueue('line.fifo')).toEqual(['{"n":1}', '{"n":1}']);

    expect(await resend(sent?.seq, '{"QueueUrl"')).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('not JSON') },
    });
    expect(await resend(999_999)).toMatchObject({ status: 404, body: { detail: expect.stringContaining('not kept') } });
  });
});

describe('dead letters', () => {
  const DEAD = `${REGION}:game-dead-letters`;
  const letters = async () => (await ask<ShownLetter[]>(`letters?${new URLSearchParams({ queue: DEAD })}`)).body;
  const redrive = (ids?: string[]) => ask<object>('letters', { queue: DEAD, ...(ids && { ids }) });
  /** Waits for what waits for the virtual clock itself: for messages, say. */
  const withTime = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    let isThere = false;
    void asked.finally(() => {
      isThere = true;
    });
    await aws.waitFor(() => isThere);
    return asked;
  };

  it('are shown without being received, and go back to their queue or function', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: 'work', MessageBody: 'do this' }));
    const take = () => sqs.send(new ReceiveMessageCommand({ QueueUrl: 'work' }));
    await take();
    await aws.advance(31_000);
    await take();
    const input = { FunctionName: 'throws', InvocationType: 'Event', Payload: '{"ball":1}' };
    const owner = { kind: 'root', arn: 'arn:aws:iam::000000000000:root' } as const;
    await aws.cloud.core.call({ service: 'lambda', operation: 'Invoke', input, principal: owner });
    await aws.advance(1000);

    const there = await letters();
    expect(there).toMatchObject([
      { who: 'function throws', why: 'RangeError: out of the court', tries: 1, canSend: true },
      { who: 'queue work', body: 'do this', canSend: true },
    ]);
    expect(await letters()).toEqual(there);
    expect(await between(`${REGION}:work`, DEAD)).toMatchObject([{ hop: { kind: 'dead-letter' }, body: 'do this' }]);

    const ofQueue = there[1]?.id ?? '';
    expect(await redrive([ofQueue])).toMatchObject({ status: 200, body: { sent: 1, failed: 0 } });
    expect(await inQueue('work')).toEqual(['do this']);
    expect((await letters()).map(({ who }) => who)).toEqual(['function throws']);

    const runs = () => aws.journal().filter(({ to, outcome }) => to === functionArn('throws') && outcome === 'error');
    const before = runs().length;
    expect(await withTime(redrive())).toMatchObject({ body: { sent: 1 } });
    await aws.idle();
    expect(runs().length).toBeGreaterThan(before);
  });

  it('that are gone are told so, and so is a queue that is none', async () => {
    const gone = await withTime(redrive(['00000000-0000-4000-8000-000000000000']));

    expect(gone).toMatchObject({ status: 409, body: { detail: expect.stringContaining('not in the queue') } });
    expect((await ask(`letters?queue=${REGION}:nowhere`)).status).toBe(400);
  });
});
