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
      call('Publish', { TopicArn: await topicWith(startSns(), QUEUE), Message: 'a', PhoneNumber: '1' }),
    );

    expect(error).toMatchObject({
      code: 'NotSupportedByLocalAws',
      message: expect.stringContaining("'PhoneNumber' of sns:Publish"),
    });
  });
});

describe('Publish', () => {
  it('refuses a number that is none', async () => {
    const sns = startSns();
    const TopicArn = await topicWith(sns, FUNCTION);
    const MessageAttributes = { a: { DataType: 'Number', StringValue: 'b' } };

    const error = await refusal(sns.call('Publish', { TopicArn, Message: 'ball', MessageAttributes }));

    expect(error).toMatchObject({ code: 'ParameterValueInvalid', message: expect.stringContaining("'a'") });
  });

  it('takes exactly 256 KB', async () => {
    const sns = startSns();
    const TopicArn = await topicWith(sns, FUNCTION);

    await expect(sns.call('Publish', { TopicArn, Message: 'x'.repeat(262_144) })).resolves.toHaveProperty('MessageId');
  });
});

it('PublishBatch refuses a batch of nothing', async () => {
  const sns = startSns();
  const TopicArn = await topicWith(sns, FUNCTION);

  expect(await refusal(sns.call('PublishBatch', { TopicArn, PublishBatchRequestEntries: [] }))).toMatchObject({
    code: 'EmptyBatchRequest',
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
    [{ Protocol: 'lambda', Endpoint: QUEUE }, 'InvalidParameter', 'Lambda endpoint ARN'],
    [{ Attributes: { DeliveryPolicy: '{}' } }, 'NotSupportedByLocalAws', 'DeliveryPolicy'],
    [{ Attributes: { FilterPolicy: '{"a":"b"}' } }, 'InvalidParameter', '"a" must be an object or an array'],
    [{ Attributes: { RawMessageDelivery: 'true' } }, 'InvalidParameter', 'does not support raw message delivery'],
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
    ['AWS::SNS::Topic', { ArchivePolicy: {} }, 'ArchivePolicy'],
    [
      'AWS::SNS::Subscription',
      { TopicArn: 't', Protocol: 'sqs', Endpoint: QUEUE, DeliveryPolicy: {} },
      'DeliveryPolicy',
    ],
    [
      'AWS::SNS::Subscription',
      { TopicArn: 't', Protocol: 'sqs', Endpoint: QUEUE, Region: 'us-east-1' },
      'topics are in eu-west-1 only',
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

    expect(error).toMatchObject({
      code: 'InvalidParameter',
      message: "Invalid parameter: Policy statement action out of service scope! ('sqs:SendMessage')",
    });
  });

  it.each<[string, string]>([
    ['that is no JSON', '{"Statement":'],
    ['without a principal', '{"Statement":[{"Effect":"Allow","Action":"sns:Publish","Resource":"*"}]}'],
    ['without a resource', '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sns:Publish"}]}'],
    [
      'with a condition that would be lost',
      '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"*","Condition":{"StringEquals":{"__proto__":"x"}}}]}',
    ],
  ])('refuse a policy %s over the wire too', async (_what, AttributeValue) => {
    const sns = startSns();
    const { physicalId: TopicArn } = await sns.provision('AWS::SNS::Topic', { TopicName: 'ping' });

    const set = sns.call('SetTopicAttributes', { TopicArn, AttributeName: 'Policy', AttributeValue });

    await expect(set).rejects.toMatchObject({
      code: 'InvalidParameter',
      message: expect.stringMatching(/^Invalid parameter: Policy Error: /),
    });
    expect(sns.core.services.policyOf(TopicArn)).toBeUndefined();
  });
});
