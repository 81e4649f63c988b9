import { beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { DEAD_LETTERS, FUNCTION, type Harness, QUEUE, startSns } from './harness.ts';

// What AWS answered, as it was recorded; what it refused is beside this.

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:ping';

let sns: Harness;
let subscription: string;
beforeEach(async () => {
  sns = startSns();
  await sns.call('CreateTopic', { Name: 'ping' });
  ({ SubscriptionArn: subscription } = await subscribe());
});

const subscribe = (more: object = {}) =>
  sns.call<{ SubscriptionArn: string }>('Subscribe', { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE, ...more });
const attribute = (DataType: string, value: object) => ({ MessageAttributes: { a: { DataType, ...value } } });

describe('what AWS takes', () => {
  it('is the name of a topic of up to 256 characters, twice when nothing of it is different', async () => {
    const Name = 'a'.repeat(256);
    const Attributes = { DisplayName: 'Ping' };
    const Tags = [{ Key: 'a', Value: 'b' }];
    const first = await sns.call('CreateTopic', { Name, Attributes, Tags });

    for (const again of [{ Attributes, Tags }, { Tags }, { Attributes }, {}]) {
      expect(await sns.call('CreateTopic', { Name, ...again })).toEqual(first);
    }
  });

  it('is a topic that is gone to be deleted, and a subscription to be ended', async () => {
    for (const _twice of [1, 2]) {
      await sns.call('Unsubscribe', { SubscriptionArn: subscription });
      await sns.call('DeleteTopic', { TopicArn: TOPIC });
    }

    expect(await sns.call('ListTopics', {})).toEqual({ Topics: [] });
  });

  it('is a subscription that is there already, whatever is left out of it, and one of a queue that is not there', async () => {
    const Endpoint = `${QUEUE}-not-yet`;
    const first = await subscribe({ Endpoint, Attributes: { RawMessageDelivery: 'True', FilterPolicy: '{"a":[1]}' } });

    for (const Attributes of [{}, { RawMessageDelivery: 'true' }, { FilterPolicy: '{"a":[1]}' }]) {
      expect(await subscribe({ Endpoint, Attributes })).toEqual(first);
    }
  });

  it('is a subject of a hundred characters, a custom type, and a structure whose texts are no texts or come twice', async () => {
    const publish = (more: object) => sns.call('Publish', { TopicArn: TOPIC, Message: 'ball', ...more });

    await publish({ Subject: 'a'.repeat(100), ...attribute('String.x', { StringValue: 'b' }) });
    await publish({ MessageStructure: 'json', Message: '{"default":"one","default":"two","sqs":7}' });
    await sns.clock.idle();

    expect(sns.received.map(({ payload }) => JSON.parse(payload).Message)).toEqual(['ball', 'two']);
  });

  it('is a message group on a standard topic, which reaches the queue', async () => {
    await sns.call('Publish', { TopicArn: TOPIC, Message: 'ball', MessageGroupId: 'g' });
    await sns.clock.idle();

    expect(sns.received).toMatchObject([{ targetArn: QUEUE, groupId: 'g' }]);
  });
});

describe('a subscription', () => {
  const set = (AttributeName: string, AttributeValue: string) =>
    sns.call('SetSubscriptionAttributes', { SubscriptionArn: subscription, AttributeName, AttributeValue });
  const listed = async () => {
    const { Attributes } = await sns.call<{ Attributes: Map<string, string> }>('GetSubscriptionAttributes', {
      SubscriptionArn: subscription,
    });
    return [Attributes.get('FilterPolicy'), Attributes.get('FilterPolicyScope')];
  };

  it('keeps the scope of filter policies, tells it with a policy only, and loses the policy to an empty one', async () => {
    await set('FilterPolicyScope', 'MessageBody');
    const alone = await listed();
    await set('FilterPolicy', '{"a":{"b":["c"]}}');
    const together = await listed();
    await set('FilterPolicy', '');

    expect([alone, together, await listed()]).toEqual([
      [undefined, undefined],
      ['{"a":{"b":["c"]}}', 'MessageBody'],
      [undefined, undefined],
    ]);
  });

  it.each<[string, string, object, number]>([
    ['MessageBody', '{"a":["c"]}', { Message: 'no JSON' }, 0],
    ['MessageBody', '{"a":["c"]}', { Message: '["c"]' }, 0],
    ['MessageBody', '{"a":["c"]}', { Message: '{"a":["b","c"]}' }, 1],
    ['MessageAttributes', '{"a":["c"]}', attribute('String.Array', { StringValue: '["b","c"]' }), 1],
    ['MessageAttributes', '{"a":[null,{"anything-but":["c"]}]}', {}, 0],
    ['MessageAttributes', '{"a":[null,{"anything-but":["c"]}]}', attribute('String', { StringValue: 'b' }), 1],
  ])('that filters by %s %s gets of %j: %d', async (scope, policy, message, count) => {
    await set('FilterPolicyScope', scope);
    await set('FilterPolicy', policy);

    await sns.call('Publish', { TopicArn: TOPIC, Message: 'ball', ...message });
    await sns.clock.idle();

    expect(sns.received).toHaveLength(count);
  });
});

describe('what comes to a subscriber', () => {
  const publish = (more: object = {}) => sns.call('Publish', { TopicArn: TOPIC, Message: 'ball', ...more });
  const keysOf = (payload: string | undefined) => Object.keys(JSON.parse(payload ?? '{}'));

  it('is for a queue, in this order', async () => {
    await publish();
    await publish({ Subject: 'serve', ...attribute('Binary', { BinaryValue: 'AA==' }) });
    await sns.clock.idle();

    const before = ['Type', 'MessageId', 'TopicArn'];
    const after = ['Message', 'Timestamp', 'SignatureVersion', 'Signature', 'SigningCertURL', 'UnsubscribeURL'];
    expect(sns.received.map(({ payload }) => keysOf(payload))).toEqual([
      [...before, ...after],
      [...before, 'Subject', ...after, 'MessageAttributes'],
    ]);
    expect(JSON.parse(sns.received[1]?.payload ?? '').MessageAttributes).toEqual({
      a: { Type: 'Binary', Value: 'AA==' },
    });
  });

  it('has an attribute whose name every object has', async () => {
    await publish({ MessageAttributes: JSON.parse('{"__proto__":{"DataType":"String","StringValue":"a"}}') });
    await sns.clock.idle();

    expect(sns.received[0]?.payload).toContain('"MessageAttributes":{"__proto__":{"Type":"String","Value":"a"}}');
  });

  it('is for a function with a subject that is null and attributes that are empty', async () => {
    await sns.call('Unsubscribe', { SubscriptionArn: subscription });
    await subscribe({ Protocol: 'lambda', Endpoint: FUNCTION });
    await publish();
    await sns.clock.idle();

    const [record] = JSON.parse(sns.received[0]?.payload ?? '').Records;
    expect(record).toMatchObject({
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: expect.stringContaining(`${TOPIC}:`),
      Sns: { SignatureVersion: '1', Subject: null, MessageAttributes: {}, SigningCertUrl: expect.any(String) },
    });
    expect(Object.keys(record.Sns)).toContain('UnsubscribeUrl');
  });

  it.each([
    ['false', {}],
    ['true', { payload: 'ball', attributes: { a: { DataType: 'Number', StringValue: '7' } } }],
  ])('comes to its dead-letter queue as it would have come to it, with RawMessageDelivery %s', async (raw, letter) => {
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS });
    await sns.call('Unsubscribe', { SubscriptionArn: subscription });
    const sent: string[] = [];
    sns.core.receive('sqs', (delivery) => {
      sent.push(delivery.payload);
      if (delivery.targetArn === QUEUE) throw new AwsError('AccessDenied', 'no', { status: 403 });
      sns.received.push(delivery);
    });
    await subscribe({ Attributes: { RedrivePolicy, RawMessageDelivery: raw } });
    await publish(attribute('Number', { StringValue: '7' }));
    await sns.clock.advance(0);

    expect(sns.received).toMatchObject([{ targetArn: DEAD_LETTERS, ...letter }]);
    expect(sent[0]).toBe(sns.received[0]?.payload);
    expect(sns.received[0]?.attributes !== undefined).toBe(raw === 'true');
  });
});

