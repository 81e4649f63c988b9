import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { createTestCore } from '../../core/tests/testCore.ts';
import { createSns } from '../index.ts';
import { DEAD_LETTERS, FUNCTION, type Harness, QUEUE, startSns } from './harness.ts';

const FIFO_QUEUE = `${QUEUE}.fifo`;
const DEDUPLICATED =
  'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly';
const MINUTE = 60_000;

let sns: Harness;
let refuse: (text: string) => void;
beforeEach(() => {
  refuse = () => undefined;
  sns = startSns({ refuse: ({ payload }) => refuse(payload) });
});

/** A FIFO topic with one subscriber of the raw message; gives its ARN. */
async function topicWith(
  endpoint: string,
  { of = sns, ...attributes }: Record<string, string> & { of?: Harness } = {},
) {
  const Attributes = { FifoTopic: 'true', ...attributes };
  const { TopicArn } = await of.call<{ TopicArn: string }>('CreateTopic', { Name: 'turns.fifo', Attributes });
  await subscribe(TopicArn, endpoint, of);
  return TopicArn;
}
const subscribe = (TopicArn: string, Endpoint: string, of = sns, more: Record<string, string> = {}) => {
  const Attributes = { RawMessageDelivery: 'true', ...more };
  return of.call('Subscribe', { TopicArn, Protocol: 'sqs', Endpoint, Attributes });
};
interface Told {
  MessageId: string;
  SequenceNumber: string;
}
const publish = (TopicArn: string, Message: string, group = 'g', deduplicationId: string | undefined = Message) => {
  const place = { MessageGroupId: group, MessageDeduplicationId: deduplicationId };
  return sns.call<Told>('Publish', { TopicArn, Message, ...place });
};
const texts = (of = sns) => of.received.map(({ payload }) => payload);
async function refusalOf(operation: string, input: object) {
  const error = await sns.call(operation, input).then(
    () => undefined,
    (thrown: AwsError) => thrown,
  );
  return error && `${error.code}: ${error.message}`;
}

describe('a FIFO topic', () => {
  it('brings a FIFO queue the message with its group and deduplication id, a standard queue the message alone', async () => {
    const topic = await topicWith(FIFO_QUEUE);
    await subscribe(topic, QUEUE);

    await publish(topic, 'serve', 'left', 'one');
    await sns.clock.idle();

    const [fifo, standard] = [FIFO_QUEUE, QUEUE].map((arn) => sns.received.find(({ targetArn }) => targetArn === arn));
    expect(fifo).toMatchObject({ payload: 'serve', groupId: 'left', deduplicationId: 'one' });
    expect(standard).toMatchObject({ payload: 'serve' });
    expect(Object.keys(standard ?? {})).not.toEqual(expect.arrayContaining(['groupId']));
    expect(Object.keys(standard ?? {})).not.toEqual(expect.arrayContaining(['deduplicationId']));
  });

  it('wraps the message with its sequence number, unsigned', async () => {
    const topic = await topicWith(FIFO_QUEUE);
    await sns.call('Subscribe', { TopicArn: topic, Protocol: 'sqs', Endpoint: `${QUEUE}-2.fifo` });

    const { MessageId, SequenceNumber } = await publish(topic, 'serve');
    await sns.clock.idle();

    const wrapped = JSON.parse(texts().find((text) => text.startsWith('{')) ?? '{}');
    expect(Object.keys(wrapped)).toEqual([
      'Type',
      'MessageId',
      'SequenceNumber',
      'TopicArn',
      'Message',
      'Timestamp',
      'UnsubscribeURL',
    ]);
    expect(wrapped).toMatchObject({ MessageId, SequenceNumber });
  });

  it('answers numbers that grow, with twenty digits', async () => {
    const topic = await topicWith(FIFO_QUEUE);

    const numbers = [];
    for (const text of ['a', 'b', 'c']) numbers.push((await publish(topic, text)).SequenceNumber);

    expect(numbers).toEqual([...numbers].sort());
    expect(new Set(numbers).size).toBe(3);
    expect(numbers[0]).toMatch(/^\d{20}$/);
  });

  it('tells of its settings, and takes others but for its kind', async () => {
    const topic = await topicWith(FIFO_QUEUE);
    const set = (AttributeName: string, AttributeValue: string) =>
      sns.call('SetTopicAttributes', { TopicArn: topic, AttributeName, AttributeValue });

    await set('ContentBasedDeduplication', 'true');
    await set('FifoThroughputScope', 'MessageGroup');
    const { Attributes } = await sns.call<{ Attributes: Map<string, string> }>('GetTopicAttributes', {
      TopicArn: topic,
    });

    expect(Object.fromEntries(Attributes)).toMatchObject({
      FifoTopic: 'true',
      ContentBasedDeduplication: 'true',
      FifoThroughputScope: 'MessageGroup',
    });
    await expect(set('FifoTopic', 'false')).rejects.toThrow('AttributeName');
    await expect(set('FifoThroughputScope', 'Everything')).rejects.toThrow('[Everything]');
  });

  it.each<[string, object, string]>([
    ['Publish', { Message: 'a' }, 'The MessageGroupId parameter is required for FIFO topics'],
    ['Publish', { Message: 'a', MessageGroupId: 'g' }, DEDUPLICATED],
    ['Publish', { Message: 'a', MessageGroupId: 'g', MessageDeduplicationId: 'ä' }, 'MessageDeduplicationId'],
    // The structure is looked at before the group.
    ['Publish', { Message: '{', MessageStructure: 'json' }, 'Message Structure - JSON message body failed to parse'],
    [
      'PublishBatch',
      {
        PublishBatchRequestEntries: [
          { Id: 'a', Message: 'a', MessageGroupId: 'g', MessageDeduplicationId: 'd' },
          { Id: 'b', Message: 'b' },
        ],
      },
      'The MessageGroupId parameter is required for FIFO topics',
    ],
    ['Subscribe', { Protocol: 'lambda', Endpoint: FUNCTION }, 'Invalid protocol type: lambda'],
    ['Subscribe', { Protocol: 'sms', Endpoint: '+1' }, 'Invalid protocol type: sms'],
    [
      'Subscribe',
      {
        Protocol: 'sqs',
        Endpoint: `${QUEUE}-3.fifo`,
        Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS }) },
      },
      'Attributes Reason: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.',
    ],
  ])('refuses %s %j, and takes nothing of it', async (operation, input, message) => {
    const topic = await topicWith(FIFO_QUEUE);

    expect(await refusalOf(operation, { TopicArn: topic, ...input })).toBe(
      `InvalidParameter: Invalid parameter: ${message}`,
    );
    await sns.clock.idle();
    expect(sns.received).toEqual([]);
  });
});

