import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arnOfQueue, bodiesOf, type Harness, receive, startSqs } from './harness.ts';

const SECOND = 1000;
const FIFO = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };

let sqs: Harness;
let url: string;
beforeEach(async () => {
  sqs = startSqs();
  url = await sqs.queue('inbox.fifo', FIFO);
});

interface Sent {
  MessageId: string;
  SequenceNumber: string;
}
const send = (MessageBody: string, MessageGroupId = 'g', more: object = {}) =>
  sqs.call<Sent>('SendMessage', { QueueUrl: url, MessageBody, MessageGroupId, ...more });
const remove = (ReceiptHandle: string) => sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle });
const take = async (more: object = {}) => bodiesOf(await receive(sqs, url, more));
const refusal = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: unknown) => error);

describe('messages of a FIFO queue', () => {
  it('come with their group, deduplication id and a number that goes up', async () => {
    const first = await send('ball', 'left', { MessageDeduplicationId: 'one' });
    const second = await send('bat', 'left');

    expect(await receive(sqs, url)).toMatchObject([
      {
        Body: 'ball',
        Attributes: {
          MessageGroupId: 'left',
          MessageDeduplicationId: 'one',
          SequenceNumber: first.SequenceNumber,
        },
      },
      { Body: 'bat', Attributes: { MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    ]);
    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    expect(BigInt(second.SequenceNumber)).toBeGreaterThan(BigInt(first.SequenceNumber));
  });

  it('are received group by group, although they were sent in turns', async () => {
    for (const body of ['a1', 'b1', 'a2', 'b2', 'a3']) await send(body, body.slice(0, 1));

    expect(await take({ MaxNumberOfMessages: 4 })).toEqual(['a1', 'a2', 'a3', 'b1']);
  });

  it('wait until those before them in their group are deleted, and no other group does', async () => {
    for (const body of ['a1', 'a2', 'b1']) await send(body, body.slice(0, 1));
    const [first] = await receive(sqs, url, { MaxNumberOfMessages: 1 });

    expect(await take()).toEqual(['b1']);
    await remove(first?.ReceiptHandle ?? '');

    expect(await take()).toEqual(['a2']);
  });

  it('wake up who waits for them when the one before is deleted', async () => {
    for (const body of ['a1', 'a2']) await send(body, 'a');
    const [first] = await receive(sqs, url, { MaxNumberOfMessages: 1 });

    const waiting = take({ WaitTimeSeconds: 20 });
    await remove(first?.ReceiptHandle ?? '');

    expect(await waiting).toEqual(['a2']);
  });

  it('come back in order, those before one that is still in flight only', async () => {
    for (const body of ['foo', 'bar', 'baz']) await send(body);
    const [, bar] = await receive(sqs, url);
    await sqs.call('ChangeMessageVisibility', {
      QueueUrl: url,
      ReceiptHandle: bar?.ReceiptHandle,
      VisibilityTimeout: 60,
    });

    await sqs.clock.advance(30 * SECOND);
    expect(await take({ VisibilityTimeout: 0 })).toEqual(['foo']);
    await sqs.clock.advance(30 * SECOND);

    expect(await take()).toEqual(['foo', 'bar', 'baz']);
  });

  it('cannot be deleted or hidden by their receipt once they are visible again', async () => {
    await send('ball');
    const [message] = await receive(sqs, url);
    await sqs.clock.advance(30 * SECOND);

    expect(await refusal(remove(message?.ReceiptHandle ?? ''))).toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining('Reason: The receipt handle has expired.'),
    });
    const change = { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 1 };
    expect(await refusal(sqs.call('ChangeMessageVisibility', change))).toMatchObject({ code: 'MessageNotInflight' });
  });

  it('are delayed by their queue only', async () => {
    url = await sqs.queue('slow.fifo', { ...FIFO, DelaySeconds: '10' });

    await send('ball', 'g', { DelaySeconds: 0 });
    expect(await take()).toEqual([]);
    await sqs.clock.advance(10 * SECOND);

    expect(await take()).toEqual(['ball']);
    expect(await refusal(send('bat', 'g', { DelaySeconds: 2 }))).toMatchObject({
      message:
        'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
    });
  });

  it('are given again to the same receive attempt, with the same receipts', async () => {
    for (const body of ['a', 'b']) await send(body);
    const attempt = { ReceiveRequestAttemptId: 'attempt', MaxNumberOfMessages: 1 };

    const first = await receive(sqs, url, attempt);
    const again = await receive(sqs, url, attempt);
    const other = await receive(sqs, url, { ReceiveRequestAttemptId: 'another' });

    expect([again, other]).toEqual([first, []]);
  });

  it('go to a dead-letter queue that is FIFO too, with their group', async () => {
    await sqs.queue('dead.fifo', FIFO);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOfQueue('dead.fifo'), maxReceiveCount: 1 });
    await sqs.call('SetQueueAttributes', { QueueUrl: url, Attributes: { RedrivePolicy, VisibilityTimeout: '0' } });

    await send('bad', 'left');
    await send('good', 'left');
    await receive(sqs, url, { MaxNumberOfMessages: 1 });

    expect(await take()).toEqual(['good']);
    url = await sqs.queue('dead.fifo', FIFO);
    expect(await receive(sqs, url)).toMatchObject([
      { Body: 'bad', Attributes: { MessageGroupId: 'left', DeadLetterQueueSourceArn: arnOfQueue('inbox.fifo') } },
    ]);
  });

  it('are refused for a dead-letter queue of the other type', async () => {
    await sqs.queue('dead');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOfQueue('dead'), maxReceiveCount: 1 });

    await expect(
      sqs.call('SetQueueAttributes', { QueueUrl: url, Attributes: { RedrivePolicy } }),
    ).rejects.toMatchObject({ message: expect.stringContaining('must be same type of queue as the source') });
  });

  it.each([
    [
      { MessageBody: 'a' },
      'MissingRequiredParameterException',
      'The request must contain the parameter MessageGroupId.',
    ],
    [{ MessageBody: 'a', MessageGroupId: 'g g' }, 'InvalidParameterValueException', /MessageGroupId can only include/],
  ])('are refused as %j', async (input, code, message) => {
    await expect(sqs.call('SendMessage', { QueueUrl: url, ...input })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('need an id where their content is none', async () => {
    url = await sqs.queue('strict.fifo', { FifoQueue: 'true' });

    await expect(send('ball')).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message:
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    });
  });
});

