import { describe, expect, it } from '@jest/globals';
import { servicePrincipal } from '../../core/principal.ts';
import { ACCOUNT } from '../../core/store/index.ts';
import { anyValues } from '../../core/tests/anyValues.ts';
import { DEFAULT_SETTINGS } from '../attributes.ts';
import { Queue } from '../queue.ts';
import { arnOfQueue, bodiesOf, receive, send, startSqs } from './harness.ts';

describe('visibility', () => {
  it('hides a received message until its time is up, and counts how often it was received', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox', { VisibilityTimeout: '30' });
    await send(sqs, url);

    const first = await receive(sqs, url);
    const meanwhile = await receive(sqs, url);
    await sqs.clock.advance(30_000);
    const second = await receive(sqs, url);

    expect(bodiesOf(first)).toEqual(['ball']);
    expect(meanwhile).toEqual([]);
    expect(second[0]?.Attributes).toMatchObject({
      ApproximateReceiveCount: '2',
      SentTimestamp: '1893456000000',
      ApproximateFirstReceiveTimestamp: '1893456000000',
    });
    expect(second[0]?.ReceiptHandle).not.toBe(first[0]?.ReceiptHandle);
  });

  it('is given back at once by a timeout of 0, and prolonged by another', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');
    await send(sqs, url);
    const [one] = await receive(sqs, url);

    await sqs.call('ChangeMessageVisibility', {
      QueueUrl: url,
      ReceiptHandle: one?.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    const [two] = await receive(sqs, url);
    await sqs.call('ChangeMessageVisibility', {
      QueueUrl: url,
      ReceiptHandle: two?.ReceiptHandle,
      VisibilityTimeout: 60,
    });
    await sqs.clock.advance(59_000);
    const early = await receive(sqs, url);
    await sqs.clock.advance(1000);

    expect(two?.Body).toBe('ball');
    expect(early).toEqual([]);
    expect(await receive(sqs, url)).toHaveLength(1);
  });

  it('refuses to change what is gone, and more than twelve hours', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');
    await send(sqs, url);
    const [one] = await receive(sqs, url);
    const change = (VisibilityTimeout: number) =>
      sqs.call('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: one?.ReceiptHandle, VisibilityTimeout });

    await sqs.clock.advance(1000);
    await expect(change(43_200)).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
    await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: one?.ReceiptHandle });
    await expect(change(10)).rejects.toMatchObject({
      message: expect.stringContaining('does not exist or is not available for visibility timeout change'),
    });
  });
});

describe('deleting', () => {
  it('works with the latest receipt, even when the message is visible again', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');
    await send(sqs, url);
    const [one] = await receive(sqs, url);
    await sqs.clock.advance(30_000);

    await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: one?.ReceiptHandle });

    expect(await receive(sqs, url)).toEqual([]);
  });

  it('does nothing with a receipt that a later receive has replaced', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');
    await send(sqs, url);
    const [one] = await receive(sqs, url);
    await sqs.clock.advance(30_000);
    await receive(sqs, url);

    await sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: one?.ReceiptHandle });
    await sqs.clock.advance(30_000);

    expect(await receive(sqs, url)).toHaveLength(1);
  });

  it('refuses what is no receipt of this queue', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');
    const other = await sqs.queue('other');
    await send(sqs, other);
    const [foreign] = await receive(sqs, other);

    for (const ReceiptHandle of ['nonsense', foreign?.ReceiptHandle]) {
      await expect(sqs.call('DeleteMessage', { QueueUrl: url, ReceiptHandle })).rejects.toMatchObject({
        code: 'ReceiptHandleIsInvalid',
      });
    }
  });
});

describe('time', () => {
  it('delays by the message, or by the queue', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox', { DelaySeconds: '10' });
    await send(sqs, url, 'slow');
    await send(sqs, url, 'fast', { DelaySeconds: 0 });

    const atOnce = bodiesOf(await receive(sqs, url));
    await sqs.clock.advance(10_000);

    expect([atOnce, bodiesOf(await receive(sqs, url, { VisibilityTimeout: 0 }))]).toEqual([['fast'], ['slow']]);
  });

  it('drops messages when their retention is over', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox', { MessageRetentionPeriod: '60' });
    await send(sqs, url);

    await sqs.clock.advance(60_000);

    expect(await receive(sqs, url)).toEqual([]);
  });

  it('counts visible, delayed and in-flight messages apart', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');
    for (const delay of [0, 0, 5]) await send(sqs, url, 'ball', { DelaySeconds: delay });
    await receive(sqs, url, { MaxNumberOfMessages: 1 });

    const { Attributes } = await sqs.call('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] });

    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      QueueArn: arnOfQueue('inbox'),
    });
  });
});