it('a topic without a policy of its own has the one that AWS gives it, again when its policy is taken away', async () => {
  const { physicalId } = await sns.provision('AWS::SNS::Topic', { TopicName: 'policed' });
  const policyOf = async () => {
    const { Attributes } = await sns.call<{ Attributes: Map<string, string> }>('GetTopicAttributes', {
      TopicArn: physicalId,
    });
    return JSON.parse(Attributes.get('Policy') ?? '');
  };
  const statement = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish' };
  const properties = { Topics: [physicalId], PolicyDocument: { Statement: { ...statement, Resource: physicalId } } };
  const byDefault = await policyOf();

  const policy = await sns.provision('AWS::SNS::TopicPolicy', properties);
  const own = await policyOf();
  await sns.resource('AWS::SNS::TopicPolicy').remove(policy, properties, {
    stackName: 's',
    logicalId: 'l',
    generateName: () => 'n',
  });

  expect(byDefault).toEqual({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: expect.arrayContaining(['SNS:Publish', 'SNS:AddPermission']),
        Resource: physicalId,
        Condition: { StringEquals: { 'AWS:SourceOwner': '000000000000' } },
      },
    ],
  });
  expect(own).toEqual(properties.PolicyDocument);
  expect(await policyOf()).toEqual(byDefault);
});
