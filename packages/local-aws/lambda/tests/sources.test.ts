import { beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { anyValues } from '../../core/tests/anyValues.ts';
import type { Queue } from '../../sqs/queue.ts';
import type { FakeFunction } from './testCore.ts';
import { createTestLambda, type TestLambda } from './testCore.ts';

const SECOND = 1000;

let lambda: TestLambda;
let queue: Queue;
beforeEach(async () => {
  lambda = await createTestLambda({ withSqs: true });
  queue = await queueNamed('inbox');
});

const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

async function queueNamed(QueueName: string, properties: object = {}): Promise<Queue> {
  await lambda.create('AWS::SQS::Queue', { QueueName, ...properties });
  return lambda.sqs().queues.byArn(arnOf(QueueName));
}

const map = (properties: object = {}) =>
  lambda.create('AWS::Lambda::EventSourceMapping', {
    FunctionName: 'f',
    EventSourceArn: arnOf('inbox'),
    ...properties,
  });

/** Sends messages of which each body is its id. */
function send(...bodies: string[]): void {
  for (const body of bodies) {
    const sentAtMs = lambda.core.clock.now();
    queue.send({ id: body, body, attributes: {}, senderId: 'sender', sentAtMs, receiveCount: 0 });
  }
}

interface SqsRecord {
  messageId: string;
  body: string;
  attributes: Record<string, string>;
}
const recordsOf = (payload: string) => (JSON.parse(payload) as { Records: SqsRecord[] }).Records;
const batches = () => lambda.requests.map(({ payload }) => recordsOf(payload).map(({ body }) => body));
/** The bodies of the messages that a queue has, visible or not. */
const left = (name = 'inbox') =>
  lambda.core.store
    .all(anyValues<{ message: { body: string } }>(`sqs/messages/${name}`))
    .map(({ value }) => value.message.body);

/** Says that the records fail whose bodies stand here. */
const failing =
  (...bodies: string[]): FakeFunction =>
  ({ payload }) => ({
    batchItemFailures: recordsOf(payload)
      .filter(({ body }) => bodies.includes(body))
      .map(({ messageId: itemIdentifier }) => ({ itemIdentifier })),
  });
const REPORTING = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

describe('an event source mapping of a queue', () => {
  it('brings messages as AWS does, in one batch, and deletes them', async () => {
    await lambda.addFunction('f', () => 'done');
    await map();
    const attributes = { side: { DataType: 'String', StringValue: 'left' } };
    const sent = { senderId: 'sender', sentAtMs: lambda.core.clock.now(), receiveCount: 0 };

    queue.send({ id: 'a', body: 'ball', attributes: {}, ...sent });
    queue.send({ id: 'b', body: 'bat', attributes, traceHeader: 'Root=1-2-3', ...sent });
    await lambda.core.clock.idle();

    const now = String(lambda.core.clock.now());
    const system = { SenderId: 'sender', SentTimestamp: now, ApproximateReceiveCount: '1' };
    const common = { eventSource: 'aws:sqs', eventSourceARN: arnOf('inbox'), awsRegion: 'eu-west-1' };
    expect(lambda.requests.map(({ payload }) => JSON.parse(payload))).toEqual([
      {
        Records: [
          {
            messageId: 'a',
            receiptHandle: expect.any(String),
            body: 'ball',
            attributes: { ...system, ApproximateFirstReceiveTimestamp: now },
            messageAttributes: {},
            md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
            ...common,
          },
          {
            messageId: 'b',
            receiptHandle: expect.any(String),
            body: 'bat',
            attributes: { ...system, ApproximateFirstReceiveTimestamp: now, AWSTraceHeader: 'Root=1-2-3' },
            messageAttributes: {
              side: { stringValue: 'left', stringListValues: [], binaryListValues: [], dataType: 'String' },
            },
            md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
            md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
            ...common,
          },
        ],
      },
    ]);
    expect(left()).toEqual([]);
    expect(lambda.core.hops('invocation')).toMatchObject([{ from: arnOf('inbox'), traceId: '1-2-3', outcome: 'ok' }]);
  });

  it('reads the queue that is made again under its name after the first was deleted', async () => {
    await lambda.addFunction('f', () => 'done');
    await map();
    send('before');
    await lambda.core.clock.idle();
    const QueueUrl = lambda.sqs().queues.urlOf(queue);
    const call = (operation: string, input: object) => lambda.core.ask('sqs', operation, input);

    await call('DeleteQueue', { QueueUrl });
    await lambda.core.clock.advance(61 * SECOND);
    await call('CreateQueue', { QueueName: 'inbox' });
    await call('SendMessage', { QueueUrl, MessageBody: 'after' });
    await lambda.core.clock.idle();
    // What is delayed wakes nobody while it is sent.
    await call('SendMessage', { QueueUrl, MessageBody: 'later', DelaySeconds: 5 });
    await lambda.core.clock.advance(6 * SECOND);

    expect(batches()).toEqual([['before'], ['after'], ['later']]);
    expect(left()).toEqual([]);
  });

  it('asks for nothing while the queue is empty', async () => {
    await lambda.addFunction('f', () => 'done');
    await map();
    const { asked } = lambda.core;

    await lambda.core.clock.advance(3600 * SECOND);
    const idle = [...asked];
    send('a');
    await lambda.core.clock.idle();

    expect([idle, asked]).toEqual([
      [],
      [`sqs:ReceiveMessage ${arnOf('inbox')}`, `sqs:DeleteMessage ${arnOf('inbox')}`],
    ]);
  });

  it('leaves a bad message among good ones in the queue, and brings it again when its time is over', async () => {
    await lambda.addFunction('f', failing('bad'));
    await map(REPORTING);

    send('good', 'bad', 'better');
    await lambda.core.clock.idle();
    expect([batches(), left()]).toEqual([[['good', 'bad', 'better']], ['bad']]);
    await lambda.core.clock.advance(30 * SECOND);

    expect(batches()).toEqual([['good', 'bad', 'better'], ['bad']]);
    expect(recordsOf(lambda.requests[1]?.payload ?? '')[0]?.attributes.ApproximateReceiveCount).toBe('2');
    expect(lambda.core.hops('delivery')[0]).toMatchObject({
      action: 'batchItemFailures',
      outcome: 'error',
      from: arnOf('inbox'),
      detail: { records: ['bad'], count: 1 },
    });
  });

  it('brings a whole batch again when the function fails, until it goes to the dead-letter queue', async () => {
    await queueNamed('letters');
    queue = await queueNamed('tries', {
      RedrivePolicy: { deadLetterTargetArn: arnOf('letters'), maxReceiveCount: 2 },
      VisibilityTimeout: 10,
    });
    await lambda.addFunction('f', () => {
      throw new Error('no luck');
    });
    await map({ EventSourceArn: arnOf('tries') });

    send('a', 'b');
    await lambda.core.clock.advance(60 * SECOND);

    expect(batches()).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(left('letters')).toEqual(['a', 'b']);
  });

  it('waits for a batch to fill up, no longer than the window', async () => {
    await lambda.addFunction('f', () => 'done');
    await map({ BatchSize: 3, MaximumBatchingWindowInSeconds: 5 });

    send('a', 'b');
    await lambda.core.clock.advance(4999);
    expect(batches()).toEqual([]);
    await lambda.core.clock.advance(1);
    send('c', 'd', 'e', 'f');
    await lambda.core.clock.idle();
    expect(batches()).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);

    await lambda.core.clock.advance(5 * SECOND);
    expect(batches()[2]).toEqual(['f']);
    expect(recordsOf(lambda.requests[0]?.payload ?? '')[0]).toMatchObject({ md5OfMessageAttributes: null });
  });

  it('runs no more batches at once than it may', async () => {
    let running = 0;
    let most = 0;
    await lambda.addFunction('f', async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resume) => setImmediate(resume));
      running -= 1;
    });
    await map({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });

    send(...Array.from({ length: 20 }, (_, index) => String(index)));
    await lambda.core.clock.idle();

    expect([most, left()]).toEqual([2, []]);
  });

  it('deletes what no filter fits, text that is not JSON included', async () => {
    await lambda.addFunction('f', () => 'done');
    await map({ FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["serve","stroke"]}}' }] } });

    send('{"kind":"serve"}', '{"kind":"point"}', 'a plain text');
    await lambda.core.clock.idle();

    expect([batches(), left()]).toEqual([[['{"kind":"serve"}']], []]);
  });

  it('brings nothing while it is disabled, and all once it is enabled', async () => {
    await lambda.addFunction('f', () => 'done');
    const wanted = { FunctionName: 'f', EventSourceArn: arnOf('inbox') };
    const current = await map({ Enabled: false });

    send('a');
    await lambda.core.clock.advance(60 * SECOND);
    expect(batches()).toEqual([]);
    await lambda.update('AWS::Lambda::EventSourceMapping', current, wanted, { ...wanted, Enabled: false });
    await lambda.core.clock.idle();

    expect(batches()).toEqual([['a']]);
  });

  it('can be stopped over the wire, and stays so over a restart until its template changes', async () => {
    await lambda.addFunction('f', () => 'done');
    const wanted = { FunctionName: 'f', EventSourceArn: arnOf('inbox') };
    const current = await map(REPORTING);
    const { core } = lambda;
    const UUID = current.physicalId;
    expect(await core.ask('lambda', 'UpdateEventSourceMapping', { UUID, Enabled: false })).toMatchObject({
      UUID,
      State: 'Disabled',
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      StateTransitionReason: 'USER_INITIATED',
    });
    send('a');
    await core.clock.idle();

    lambda = await createTestLambda({ withSqs: true, after: core });
    await lambda.addFunction('f', () => 'done');
    await map();
    lambda.resume?.();
    await lambda.core.clock.idle();
    const stopped = batches();
    expect(await lambda.core.ask('lambda', 'ListEventSourceMappings', { FunctionName: 'f' })).toMatchObject({
      EventSourceMappings: [{ UUID, State: 'Disabled' }],
    });
    await lambda.update('AWS::Lambda::EventSourceMapping', current, { ...wanted, BatchSize: 5 }, wanted);
    await lambda.core.clock.idle();

    expect([stopped, batches()]).toEqual([[], [['a']]]);
    expect(await lambda.core.ask('lambda', 'GetEventSourceMapping', { UUID })).toMatchObject({
      State: 'Enabled',
      BatchSize: 5,
    });
  });

  it('leaves messages alone, and uncounted, while the function has no code', async () => {
    await lambda.addFunction('f', undefined);
    await map();
    send('a');
    await lambda.core.clock.advance(300 * SECOND);

    await lambda.functions.setCode('f', { kind: 'bundle', file: '/none.cjs', handler: 'handler' });
    await lambda.core.clock.idle();

    expect(recordsOf(lambda.requests[0]?.payload ?? '')[0]?.attributes.ApproximateReceiveCount).toBe('1');
  });

  it('reads nothing after a restart before all stacks are back, and loses nothing', async () => {
    await lambda.addFunction('f', undefined);
    await map();
    send('a');
    await lambda.core.clock.idle();

    lambda = await createTestLambda({ withSqs: true, after: lambda.core });
    await lambda.addFunction('f', () => 'done');
    await map();
    await lambda.core.clock.idle();
    const before = batches();
    lambda.resume?.();
    await lambda.core.clock.idle();

    expect([before, batches()]).toEqual([[], [['a']]]);
  });

  it('reads with the function’s role, and stops where that may not', async () => {
    await lambda.addFunction('f', () => 'done');
    const asked: unknown[] = [];
    lambda.core.authorize = (principal, permission) => {
      asked.push([principal.kind === 'role' && principal.sessionName, permission.action]);
      throw new AwsError('AccessDenied', 'f is not authorized to perform sqs:ReceiveMessage');
    };
    await map();

    send('a');
    await lambda.core.clock.idle();

    expect([asked, batches(), left()]).toEqual([[['f@lambda_function', 'sqs:ReceiveMessage']], [], ['a']]);
    expect(lambda.core.hops('call')).toMatchObject([{ action: 'ReceiveMessage', error: { code: 'AccessDenied' } }]);
  });

  it('ends with its mapping', async () => {
    await lambda.addFunction('f', () => 'done');
    await lambda.remove('AWS::Lambda::EventSourceMapping', await map());

    send('a');
    await lambda.core.clock.idle();

    expect(batches()).toEqual([]);
  });
});