describe('a batch for a FIFO queue', () => {
  const sendBatch = (...entries: object[]) =>
    sqs.call<{ Successful: object[]; Failed: object[] }>('SendMessageBatch', {
      QueueUrl: url,
      Entries: entries.map((entry, index) => ({ Id: String(index), MessageBody: `body ${index}`, ...entry })),
    });

  it('takes its messages in their order, and fails alone what is too long', async () => {
    url = await sqs.queue('small.fifo', { ...FIFO, MaximumMessageSize: '1024' });
    const long = { MessageGroupId: 'g', MessageBody: 'x'.repeat(1025) };

    const { Successful, Failed } = await sendBatch({ MessageGroupId: 'g' }, long, { MessageGroupId: 'g' });

    expect(Successful).toMatchObject([
      { Id: '0', SequenceNumber: expect.any(String) },
      { Id: '2', SequenceNumber: expect.any(String) },
    ]);
    expect(Failed).toEqual([
      {
        Id: '1',
        Code: 'InvalidParameterValue',
        SenderFault: true,
        Message: 'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
      },
    ]);
    expect(await take()).toEqual(['body 0', 'body 2']);
  });

  it('fails as a whole where one message has no group', async () => {
    await expect(sendBatch({ MessageGroupId: 'g' }, {})).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
    expect(await take()).toEqual([]);
  });
});

describe('deduplication', () => {
  it('takes once what is sent twice within five minutes, also when it was deleted meanwhile', async () => {
    const first = await send('ball');
    const [message] = await receive(sqs, url);
    await remove(message?.ReceiptHandle ?? '');

    await sqs.clock.advance(299 * SECOND);
    expect(await send('ball')).toMatchObject(first);
    expect(await take()).toEqual([]);
    await sqs.clock.advance(SECOND);
    await send('ball');

    expect(await take()).toEqual(['ball']);
  });

  it('goes over all groups unless the queue says otherwise', async () => {
    await send('ball', 'left');
    await send('ball', 'right');
    expect(await take()).toEqual(['ball']);

    url = await sqs.queue('fast.fifo', { ...FIFO, DeduplicationScope: 'messageGroup' });
    await send('ball', 'left');
    await send('ball', 'right');
    expect(await take()).toEqual(['ball', 'ball']);
  });

  it('goes by the scope that the queue was made with', async () => {
    await sqs.call('SetQueueAttributes', { QueueUrl: url, Attributes: { DeduplicationScope: 'messageGroup' } });

    await send('ball', 'left');
    await send('ball', 'right');

    expect(await take()).toEqual(['ball']);
  });

  it('is forgotten by a purge', async () => {
    await send('ball');
    await sqs.call('PurgeQueue', { QueueUrl: url });
    await send('ball');

    expect(await take()).toEqual(['ball']);
  });

  it('has nothing for a fault plan to do', async () => {
    sqs = startSqs({ faults: { rules: [{ match: {}, duplicate: 1, delay: { probability: 1, maxMs: 5000 } }] } });
    url = await sqs.queue('inbox.fifo', FIFO);

    await send('ball');

    expect(await take()).toEqual(['ball']);
  });
});

