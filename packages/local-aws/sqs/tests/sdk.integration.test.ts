import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  EmptyBatchRequest,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Assembled, assemble } from '../../assemble.ts';
import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import { createSqs } from '../index.ts';
import { arnOfQueue } from './harness.ts';

let clock: VirtualClock;
let cloud: Assembled;
let sqs: SQSClient;
let url: string;
beforeEach(async () => {
  clock = createVirtualClock();
  cloud = await assemble({ port: 0, clock }, (core) => ({
    services: [createSqs(core)],
    stacksOf: () => ({ stacks: { deploy: noStacks, remove: noStacks, list: () => [] } }),
  }));
  sqs = new SQSClient({ ...options, endpoint: cloud.door.endpoint() });
  url = await create('inbox');
});
afterEach(async () => {
  sqs.destroy();
  await cloud.close();
});

const options = { region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const noStacks = async (): Promise<never> => {
  throw new Error('no stacks in this test');
};
const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
  (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
const receive = async (QueueUrl: string, more: object = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];

describe('SQS through the SDK', () => {
  // The SDK compares the digests of bodies and throws when one is wrong; those of attributes it leaves to us.
  it('takes and gives a message with attributes and the right digests', async () => {
    const sent = await sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: 'Information about the largest city in Any Region. ü',
        MessageAttributes: {
          City: { DataType: 'String', StringValue: 'Any City' },
          Population: { DataType: 'Number', StringValue: '1250800' },
          Greeting: { DataType: 'Binary', BinaryValue: new TextEncoder().encode('Hello, World!') },
        },
      }),
    );
    const [all] = await receive(url, { MessageAttributeNames: ['All'], VisibilityTimeout: 0 });
    const [some] = await receive(url, {
      MessageAttributeNames: ['Cit.*'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    });

    expect(all?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(all?.MessageAttributes?.Greeting?.BinaryValue).toEqual(new TextEncoder().encode('Hello, World!'));
    expect(Object.keys(some?.MessageAttributes ?? {})).toEqual(['City']);
    expect(some?.MD5OfMessageAttributes).not.toBe(sent.MD5OfMessageAttributes);
    expect(some?.Attributes).toEqual({ SentTimestamp: String(clock.now()) });
  });

  it('does batches, each entry for itself', async () => {
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: 'a', MessageBody: 'one' },
          { Id: 'b', MessageBody: '\u0000' },
          { Id: 'c', MessageBody: 'two' },
        ],
      }),
    );
    const messages = await receive(url);
    const handles = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const changed = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: handles.map((handle) => ({ ...handle, VisibilityTimeout: 90 })),
      }),
    );
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [...handles, { Id: 'x', ReceiptHandle: 'nonsense' }] }),
    );

    expect(sent.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidMessageContents', SenderFault: true }]);
    expect(messages.map(({ Body }) => Body)).toEqual(['one', 'two']);
    expect(changed.Successful).toHaveLength(2);
    expect(deleted.Failed).toMatchObject([{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it('waits for a message until one comes', async () => {
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'ball' }));

    expect((await waiting).map(({ Body }) => Body)).toEqual(['ball']);
  });

  it('keeps a message for others when the waiting caller has hung up', async () => {
    const caller = new AbortController();
    const ended = new Promise<void>((resolve) => {
      cloud.core.journal.follow(({ action, began }) => action === 'ReceiveMessage' && began && resolve());
    });
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), {
      abortSignal: caller.signal,
    });
    const hungUp = expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await sqs.send(new ListQueuesCommand({}));
    caller.abort();
    await hungUp;
    await ended;

    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'ball' }));

    expect(await receive(url)).toHaveLength(1);
  });

  it('moves dead letters back', async () => {
    const dead = await create('dead');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOfQueue('dead'), maxReceiveCount: 1 });
    const source = await create('source', { RedrivePolicy, VisibilityTimeout: '1' });
    await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'ball' }));
    await receive(source);
    await clock.advance(1000);
    await receive(source);

    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOfQueue('dead') }));
    await clock.idle();
    const tasks = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arnOfQueue('dead') }));

    expect(tasks.Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
    expect(await receive(dead)).toEqual([]);
    expect((await receive(source)).map(({ Body }) => Body)).toEqual(['ball']);
  });

  it('keeps the order of a FIFO queue’s groups and takes once what is sent twice', async () => {
    const fifo = await create('turns.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    const sent = [];
    for (const [MessageGroupId, MessageBody] of [
      ['a', 'a1'],
      ['b', 'b1'],
      ['a', 'a1'],
      ['a', 'a2'],
    ]) {
      sent.push(await sqs.send(new SendMessageCommand({ QueueUrl: fifo, MessageBody, MessageGroupId })));
    }

    const received = await receive(fifo, { MessageSystemAttributeNames: ['SequenceNumber', 'MessageGroupId'] });

    expect(received.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])).toEqual([
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
    ]);
    expect(received[0]?.Attributes?.SequenceNumber).toBe(sent[0]?.SequenceNumber);
    expect(sent[2]).toMatchObject({ MessageId: sent[0]?.MessageId, SequenceNumber: sent[0]?.SequenceNumber });
  });

  it('names queues by the host under which it was asked', async () => {
    const endpoint = cloud.door.endpoint().replace('127.0.0.1', 'localhost');
    const other = new SQSClient({ ...options, endpoint });
    try {
      const { QueueUrl } = await other.send(new GetQueueUrlCommand({ QueueName: 'inbox' }));

      expect(QueueUrl).toBe(`${endpoint}/000000000000/inbox`);
    } finally {
      other.destroy();
    }
  });

  it('gives typed errors, with the codes of the Query protocol beside them', async () => {
    const error = await sqs
      .send(new GetQueueUrlCommand({ QueueName: 'gone' }))
      .catch((thrown: unknown) => thrown as QueueDoesNotExist);
    expect(error).toBeInstanceOf(QueueDoesNotExist);
    expect(error).toMatchObject({ Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue' } });

    await expect(sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [] }))).rejects.toBeInstanceOf(
      EmptyBatchRequest,
    );

    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    await expect(sqs.send(new PurgeQueueCommand({ QueueUrl: url }))).rejects.toMatchObject({
      name: 'PurgeQueueInProgress',
    });
  });
});
