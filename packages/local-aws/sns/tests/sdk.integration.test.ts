import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Assembled, assemble } from '../../assemble.ts';
import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import { createSqs } from '../../sqs/index.ts';
import { createSns } from '../index.ts';

let clock: VirtualClock;
let cloud: Assembled;
let sns: SNSClient;
let sqs: SQSClient;
let topic: string;
beforeEach(async () => {
  clock = createVirtualClock();
  cloud = await assemble({ port: 0, clock }, (core) => ({
    services: [createSns(core), createSqs(core)],
    stacksOf: () => ({ stacks: { deploy: noStacks, remove: noStacks, list: () => [] } }),
  }));
  const options = {
    endpoint: cloud.door.endpoint(),
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  sns = new SNSClient(options);
  sqs = new SQSClient(options);
  topic = (await sns.send(new CreateTopicCommand({ Name: 'ping' }))).TopicArn ?? '';
});
afterEach(async () => {
  sns.destroy();
  sqs.destroy();
  await cloud.close();
});

const noStacks = async (): Promise<never> => {
  throw new Error('no stacks in this test');
};

const FIFO = { FifoQueue: 'true' };

/** A queue, open to the topic unless `shut`; gives its address and ARN. */
async function queue(name: string, { shut = false, ...Attributes }: { shut?: boolean; FifoQueue?: string } = {}) {
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  const got = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const arn = got.Attributes?.QueueArn ?? '';
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
        Condition: { ArnEquals: { 'aws:SourceArn': topic } },
      },
    ],
  });
  if (!shut) await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  return { url: QueueUrl, arn };
}

async function messagesIn(url: string): Promise<Message[]> {
  const input = { QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
  return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
}

const subscribe = (Endpoint: string, Attributes: Record<string, string> = {}) =>
  sns.send(
    new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint, Attributes, ReturnSubscriptionArn: true }),
  );

describe('SNS through the SDK', () => {
  it('brings a message to a queue, with its attributes, binary ones too', async () => {
    const inbox = await queue('inbox');
    await subscribe(inbox.arn, { RawMessageDelivery: 'true' });

    await sns.send(
      new PublishCommand({
        TopicArn: topic,
        Message: 'ball & <racket> "ü"',
        MessageAttributes: {
          side: { DataType: 'String', StringValue: 'left' },
          seal: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255, 7) },
        },
      }),
    );
    await clock.idle();

    expect(await messagesIn(inbox.url)).toMatchObject([
      {
        Body: 'ball & <racket> "ü"',
        MessageAttributes: { side: { StringValue: 'left' }, seal: { BinaryValue: Uint8Array.of(0, 255, 7) } },
      },
    ]);
  });

  it('sends to the dead-letter queue what the queue’s policy does not let in, and names the reason', async () => {
    const inbox = await queue('inbox', { shut: true });
    const dead = await queue('dead');
    await subscribe(inbox.arn, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }) });

    await sns.send(new PublishCommand({ TopicArn: topic, Message: 'ball' }));
    await clock.idle();

    expect(await messagesIn(inbox.url)).toEqual([]);
    expect(await messagesIn(dead.url)).toMatchObject([{ Body: expect.stringContaining('"Message":"ball"') }]);
    expect(cloud.core.journal.entries().find(({ kind }) => kind === 'delivery')).toMatchObject({
      from: topic,
      to: inbox.arn,
      error: { code: 'AccessDenied', message: expect.stringContaining('sqs:SendMessage') },
    });
  });

  it('delivers what the filter policy wants of a batch', async () => {
    const inbox = await queue('inbox');
    const FilterPolicy = JSON.stringify({ player: ['ping'] });
    await subscribe(inbox.arn, { RawMessageDelivery: 'true', FilterPolicyScope: 'MessageBody', FilterPolicy });

    const result = await sns.send(
      new PublishBatchCommand({
        TopicArn: topic,
        PublishBatchRequestEntries: [
          { Id: 'a', Message: '{"player":"ping"}' },
          { Id: 'b', Message: '{"player":"pong"}' },
        ],
      }),
    );
    await clock.idle();

    expect(result.Successful?.map(({ Id }) => Id)).toEqual(['a', 'b']);
    expect(result.Failed).toEqual([]);
    expect((await messagesIn(inbox.url)).map(({ Body }) => Body)).toEqual(['{"player":"ping"}']);
  });

  it('keeps each group of a FIFO topic in order in the queues that want it, and brings nothing twice', async () => {
    topic =
      (await sns.send(new CreateTopicCommand({ Name: 'turns.fifo', Attributes: { FifoTopic: 'true' } }))).TopicArn ??
      '';
    const inboxes = { sync: await queue('sync.fifo', FIFO), push: await queue('push.fifo', FIFO) };
    for (const [api, { arn }] of Object.entries(inboxes)) {
      await subscribe(arn, { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify({ api: [api] }) });
    }
    const publish = (api: string, MessageGroupId: string, Message: string) => {
      const MessageAttributes = { api: { DataType: 'String', StringValue: api } };
      const place = { MessageGroupId, MessageDeduplicationId: `${MessageGroupId}-${Message}` };
      return sns.send(new PublishCommand({ TopicArn: topic, Message, MessageAttributes, ...place }));
    };

    const first = await publish('sync', 'lamp', 'on');
    for (const text of ['off', 'on-again', 'off']) await publish('sync', 'lamp', text);
    const again = await publish('sync', 'lamp', 'on');
    await publish('push', 'door', 'on');
    await clock.idle();

    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    expect(again).toMatchObject({ MessageId: first.MessageId, SequenceNumber: first.SequenceNumber });
    expect((await messagesIn(inboxes.sync.url)).map(({ Body }) => Body)).toEqual(['on', 'off', 'on-again']);
    expect((await messagesIn(inboxes.push.url)).map(({ Body }) => Body)).toEqual(['on']);
    expect(cloud.core.journal.entries().filter(({ kind }) => kind === 'no-match')).toHaveLength(4);
  });

  it('answers lists and maps as the SDK reads them', async () => {
    const inbox = await queue('inbox');
    const { SubscriptionArn = '' } = await subscribe(inbox.arn, { FilterPolicy: '{"a":["b"]}' });

    const listed = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    const attributes = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    const ofTopic = await sns.send(new GetTopicAttributesCommand({ TopicArn: topic }));

    expect(listed.Subscriptions).toEqual([
      { SubscriptionArn, TopicArn: topic, Protocol: 'sqs', Endpoint: inbox.arn, Owner: '000000000000' },
    ]);
    expect(attributes.Attributes).toMatchObject({
      FilterPolicy: '{"a":["b"]}',
      FilterPolicyScope: 'MessageAttributes',
    });
    expect(ofTopic.Attributes).toMatchObject({ TopicArn: topic, SubscriptionsConfirmed: '1' });
  });

  it('gives typed errors', async () => {
    await expect(sns.send(new PublishCommand({ TopicArn: `${topic}-gone`, Message: 'ball' }))).rejects.toBeInstanceOf(
      NotFoundException,
    );
    await expect(sns.send(new PublishCommand({ TopicArn: topic, Message: '' }))).rejects.toBeInstanceOf(
      InvalidParameterException,
    );
  });
});