it('goes on after a restart with its order, its numbers and what it remembers', async () => {
  const sent = [await send('a1', 'a'), await send('b1', 'b'), await send('a2', 'a')];
  const [first] = await receive(sqs, url, { MaxNumberOfMessages: 1 });

  sqs = startSqs({ store: sqs.store, startMs: sqs.clock.now() + 1 });
  const repeated = await send('a1', 'a');
  const next = await send('a3', 'a');
  expect(await take()).toEqual(['b1']);
  await remove(first?.ReceiptHandle ?? '');

  expect(repeated).toMatchObject(sent[0] ?? {});
  expect(await take()).toEqual(['a2', 'a3']);
  expect(BigInt(next.SequenceNumber)).toBeGreaterThan(BigInt(sent[2]?.SequenceNumber ?? 0));
});

it('tells its attributes', async () => {
  const { Attributes } = await sqs.call<{ Attributes: object }>('GetQueueAttributes', {
    QueueUrl: url,
    AttributeNames: ['All'],
  });

  expect(Attributes).toMatchObject({
    FifoQueue: 'true',
    ContentBasedDeduplication: 'true',
    DeduplicationScope: 'queue',
    FifoThroughputLimit: 'perQueue',
  });
});

it('is provisioned under a generated name, and keeps its scope when the template says it no more', async () => {
  const wanted = { FifoQueue: true, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
  const { physicalId } = await sqs.provision('AWS::SQS::Queue', { ...wanted, QueueName: 'made.fifo' });
  const again = await sqs.adopt('AWS::SQS::Queue', { FifoQueue: true, QueueName: 'made.fifo' });

  expect(again?.physicalId).toBe(physicalId);
  expect(sqs.sqs.queues.byUrl(physicalId).settings.fifo).toMatchObject({
    deduplicationScope: 'messageGroup',
    throughputLimit: 'perMessageGroupId',
    deduplicatesIn: 'messageGroup',
  });
});

it('keeps the order of each group and hands nothing out twice that was deleted, whatever receivers do', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('send' as const), group: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ do: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('delete' as const), which: fc.nat(5) }),
    fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 50, size: 'max' }), async (steps) => {
      sqs = startSqs();
      url = await sqs.queue('inbox.fifo', FIFO);
      let sent = 0;
      const inFlight = new Map<string, string>();
      const hiddenUntilMs = new Map<string, number>();
      const deleted: string[] = [];
      const receiveSome = async (max: number) => {
        const nowMs = sqs.clock.now();
        const busy = [...hiddenUntilMs].filter(([body, untilMs]) => untilMs > nowMs && !deleted.includes(body));
        for (const { Body, ReceiptHandle } of await receive(sqs, url, { MaxNumberOfMessages: max })) {
          const before = busy.filter(([body]) => body.slice(0, 2) === Body.slice(0, 2) && bySent(body, Body) <= 0);
          expect([Body, before, deleted.includes(Body)]).toEqual([Body, [], false]);
          inFlight.set(Body, ReceiptHandle);
          hiddenUntilMs.set(Body, nowMs + 30 * SECOND);
        }
      };
      const removeOne = async (body: string) => {
        const refused = await refusal(remove(inFlight.get(body) ?? ''));
        if (!refused) deleted.push(body);
        inFlight.delete(body);
      };
      for (const next of steps) {
        if (next.do === 'send') {
          await send(`${next.group}:${sent}`, String(next.group));
          sent += 1;
        } else if (next.do === 'receive') await receiveSome(next.max);
        else if (next.do === 'wait') await sqs.clock.advance(next.seconds * SECOND);
        else {
          // As receivers should: the first of its group first.
          const group = [...inFlight.keys()][next.which]?.slice(0, 1);
          const first = [...inFlight.keys()].filter((body) => body.startsWith(`${group}:`)).sort(bySent)[0];
          if (first !== undefined) await removeOne(first);
        }
      }
      await sqs.clock.advance(60 * SECOND);
      for (let turn = 0; turn < 60; turn += 1) {
        inFlight.clear();
        await receiveSome(10);
        for (const body of [...inFlight.keys()]) await removeOne(body);
      }

      expect(deleted).toHaveLength(sent);
      for (const group of ['0', '1', '2']) {
        const ofGroup = deleted.filter((body) => body.startsWith(`${group}:`));
        expect(ofGroup).toEqual(ofGroup.toSorted(bySent));
      }
    }),
    { numRuns: 60 },
  );
});

const bySent = (a: string, b: string) => Number(a.split(':')[1]) - Number(b.split(':')[1]);
