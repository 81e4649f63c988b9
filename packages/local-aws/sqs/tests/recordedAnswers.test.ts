import { beforeEach, describe, expect, it } from '@jest/globals';
import { arnOfQueue, type Harness, receive, startSqs } from './harness.ts';

// What AWS answered, as it was recorded; what it refused is beside this.

const url = (name: string) => `http://127.0.0.1:4566/000000000000/${name}`;

let sqs: Harness;
beforeEach(async () => {
  sqs = startSqs();
  await sqs.queue('inbox', { DelaySeconds: '1' });
  await sqs.queue('small', { MaximumMessageSize: '1024' });
  await sqs.queue('turns.fifo', { FifoQueue: 'true' });
});

describe('an answer', () => {
  it('has no key for a list in which there is nothing', async () => {
    const { QueueUrl } = { QueueUrl: url('small') };
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'ball' });
    const [one] = await receive(sqs, QueueUrl);

    const answers = [
      await sqs.call('ReceiveMessage', { QueueUrl }),
      await sqs.call('ListQueues', { QueueNamePrefix: 'none' }),
      await sqs.call('GetQueueAttributes', { QueueUrl }),
      await sqs.call('DeleteMessageBatch', { QueueUrl, Entries: [{ Id: 'a', ReceiptHandle: 'garbage' }] }),
      await sqs.call('DeleteMessageBatch', { QueueUrl, Entries: [{ Id: 'a', ReceiptHandle: one?.ReceiptHandle }] }),
    ];

    expect(answers.map((answer) => Object.keys(answer))).toEqual([[], [], [], ['Failed'], ['Successful']]);
  });

  it('tells the settings of a queue of which nothing was said', async () => {
    const attributesOf = async (QueueUrl: string) =>
      (await sqs.call<{ Attributes: object }>('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] })).Attributes;
    const counts = {
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      CreatedTimestamp: expect.stringMatching(/^\d{10}$/),
      LastModifiedTimestamp: expect.stringMatching(/^\d{10}$/),
    };
    const settings = {
      DelaySeconds: '0',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      SqsManagedSseEnabled: 'true',
      VisibilityTimeout: '30',
    };

    expect(await attributesOf(await sqs.queue('plain'))).toEqual({
      ...counts,
      ...settings,
      QueueArn: arnOfQueue('plain'),
    });
    expect(await attributesOf(url('turns.fifo'))).toEqual({
      ...counts,
      ...settings,
      QueueArn: arnOfQueue('turns.fifo'),
      FifoQueue: 'true',
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    });
  });

  it('has the system attributes that MessageSystemAttributeNames asks for, whatever AttributeNames says', async () => {
    await sqs.call(
      'SendMessage',
      { QueueUrl: url('small'), MessageBody: 'ball', MessageGroupId: 'g' },
      {
        traceHeader: 'Root=1-abc',
      },
    );
    const attributes = async (names: object) =>
      Object.keys((await receive(sqs, url('small'), { VisibilityTimeout: 0, ...names }))[0]?.Attributes ?? {});

    const both = { MessageSystemAttributeNames: ['SenderId'], AttributeNames: ['SentTimestamp'] };
    expect(await attributes(both)).toEqual(['SenderId']);
    expect(await attributes({ MessageSystemAttributeNames: undefined, AttributeNames: ['SentTimestamp'] })).toEqual([
      'SentTimestamp',
    ]);
    expect(await attributes({})).toEqual(expect.arrayContaining(['AWSTraceHeader', 'MessageGroupId']));
  });
});