describe('an event source mapping of a FIFO queue', () => {
  const sendTo = (group: string, ...bodies: string[]) => {
    for (const body of bodies) {
      const sentAtMs = lambda.core.clock.now();
      const place = { groupId: group, deduplicationId: body };
      queue.send({ id: body, body, attributes: {}, senderId: 'sender', sentAtMs, receiveCount: 0, ...place });
    }
  };
  beforeEach(async () => {
    queue = await queueNamed('turns.fifo', { FifoQueue: true });
  });
  const mapTurns = (properties: object = {}) => map({ EventSourceArn: arnOf('turns.fifo'), ...properties });

  it('runs groups side by side and each group in order', async () => {
    const running = new Set<string>();
    let mostAtOnce = 0;
    const handled: string[] = [];
    await lambda.addFunction('f', async ({ payload }) => {
      const groups = new Set(recordsOf(payload).map(({ attributes }) => attributes.MessageGroupId ?? ''));
      for (const group of groups) {
        expect(running.has(group)).toBe(false);
        running.add(group);
      }
      mostAtOnce = Math.max(mostAtOnce, running.size);
      await new Promise<void>((resume) => setImmediate(resume));
      handled.push(...recordsOf(payload).map(({ body }) => body));
      for (const group of groups) running.delete(group);
    });
    await mapTurns({ BatchSize: 2 });

    for (let turn = 0; turn < 5; turn += 1) for (const group of ['a', 'b', 'c']) sendTo(group, `${group}${turn}`);
    await lambda.core.clock.idle();

    for (const group of ['a', 'b', 'c']) {
      expect(handled.filter((body) => body.startsWith(group))).toEqual(
        [0, 1, 2, 3, 4].map((turn) => `${group}${turn}`),
      );
    }
    expect([mostAtOnce > 1, left('turns.fifo')]).toEqual([true, []]);
  });

  it('brings what failed and what came after it again together, and nothing of the group before that', async () => {
    await lambda.addFunction('f', failing('2', '3', '4'));
    await mapTurns(REPORTING);

    sendTo('g', '1', '2', '3', '4');
    await lambda.core.clock.idle();
    sendTo('g', '5');
    await lambda.core.clock.advance(29 * SECOND);
    expect(batches()).toEqual([['1', '2', '3', '4']]);
    await lambda.core.clock.advance(SECOND);

    expect(batches()[1]).toEqual(['2', '3', '4', '5']);
  });

  it.each([
    ['a window', { MaximumBatchingWindowInSeconds: 1 }, /window is not supported/],
    ['more than ten at once', { BatchSize: 11 }, /at most 10/],
  ])('is refused with %s', async (_what, properties, message) => {
    await lambda.addFunction('f', () => 'done');

    await expect(mapTurns(properties)).rejects.toThrow(message);
  });
});

