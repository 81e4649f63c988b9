import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { servicePrincipal } from '../../core/principal.ts';
import { ACCOUNT } from '../../core/store/index.ts';
import { StateFile } from '../../core/store/stateFile.ts';
import { DEFAULT_SETTINGS } from '../attributes.ts';
import { Queue } from '../queue.ts';
import { arnOfQueue, bodiesOf, type Harness, receive, startSqs } from './harness.ts';

const send = (sqs: Harness, QueueUrl: string, MessageBody = 'ball', more: object = {}) =>
  sqs.call<{ MessageId: string }>('SendMessage', { QueueUrl, MessageBody, ...more });

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

  it('refuses to change what is not in flight, and more than twelve hours', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');
    await send(sqs, url);
    const [one] = await receive(sqs, url);
    const change = (VisibilityTimeout: number) =>
      sqs.call('ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: one?.ReceiptHandle, VisibilityTimeout });

    await sqs.clock.advance(1000);
    await expect(change(43_200)).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
    await sqs.clock.advance(30_000);
    await expect(change(10)).rejects.toMatchObject({ code: 'MessageNotInflight' });

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
    kept: store.collection(ACCOUNT, 'messages'),
    remembered: store.collection(ACCOUNT, 'remembered'),
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

describe('dead letters', () => {
  const redrive = (name: string, maxReceiveCount: number) => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOfQueue(name), maxReceiveCount }),
  });

  async function deadLettered(sqs: Harness) {
    const dead = await sqs.queue('dead');
    const url = await sqs.queue('inbox', redrive('dead', 2));
    const { MessageId } = await send(sqs, url);
    for (let receives = 0; receives < 3; receives += 1) {
      await receive(sqs, url);
      await sqs.clock.advance(30_000);
    }
    return { dead, url, MessageId };
  }

  it('are messages received more often than allowed, with a hop in the journal', async () => {
    const sqs = startSqs();
    const { dead, url, MessageId } = await deadLettered(sqs);

    expect(await receive(sqs, url)).toEqual([]);
    expect(await receive(sqs, dead)).toMatchObject([
      {
        MessageId,
        Body: 'ball',
        Attributes: { DeadLetterQueueSourceArn: arnOfQueue('inbox'), ApproximateReceiveCount: '3' },
      },
    ]);
    expect(sqs.journal.entries()).toMatchObject([
      {
        kind: 'dead-letter',
        from: arnOfQueue('inbox'),
        to: arnOfQueue('dead'),
        detail: { messageId: MessageId, receiveCount: 2 },
      },
    ]);
  });

  it('go round where two queues name each other, each counting for itself, and are received all the time', async () => {
    const sqs = startSqs();
    const [left, right] = [await sqs.queue('left'), await sqs.queue('right')];
    await sqs.call('SetQueueAttributes', { QueueUrl: left, Attributes: redrive('right', 1) });
    await sqs.call('SetQueueAttributes', { QueueUrl: right, Attributes: redrive('left', 1) });
    await send(sqs, left);

    const counts: (string | undefined)[] = [];
    for (const [url, other] of [
      [left, right],
      [right, left],
      [left, right],
    ] as const) {
      const waiting = receive(sqs, url, { WaitTimeSeconds: 20, VisibilityTimeout: 1 });
      expect(await receive(sqs, other)).toEqual([]);
      counts.push((await waiting)[0]?.Attributes?.ApproximateReceiveCount);
      await sqs.clock.advance(1000);
    }

    expect(counts).toEqual(['1', '2', '3']);
  });

  it('go back to where they came from by a move task', async () => {
    const sqs = startSqs();
    const { url, MessageId } = await deadLettered(sqs);

    await sqs.call('StartMessageMoveTask', { SourceArn: arnOfQueue('dead') });
    await sqs.clock.idle();

    expect(await receive(sqs, url)).toMatchObject([{ MessageId, Body: 'ball' }]);
    expect(await sqs.call('ListMessageMoveTasks', { SourceArn: arnOfQueue('dead') })).toMatchObject({
      Results: [{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1, ApproximateNumberOfMessagesToMove: 1 }],
    });
  });

  it('move at the rate that was asked for, until the task is cancelled', async () => {
    const sqs = startSqs();
    const dead = await sqs.queue('dead');
    await sqs.queue('inbox', redrive('dead', 1));
    const other = await sqs.queue('other');
    for (let count = 0; count < 5; count += 1) await send(sqs, dead, String(count));

    const { TaskHandle } = await sqs.call('StartMessageMoveTask', {
      SourceArn: arnOfQueue('dead'),
      DestinationArn: arnOfQueue('other'),
      MaxNumberOfMessagesPerSecond: 2,
    });
    await sqs.clock.advance(1000);
    const cancelled = await sqs.call('CancelMessageMoveTask', { TaskHandle });
    await sqs.clock.advance(10_000);

    expect(cancelled).toEqual({ ApproximateNumberOfMessagesMoved: 4 });
    expect([await receive(sqs, other), await receive(sqs, dead)].map((found) => found.length)).toEqual([4, 1]);
  });

  it('are refused where the queue is no dead-letter queue, or shut to this one', async () => {
    const sqs = startSqs();
    await sqs.queue('plain');
    await sqs.queue('shut', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });

    await expect(sqs.call('StartMessageMoveTask', { SourceArn: arnOfQueue('plain') })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
    await expect(sqs.queue('inbox', redrive('shut', 3))).rejects.toMatchObject({
      message: expect.stringContaining('RedriveAllowPolicy of shut'),
    });
    await expect(sqs.queue('inbox', redrive('nowhere', 3))).rejects.toMatchObject({
      message: expect.stringContaining('Dead letter target does not exist'),
    });
  });
});