it('gives no more messages than may be in flight, among which delayed ones do not count', async () => {
  const { clock, store } = startSqs();
  let ids = 0;
  const queue = new Queue('inbox', DEFAULT_SETTINGS, {
    clock,
    newId: () => String(ids++),
    deadLetter: () => false,
    kept: store.collection(ACCOUNT, anyValues('messages')),
    remembered: store.collection(ACCOUNT, anyValues('remembered')),
    maxInFlight: 2,
  });
  const message = { body: 'ball', attributes: {}, senderId: 'me', sentAtMs: clock.now(), receiveCount: 0 };
  for (const delayMs of [60_000, 60_000, 60_000, 0, 0, 0]) queue.put({ ...message, id: String(ids++) }, delayMs);
  const take = () => queue.receive({ max: 1, waitMs: 0 });

  const received = [await take(), await take(), await take()];
  queue.changeVisibility(received[0]?.[0]?.receiptHandle ?? '', 120_000);
  const extended = await take();
  queue.delete(received[0]?.[0]?.receiptHandle ?? '');
  const deleted = await take();
  await clock.advance(30_000);
  const returned = await take();

  expect([...received, extended, deleted, returned].map(({ length }) => length)).toEqual([1, 1, 0, 0, 1, 1]);
});

describe('long polling', () => {
  it('answers as soon as a message is there', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');

    const waiting = receive(sqs, url, { WaitTimeSeconds: 20 });
    await send(sqs, url);

    expect(bodiesOf(await waiting)).toEqual(['ball']);
  });

  it('answers when a message becomes visible again', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox', { VisibilityTimeout: '5' });
    await send(sqs, url);
    await receive(sqs, url);

    const waiting = receive(sqs, url, { WaitTimeSeconds: 20 });
    await sqs.clock.advance(5000);

    expect(bodiesOf(await waiting)).toEqual(['ball']);
  });

  it('answers empty when the time is up, by the clock', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox', { ReceiveMessageWaitTimeSeconds: '20' });

    const waiting = receive(sqs, url);
    await sqs.clock.advance(20_000);

    expect(await waiting).toEqual([]);
  });

  it('ends with an error for all when the queue is deleted', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');
    const refused = { code: 'QueueDoesNotExist', message: 'The specified queue does not exist.' };
    const waiting = [receive(sqs, url, { WaitTimeSeconds: 20 }), receive(sqs, url, { WaitTimeSeconds: 20 })];
    const ended = waiting.map((poll) => expect(poll).rejects.toMatchObject(refused));

    await sqs.call('DeleteQueue', { QueueUrl: url });

    await Promise.all(ended);
  });

  it('ends with nothing when local-aws does', async () => {
    const sqs = startSqs();
    const waiting = receive(sqs, await sqs.queue('inbox'), { WaitTimeSeconds: 20 });

    await sqs.sqs.close?.();

    expect(await waiting).toEqual([]);
  });

  it('ends when the caller hangs up, and keeps the message for others', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');
    const caller = new AbortController();

    const waiting = sqs.call('ReceiveMessage', { QueueUrl: url, WaitTimeSeconds: 20 }, { signal: caller.signal });
    caller.abort();
    await send(sqs, url);

    expect(await waiting).toEqual({});
    expect(await receive(sqs, url)).toHaveLength(1);
  });
});

describe('deliveries of other services', () => {
  it('ask the queue’s policy, and keep attributes, group, trace and correlation', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');

    await sqs.deliver({
      targetArn: arnOfQueue('inbox'),
      principal: servicePrincipal('sns.amazonaws.com', 'arn:aws:sns:eu-west-1:000000000000:ping'),
      payload: 'ball',
      attributes: { plain: 'text', n: { DataType: 'Number', StringValue: '7' } },
      traceHeader: 'Root=1-abc',
      groupId: 'g',
    });

    expect(sqs.asked).toContain(`sqs:SendMessage ${arnOfQueue('inbox')}`);
    expect(await receive(sqs, url)).toMatchObject([
      {
        Body: 'ball',
        Attributes: {
          AWSTraceHeader: 'Root=1-abc',
          MessageGroupId: 'g',
          SenderId: 'arn:aws:sns:eu-west-1:000000000000:ping',
        },
        MessageAttributes: { plain: { DataType: 'String', StringValue: 'text' }, n: { StringValue: '7' } },
      },
    ]);
  });

  it('fail for good where there is no such queue', async () => {
    const delivery = startSqs().deliver({
      targetArn: arnOfQueue('gone'),
      principal: servicePrincipal('sns.amazonaws.com', 'topic'),
      payload: 'ball',
    });

    await expect(delivery).rejects.toMatchObject({ code: 'QueueDoesNotExist', status: 400 });
  });
});

describe('the fault plan', () => {
  it('duplicates a message under the same id', async () => {
    const sqs = startSqs({ faults: { rules: [{ match: { service: 'sqs' }, duplicate: 1 }] } });
    const url = await sqs.queue('inbox');

    const { MessageId } = await send(sqs, url);

    expect((await receive(sqs, url)).map((message) => message.MessageId)).toEqual([MessageId, MessageId]);
  });
});
