import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { DEAD_LETTERS, FUNCTION, QUEUE, startSns, topicWith } from './harness.ts';

const refusal = (promise: Promise<unknown>) =>
  promise.then(() => undefined).catch((error: unknown) => error as AwsError);

describe('every operation', () => {
  const { service } = startSns();

  it.each(Object.keys(service.operations ?? {}))(
    '%s refuses malformed input as the caller’s fault',
    async (operation) => {
      const { call } = startSns();

      for (const malformed of [
        { TopicArn: 7 },
        { TopicArn: 'ping', SubscriptionArn: 'x', NextToken: 'x', Name: 'a b' },
      ]) {
        const error = await refusal(call(operation, malformed));

        expect(error).toBeInstanceOf(AwsError);
        expect(error?.status === 501 || (error && error.status >= 400 && error.status < 500)).toBe(true);
      }
    },
  );

  it('names a parameter that it does not know', async () => {
    const { call } = startSns();

    const error = await refusal(
      call('Publish', { TopicArn: await topicWith(startSns(), QUEUE), Message: 'a', MessageGroupId: 'g' }),
    );

    expect(error).toMatchObject({
      code: 'NotSupportedByLocalAws',
      message: expect.stringContaining("'MessageGroupId' of sns:Publish"),
    });
  });
});

describe('Publish', () => {
  it.each<[string, object, string, string]>([
    ['an empty message', { Message: '' }, 'InvalidParameter', 'Empty message'],
    ['more than 256 KB', { Message: 'x'.repeat(262_145) }, 'InvalidParameter', 'Message too long'],
    [
      'more than 256 KB with its attributes',
      { Message: 'x'.repeat(262_140), MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } },
      'InvalidParameter',
      'Message too long',
    ],
    ['a subject of two lines', { Subject: 'a\nb' }, 'InvalidParameter', 'Subject'],
    ['a subject of 101 characters', { Subject: 'a'.repeat(101) }, 'InvalidParameter', 'Subject'],
    [
      'an unknown type',
      { MessageAttributes: { a: { DataType: 'Text', StringValue: 'b' } } },
      'ParameterValueInvalid',
      "'a'",
    ],
    [
      'no number',
      { MessageAttributes: { a: { DataType: 'Number', StringValue: 'b' } } },
      'ParameterValueInvalid',
      "'a'",
    ],
    [
      'an empty attribute',
      { MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
      'ParameterValueInvalid',
      "'a'",
    ],
    [
      'a structure without default',
      { MessageStructure: 'json', Message: '{}' },
      'InvalidParameter',
      'No default entry',
    ],
  ])('refuses %s', async (_title, input, code, message) => {
    const sns = startSns();
    const TopicArn = await topicWith(sns, FUNCTION);

    const error = await refusal(sns.call('Publish', { TopicArn, Message: 'ball', ...input }));

    expect(error).toMatchObject({ code, status: 400, message: expect.stringContaining(message) });
  });

  it('takes exactly 256 KB', async () => {
    const sns = startSns();
    const TopicArn = await topicWith(sns, FUNCTION);

    await expect(sns.call('Publish', { TopicArn, Message: 'x'.repeat(262_144) })).resolves.toHaveProperty('MessageId');
  });

  it('answers 404 NotFound for a topic that is not there', async () => {
    const error = await refusal(
      startSns().call('Publish', { TopicArn: 'arn:aws:sns:eu-west-1:000000000000:gone', Message: 'a' }),
    );

    expect(error).toMatchObject({ code: 'NotFound', status: 404, message: 'Topic does not exist' });
  });
});

describe('PublishBatch', () => {
  const entry = (Id: string, Message = 'ball') => ({ Id, Message });

  it('reports the bad entry and delivers the others', async () => {
    const sns = startSns();
    const TopicArn = await topicWith(sns, FUNCTION);

    const result = await sns.call('PublishBatch', {
      TopicArn,
      PublishBatchRequestEntries: [entry('a'), entry('b', ''), entry('c')],
    });
    await sns.clock.idle();

    expect(result).toMatchObject({
      Successful: [{ Id: 'a' }, { Id: 'c' }],
      Failed: [{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }],
    });
    expect(sns.received).toHaveLength(2);
  });

  it.each<[object[], string]>([
    [[], 'EmptyBatchRequest'],
    [Array.from({ length: 11 }, (_, index) => entry(String(index))), 'TooManyEntriesInBatchRequest'],
    [[entry('a'), entry('a')], 'BatchEntryIdsNotDistinct'],
    [[entry('a b')], 'InvalidBatchEntryId'],
    [[entry('a', 'x'.repeat(200_000)), entry('b', 'x'.repeat(100_000))], 'BatchRequestTooLong'],
  ])('refuses a batch that cannot be (%#)', async (PublishBatchRequestEntries, code) => {
    const sns = startSns();
    const TopicArn = await topicWith(sns, FUNCTION);

    expect(await refusal(sns.call('PublishBatch', { TopicArn, PublishBatchRequestEntries }))).toMatchObject({ code });
  });
});