describe('deliveries of other services', () => {
  it('ask the queue’s policy, and keep attributes, trace and correlation', async () => {
    const sqs = startSqs();
    const url = await sqs.queue('inbox');

    await sqs.deliver({
      targetArn: arnOfQueue('inbox'),
      principal: servicePrincipal('sns.amazonaws.com', 'arn:aws:sns:eu-west-1:000000000000:ping'),
      payload: 'ball',
      attributes: { plain: 'text', n: { DataType: 'Number', StringValue: '7' } },
      traceHeader: 'Root=1-abc',
    });

    expect(sqs.asked).toContain(`sqs:SendMessage ${arnOfQueue('inbox')}`);
    expect(await receive(sqs, url)).toMatchObject([
      {
        Body: 'ball',
        Attributes: { AWSTraceHeader: 'Root=1-abc', SenderId: 'arn:aws:sns:eu-west-1:000000000000:ping' },
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

describe('state on disk', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'sqs-'));
    folders.push(folder);
    return folder;
  };
  /** What another local-aws finds when this one is killed now. */
  const afterKill = async ({ store, clock }: Harness) => {
    await store.settled();
    const folder = newFolder();
    cpSync(folders[0] ?? '', folder, { recursive: true });
    return startSqs({ stateFolder: folder, startMs: clock.now() });
  };

  it('has every message that was acknowledged, with its receipt, and none that was deleted', async () => {
    const killed = startSqs({ stateFolder: newFolder() });
    const url = await killed.queue('inbox', { VisibilityTimeout: '60' });
    for (const body of ['deleted', 'in flight', 'visible']) await send(killed, url, body);
    await send(killed, url, 'delayed', { DelaySeconds: 30 });
    const [deleted, inFlight] = await receive(killed, url, { MaxNumberOfMessages: 2 });
    await killed.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: deleted?.ReceiptHandle });

    const restarted = await afterKill(killed);
    expect(bodiesOf(await receive(restarted, url))).toEqual(['visible']);
    await restarted.clock.advance(30_000);
    expect(bodiesOf(await receive(restarted, url))).toEqual(['delayed']);
    await restarted.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: inFlight?.ReceiptHandle });
    await restarted.clock.advance(60_000);

    const left = await receive(restarted, url);
    expect(bodiesOf(left).sort()).toEqual(['delayed', 'visible']);
    expect(left[0]?.Attributes?.ApproximateReceiveCount).toBe('2');
    restarted.store.close();
    killed.store.close();
  });

  it.each(['dead letters', 'a move task'])(
    'has what %s move from one owner to another, killed at any moment',
    async (by) => {
      const folder = newFolder();
      const killed = startSqs({ stateFolder: folder });
      const theirs = await killed.queue('theirs');
      const dead = await killed.provision('AWS::SQS::Queue', { QueueName: 'dead' });
      const RedrivePolicy = {
        maxReceiveCount: 1,
        deadLetterTargetArn: by === 'a move task' ? dead.attributes.Arn : arnOfQueue('theirs'),
      };
      const jobs = await killed.provision('AWS::SQS::Queue', {
        QueueName: 'jobs',
        RedrivePolicy,
        VisibilityTimeout: 0,
      });
      await send(killed, by === 'a move task' ? dead.physicalId : jobs.physicalId, 'moved');
      if (by === 'dead letters') await receive(killed, jobs.physicalId);
      await killed.store.settled();
      const kills: string[] = [];
      const commit = StateFile.prototype.write;
      jest.spyOn(StateFile.prototype, 'write').mockImplementation(function write(this: StateFile, writes) {
        commit.call(this, writes);
        const copy = newFolder();
        cpSync(folder, copy, { recursive: true });
        kills.push(copy);
      });

      if (by === 'dead letters') await receive(killed, jobs.physicalId);
      else {
        const [SourceArn, DestinationArn] = [arnOfQueue('dead'), arnOfQueue('theirs')];
        await killed.call('StartMessageMoveTask', { SourceArn, DestinationArn });
      }
      await killed.clock.idle();
      await killed.store.settled();
      jest.restoreAllMocks();

      expect(kills.length).toBeGreaterThan(1);
      for (const stateFolder of kills) {
        const restarted = startSqs({ stateFolder, startMs: killed.clock.now() });
        const found = await Promise.all(
          [theirs, dead.physicalId, jobs.physicalId].map((url) => receive(restarted, url)),
        );
        expect(bodiesOf(found.flat())).toContain('moved');
        restarted.store.close();
      }
      expect(bodiesOf(await receive(killed, theirs))).toEqual(['moved']);
      killed.store.close();
    },
  );

  it('has the queues that no stack made, with their attributes, but not those that were deleted or purged', async () => {
    const killed = startSqs({ stateFolder: newFolder() });
    const kept = await killed.queue('kept', { DelaySeconds: '7' });
    const emptied = await killed.queue('emptied');
    const gone = await killed.queue('gone');
    for (const url of [emptied, gone]) await send(killed, url);
    await killed.call('PurgeQueue', { QueueUrl: emptied });
    await killed.call('DeleteQueue', { QueueUrl: gone });

    const restarted = await afterKill(killed);

    expect(restarted.sqs.queues.all().map(({ name }) => name)).toEqual(['emptied', 'kept']);
    const { Attributes } = await restarted.call<{ Attributes: object }>('GetQueueAttributes', {
      QueueUrl: kept,
      AttributeNames: ['DelaySeconds'],
    });
    expect(Attributes).toEqual({ DelaySeconds: '7' });
    expect(await receive(restarted, await restarted.queue('gone'))).toEqual([]);
    expect(await receive(restarted, emptied)).toEqual([]);
    restarted.store.close();
    killed.store.close();
  });

  it('has the queue of a stack as the template wants it, for that stack alone, and keeps one that is retained', async () => {
    const killed = startSqs({ stateFolder: newFolder() });
    const { physicalId } = await killed.provision('AWS::SQS::Queue', { QueueName: 'jobs', DelaySeconds: 1 });
    await send(killed, physicalId, 'job', { DelaySeconds: 0 });

    const restarted = await afterKill(killed);
    const adopted = await restarted.adopt('AWS::SQS::Queue', { QueueName: 'jobs', DelaySeconds: 2 });
    expect(adopted?.physicalId).toBe(physicalId);
    expect(restarted.sqs.queues.find('jobs')).toMatchObject({ owner: 'stack', settings: { delaySeconds: 2 } });
    expect(await restarted.adopt('AWS::SQS::Queue', { QueueName: 'other' })).toBeUndefined();

    await restarted.sqs.queues.retain(restarted.sqs.queues.byUrl(physicalId));
    restarted.store.drop('stack');

    expect(bodiesOf(await receive(restarted, physicalId))).toEqual(['job']);
    expect(restarted.store.all('sqs/queues')).toMatchObject([{ owner: '@account', key: 'jobs' }]);
    expect(await restarted.adopt('AWS::SQS::Queue', { QueueName: 'jobs' })).toBeUndefined();
    restarted.store.close();
    killed.store.close();
  });
});