describe('attributes of a message', () => {
  const all = '4c360f3fdafd970e05fae2f149d997f5';

  it.each<[string[], string | undefined, string[]]>([
    [[], undefined, []],
    [['All'], all, ['General', 'Hello', 'Help.Me']],
    [['*'], all, ['General', 'Hello', 'Help.Me']],
    [['.*'], all, ['General', 'Hello', 'Help.Me']],
    [['Foo', 'Help'], undefined, []],
    [['Hello', 'General'], 'fca026605781cb4126a1e9044df24232', ['General', 'Hello']],
    [['Foo', 'Hello'], 'a311262e065454b75da111d535b8dacd', ['Hello']],
    [['Hel.*'], '83fee93c1bcd8b9a5a923ffacdc636c7', ['Hello', 'Help.Me']],
    [['AWS.'], undefined, []],
    [['..foo'], undefined, []],
  ])('asked for by %j have the digest %s', async (MessageAttributeNames, digest, names) => {
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    await sqs.call('SendMessage', {
      QueueUrl: url('small'),
      MessageBody: 'msg',
      MessageAttributes: { 'Help.Me': text('Me'), Hello: text('There'), General: text('Kenobi') },
    });

    const [message] = await receive(sqs, url('small'), { MessageAttributeNames });

    expect(message).toMatchObject({ MD5OfBody: '6e2baaf3b97dbeef01c0043275f9a0e7' });
    const { MD5OfMessageAttributes, MessageAttributes = {} } = (message ?? {}) as {
      MD5OfMessageAttributes?: string;
      MessageAttributes?: object;
    };
    expect([MD5OfMessageAttributes, Object.keys(MessageAttributes).sort()]).toEqual([digest, names]);
  });
});

it('keeps an attribute of a message whose name every object has', async () => {
  const MessageAttributes = JSON.parse('{"__proto__":{"DataType":"String","StringValue":"a"}}');
  await sqs.call('SendMessage', { QueueUrl: url('small'), MessageBody: 'ball', MessageAttributes });

  const [message] = await receive(sqs, url('small'));

  expect(JSON.stringify(message)).toContain(
    '"MessageAttributes":{"__proto__":{"DataType":"String","StringValue":"a"}}',
  );
});

describe('a queue', () => {
  it('hides a message again by the receipt of who let it lapse, as long as nobody else has it', async () => {
    const QueueUrl = url('small');
    await sqs.call('SendMessage', { QueueUrl, MessageBody: 'ball' });
    const [one] = await receive(sqs, QueueUrl);
    const change = () =>
      sqs.call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle: one?.ReceiptHandle, VisibilityTimeout: 2 });
    await sqs.clock.advance(30_000);

    await change();
    const meanwhile = await receive(sqs, QueueUrl);
    await sqs.clock.advance(2000);
    const again = await receive(sqs, QueueUrl);

    expect([meanwhile, again].map(({ length }) => length)).toEqual([0, 1]);
    await expect(change()).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
  });

  it('is addressed by its name alone, too', async () => {
    await sqs.call('SendMessage', { QueueUrl: 'small', MessageBody: 'ball' });

    expect(await receive(sqs, 'small')).toMatchObject([{ Body: 'ball' }]);
  });

  it('is given again for attributes that it has', async () => {
    expect(await sqs.queue('inbox', { DelaySeconds: '1' })).toBe(url('inbox'));
    expect(await sqs.queue('inbox')).toBe(url('inbox'));
  });

  it('has nothing left after a purge, not in flight and not delayed', async () => {
    for (const DelaySeconds of [0, 0, 9]) {
      await sqs.call('SendMessage', { QueueUrl: url('small'), MessageBody: 'ball', DelaySeconds });
    }
    await receive(sqs, url('small'), { MaxNumberOfMessages: 1 });

    await sqs.call('PurgeQueue', { QueueUrl: url('small') });
    await sqs.clock.advance(60_000);

    expect(await receive(sqs, url('small'))).toEqual([]);
  });

  it('names the host that its client used', async () => {
    const endpoint = 'http://aws.localhost:4711';
    const asked = async (operation: string, input: object) =>
      JSON.stringify(await sqs.call(operation, input, { endpoint }));

    const answers = await Promise.all([
      asked('CreateQueue', { QueueName: 'small' }),
      asked('CreateQueue', { QueueName: 'new' }),
      asked('GetQueueUrl', { QueueName: 'small' }),
      asked('ListQueues', { QueueNamePrefix: 'small' }),
    ]);

    for (const answer of answers) expect(answer).toContain(`"${endpoint}/000000000000/`);
  });
});