describe('what a FIFO topic was told in the last five minutes', () => {
  it('is not brought again: the publisher gets the first answer', async () => {
    const topic = await topicWith(FIFO_QUEUE);

    const first = await publish(topic, 'serve', 'left', 'one');
    await sns.clock.advance(5 * MINUTE - 1);
    const again = await publish(topic, 'other text', 'right', 'one');
    await sns.clock.advance(1);
    const later = await publish(topic, 'third', 'left', 'one');
    await sns.clock.idle();

    expect(again).toEqual(first);
    expect(later).not.toEqual(first);
    expect(texts()).toEqual(['serve', 'third']);
  });

  it('is known by its text alone where the topic says so, also twice in one batch', async () => {
    const topic = await topicWith(FIFO_QUEUE, { ContentBasedDeduplication: 'true' });
    const attribute = { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } };
    const entry = { Message: 'serve', MessageGroupId: 'g' };

    const { Successful } = await sns.call<{ Successful: Told[] }>('PublishBatch', {
      TopicArn: topic,
      PublishBatchRequestEntries: [
        { Id: 'a', ...entry },
        { Id: 'b', ...entry, ...attribute },
      ],
    });
    await sns.clock.idle();

    const [one, other] = Successful.map(({ MessageId, SequenceNumber }) => ({ MessageId, SequenceNumber }));
    expect(other).toEqual(one);
    const deduplicationId = createHash('sha256').update('serve').digest('hex');
    expect(sns.received).toMatchObject([{ payload: 'serve', deduplicationId }]);
  });

  it('counts by group where the topic is asked for throughput by group', async () => {
    const topic = await topicWith(FIFO_QUEUE, { FifoThroughputScope: 'MessageGroup' });

    for (const group of ['left', 'right', 'left']) await publish(topic, `${group} one`, group, 'one');
    await sns.clock.idle();

    expect(texts().sort()).toEqual(['left one', 'right one']);
  });

  it('is known to it after a restart, and not to one of the same name that was made anew', async () => {
    const template = { TopicName: 'turns.fifo', FifoTopic: true };
    const first = createTestCore();
    const tell = (core: typeof first) => {
      const input = { Message: 'serve', MessageGroupId: 'g', MessageDeduplicationId: 'one' };
      return core.ask<Told>('sns', 'Publish', {
        TopicArn: `${QUEUE.replace(':sqs:', ':sns:')}`.replace('inbox', 'turns.fifo'),
        ...input,
      });
    };
    const made = async (core: typeof first) => {
      const service = core.add(createSns(core));
      const [topic] = service.resources;
      if (!topic) throw new Error('no topic');
      const context = { stackName: 'stack', logicalId: 'Turns', generateName: () => 'turns' };
      const provisioned = await topic.create(topic.properties.parse(template), context);
      return () => topic.remove(provisioned, topic.properties.parse(template), context);
    };
    await made(first);
    const told = await tell(first);

    const second = createTestCore({ after: first });
    const remove = await made(second);
    const afterRestart = await tell(second);
    await remove();
    // Another time, so that another number.
    const third = createTestCore({ after: second, startMs: second.clock.now() + 1 });
    await made(third);

    expect(afterRestart).toEqual(told);
    expect(await tell(third)).not.toEqual(told);
  });
});