describe('Subscribe', () => {
  it('gives the same subscription for the same endpoint', async () => {
    const { call } = startSns();
    const { TopicArn } = await call<{ TopicArn: string }>('CreateTopic', { Name: 'ping' });
    const input = { TopicArn, Protocol: 'lambda', Endpoint: FUNCTION };

    expect(await call('Subscribe', input)).toEqual(await call('Subscribe', input));
  });

  it.each<[object, string, string]>([
    [{ Protocol: 'email', Endpoint: 'a@example.org' }, 'NotSupportedByLocalAws', "protocol 'email'"],
    [{ Protocol: 'pigeon', Endpoint: 'x' }, 'InvalidParameter', 'pigeon'],
    [{ Protocol: 'lambda', Endpoint: QUEUE }, 'InvalidParameter', 'Lambda endpoint ARN'],
    [{ Protocol: 'sqs', Endpoint: `${QUEUE}.fifo` }, 'NotSupportedByLocalAws', 'FIFO'],
    [{ Attributes: { DeliveryPolicy: '{}' } }, 'NotSupportedByLocalAws', 'DeliveryPolicy'],
    [{ Attributes: { FilterPolicy: '{"a":"b"}' } }, 'InvalidParameter', '"a" must be an object or an array'],
    [
      { Attributes: { FilterPolicy: '{"a":["b"]}', FilterPolicyScope: 'Body' } },
      'InvalidParameter',
      'FilterPolicyScope',
    ],
    [{ Attributes: { RawMessageDelivery: 'true' } }, 'InvalidParameter', 'does not support raw message delivery'],
    [{ Attributes: { RedrivePolicy: '{"deadLetterTargetArn":"x"}' } }, 'InvalidParameter', 'invalid arn'],
    [
      { Attributes: { RedrivePolicy: `{"deadLetterTargetArn":"${QUEUE}.fifo"}` } },
      'InvalidParameter',
      'must use a standard queue',
    ],
  ])('refuses %j', async (input, code, message) => {
    const { call } = startSns();
    const { TopicArn } = await call<{ TopicArn: string }>('CreateTopic', { Name: 'ping' });

    const error = await refusal(call('Subscribe', { TopicArn, Protocol: 'lambda', Endpoint: FUNCTION, ...input }));

    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('lists the attributes that it was given, and takes others', async () => {
    const { call } = startSns();
    const { TopicArn } = await call<{ TopicArn: string }>('CreateTopic', { Name: 'ping' });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS });
    const { SubscriptionArn } = await call<{ SubscriptionArn: string }>('Subscribe', {
      TopicArn,
      Protocol: 'sqs',
      Endpoint: QUEUE,
      Attributes: { RedrivePolicy, FilterPolicy: '{"a":["b"]}' },
    });

    await call('SetSubscriptionAttributes', {
      SubscriptionArn,
      AttributeName: 'RawMessageDelivery',
      AttributeValue: 'true',
    });
    const { Attributes } = await call<{ Attributes: Map<string, string> }>('GetSubscriptionAttributes', {
      SubscriptionArn,
    });

    expect(Object.fromEntries(Attributes)).toMatchObject({
      Endpoint: QUEUE,
      RawMessageDelivery: 'true',
      RedrivePolicy,
      FilterPolicy: '{"a":["b"]}',
      FilterPolicyScope: 'MessageAttributes',
      PendingConfirmation: 'false',
    });
  });
});

describe('resources', () => {
  it('make a topic with its inline subscriptions, change them, and take it away', async () => {
    const sns = startSns();
    const topicType = sns.resource('AWS::SNS::Topic');
    const properties = { TopicName: 'ping', Subscription: [{ Protocol: 'lambda', Endpoint: FUNCTION }] };
    const topic = await sns.provision('AWS::SNS::Topic', properties);
    expect(topic).toEqual({
      physicalId: 'arn:aws:sns:eu-west-1:000000000000:ping',
      attributes: { TopicArn: 'arn:aws:sns:eu-west-1:000000000000:ping', TopicName: 'ping' },
    });

    const changed = { TopicName: 'ping', Subscription: [{ Protocol: 'sqs', Endpoint: QUEUE }] };
    await topicType.update(topic, changed, properties, { stackName: 's', logicalId: 'l', generateName: () => 'n' });
    const { Subscriptions } = await sns.call<{ Subscriptions: object[] }>('ListSubscriptions', {});
    expect(Subscriptions).toMatchObject([{ Endpoint: QUEUE }]);

    await topicType.remove(topic, changed, { stackName: 's', logicalId: 'l', generateName: () => 'n' });
    expect(await sns.call('ListTopics', {})).toEqual({ Topics: [] });
  });

  it.each<[string, object, string]>([
    ['AWS::SNS::Topic', { FifoTopic: true }, 'FIFO'],
    ['AWS::SNS::Topic', { ArchivePolicy: {} }, 'ArchivePolicy'],
    [
      'AWS::SNS::Subscription',
      { TopicArn: 't', Protocol: 'sqs', Endpoint: QUEUE, DeliveryPolicy: {} },
      'DeliveryPolicy',
    ],
  ])('%s refuses %j by name', (type, properties, name) => {
    const { error } = startSns().resource(type).properties.safeParse(properties);

    expect(error?.message).toContain(name);
  });

  it('put a policy on a topic, which IAM is asked with', async () => {
    const sns = startSns();
    const { physicalId } = await sns.provision('AWS::SNS::Topic', { TopicName: 'ping' });
    const PolicyDocument = {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: physicalId,
        },
      ],
    };

    await sns.provision('AWS::SNS::TopicPolicy', { Topics: [physicalId], PolicyDocument });

    expect(sns.core.services.policyOf(physicalId)).toEqual(PolicyDocument);
  });

  it('refuse a topic policy with actions of another service', async () => {
    const sns = startSns();
    const { physicalId } = await sns.provision('AWS::SNS::Topic', { TopicName: 'ping' });

    const error = await refusal(
      sns.provision('AWS::SNS::TopicPolicy', {
        Topics: [physicalId],
        PolicyDocument: { Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' } },
      }),
    );

    expect(error).toMatchObject({ code: 'InvalidParameter', message: expect.stringContaining('out of service scope') });
  });
});
