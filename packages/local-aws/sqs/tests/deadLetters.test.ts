import { describe, expect, it } from '@jest/globals';
import { arnOfQueue, type Harness, receive, send, startSqs } from './harness.ts';

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

  it('end a move task as failed where nobody knows where they came from', async () => {
    const sqs = startSqs();
    const dead = await sqs.queue('dead');
    await sqs.queue('inbox', redrive('dead', 1));
    await send(sqs, dead);

    await sqs.call('StartMessageMoveTask', { SourceArn: arnOfQueue('dead') });
    await sqs.clock.idle();

    expect(await sqs.call('ListMessageMoveTasks', { SourceArn: arnOfQueue('dead') })).toMatchObject({
      Results: [{ Status: 'FAILED', FailureReason: expect.any(String), ApproximateNumberOfMessagesMoved: 0 }],
    });
    expect(await receive(sqs, dead)).toHaveLength(1);
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