describe('the order of a group', () => {
  it('is kept while its first message is refused, and other groups go on', async () => {
    let isBusy = true;
    refuse = (text) => {
      if (isBusy && text.startsWith('left')) throw new AwsError('ServiceUnavailable', 'busy', { status: 503 });
    };
    const topic = await topicWith(FIFO_QUEUE);

    for (const [text, group] of [
      ['left 1', 'left'],
      ['left 2', 'left'],
      ['right 1', 'right'],
    ] as const) {
      await publish(topic, text, group, text.replace(' ', '-'));
    }
    await sns.clock.idle();
    isBusy = false;
    await publish(topic, 'left 3', 'left', 'left-3');
    await sns.clock.advance(MINUTE);

    expect(texts()).toEqual(['right 1', 'left 1', 'left 2', 'left 3']);
  });

  it('goes on behind a message that the queue never takes, which becomes a dead letter with its place', async () => {
    refuse = (text) => {
      if (text === 'bad' && sns.received.length === 0 && isFirst) {
        isFirst = false;
        throw new AwsError('AccessDenied', 'no', { status: 403 });
      }
    };
    let isFirst = true;
    const { TopicArn } = await sns.call<{ TopicArn: string }>('CreateTopic', {
      Name: 'turns.fifo',
      Attributes: { FifoTopic: 'true' },
    });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: `${DEAD_LETTERS}.fifo` });
    await subscribe(TopicArn, FIFO_QUEUE, sns, { RedrivePolicy });

    for (const text of ['bad', 'good']) await publish(TopicArn, text);
    await sns.clock.idle();

    expect(sns.received).toMatchObject([
      { targetArn: `${DEAD_LETTERS}.fifo`, payload: 'bad', groupId: 'g', deduplicationId: 'bad' },
      { targetArn: FIFO_QUEUE, payload: 'good' },
    ]);
  });

  it('is that of a FIFO queue only: a standard queue may get a message twice', async () => {
    sns = startSns({ faults: { rules: [{ match: { service: 'sns' }, duplicate: 1 }] } });
    const topic = await topicWith(FIFO_QUEUE);
    await subscribe(topic, QUEUE);

    await publish(topic, 'serve');
    await sns.clock.idle();

    const to = (arn: string) => sns.received.filter(({ targetArn }) => targetArn === arn).length;
    expect([to(FIFO_QUEUE), to(QUEUE)]).toEqual([1, 2]);
  });
});

it('templates make FIFO topics, change what may change and refuse what a standard topic has not', async () => {
  const type = sns.resource('AWS::SNS::Topic');
  const properties = { FifoTopic: true, ContentBasedDeduplication: true };
  const context = { stackName: 's', logicalId: 'T', generateName: ({ suffix = '' } = {}) => `s-T-1${suffix}` };
  const settings = async (TopicArn: string) => {
    const { Attributes } = await sns.call<{ Attributes: Map<string, string> }>('GetTopicAttributes', { TopicArn });
    return ['ContentBasedDeduplication', 'FifoThroughputScope'].map((name) => Attributes.get(name));
  };

  const made = await type.create(properties, context);
  const first = await settings(made.physicalId);
  await type.update?.(made, { FifoTopic: true, FifoThroughputScope: 'MessageGroup' }, properties, context);

  expect(made.attributes).toMatchObject({ TopicName: 's-T-1.fifo' });
  expect([first, await settings(made.physicalId)]).toEqual([
    ['true', 'Topic'],
    ['false', 'MessageGroup'],
  ]);
  await expect(sns.provision('AWS::SNS::Topic', { TopicName: 'a', ContentBasedDeduplication: true })).rejects.toThrow(
    'FIFO topics',
  );
  expect(sns.service.resources[0]?.replaceOn).toEqual(expect.arrayContaining(['FifoTopic']));
});