describe('a mapping is refused', () => {
  it.each([
    ['for a queue that does not exist', { EventSourceArn: arnOf('ghost') }, /NonExistentQueue/],
    ['for a function that does not exist', { FunctionName: 'ghost' }, /^Function does not exist$/],
    ['for a large batch without a window', { BatchSize: 11 }, /Maximum batch window in seconds must be greater/],
    ['with what only streams know', { BisectBatchOnFunctionError: true }, /Unsupported BisectBatchOnFunctionError/],
    [
      'with a filter that is none',
      { FilterCriteria: { Filters: [{ Pattern: '{"body":"x"}' }] } },
      /^Invalid filter pattern definition/,
    ],
    ['for a source that nothing reads', { EventSourceArn: 'arn:aws:kafka:eu-west-1:0:c' }, /does not support .*kafka/],
  ])('%s', async (_what, properties, message) => {
    await lambda.addFunction('f', () => 'done');

    await expect(map(properties)).rejects.toThrow(message);
  });

  it('when messages would come back while the function still works on them', async () => {
    await lambda.addFunction('f', () => 'done', { Timeout: 60 });

    await expect(map()).rejects.toThrow(
      'Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds',
    );
  });

  it('when there is one already', async () => {
    await lambda.addFunction('f', () => 'done');
    await map();

    await expect(
      lambda.create(
        'AWS::Lambda::EventSourceMapping',
        { FunctionName: 'f', EventSourceArn: arnOf('inbox') },
        'Another',
      ),
    ).rejects.toMatchObject({
      code: 'ResourceConflictException',
      message: expect.stringMatching(
        new RegExp(
          '^An event source mapping with SQS arn \\(" ' +
            `${arnOf('inbox')} "\\) and function \\(" f "\\) already exists. ` +
            'Please update or delete the existing mapping with UUID [0-9a-f-]{36}$',
        ),
      ),
    });
  });
});
