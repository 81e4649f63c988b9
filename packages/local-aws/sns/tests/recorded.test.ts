import { beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { DEAD_LETTERS, FUNCTION, type Harness, QUEUE, startSns } from './harness.ts';

// What AWS answered, request by request, as its answers were recorded.

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

async function refusalOf(operation: string, input: object) {
  const error = await sns.call(operation, input).then(
    () => undefined,
    (thrown: AwsError) => thrown,
  );
  return error && { code: error.code, status: error.status, message: error.message };
}

const NOT_TEXT = 'suffix match pattern must be a string';
const NOT_BOOLEAN = 'exists match pattern must be either true or false.';
/** Filter policies, and what AWS has against each. */
const REFUSED_POLICIES: Record<string, string> = {
  '{"key":[["value"]]}': 'Match value must be String, number, true, false, or null',
  '{"key":[{"wrong-operator":true}]}': 'Unrecognized match type wrong-operator',
  '{"key":[{"suffix":"value","prefix":"value2"}]}': 'Only one key allowed in match expression',
  '{"key":[{"suffix":100}]}': NOT_TEXT,
  '{"key":[{"suffix":null}]}': NOT_TEXT,
  '{"key":[{"suffix":[]}]}': NOT_TEXT,
  '{"key":[{"suffix":["test","test2"]}]}': NOT_TEXT,
  '{"key":{"suffix":"value"}}': '"suffix" must be an object or an array',
  '{"key":{"not-an-operator":"value"}}': '"not-an-operator" must be an object or an array',
  '{"key":[{"numeric":[]}]}': 'Invalid member in numeric match: ]',
  '{"key":[{"numeric":["operator"]}]}': 'Unrecognized numeric range operator: operator',
  '{"key":[{"numeric":[1,"<="]}]}': 'Invalid member in numeric match: 1',
  '{"key":[{"numeric":["=","000"]}]}': 'Value of equals must be numeric',
  '{"key":[{"numeric":[">="]}]}': 'Value of >= must be numeric',
  '{"key":[{"numeric":["<",100,">",10]}]}': 'Too many elements in numeric expression',
  '{"key":[{"numeric":[">=",1,">",2]}]}': 'Bad numeric range operator: >',
  '{"key":[{"numeric":[">",3,"<",1]}]}': 'Bottom must be less than top',
  '{"key":[{"numeric":[">",20,"<="]}]}': 'Value of <= must be numeric',
  '{"key":[{"numeric":[">",20,30]}]}': 'Bad value in numeric range: 30',
  '{"key":[{"numeric":[">",20,"test"]}]}': 'Bad numeric range operator: test',
  '{"key":[{"numeric":[">","20","<","30"]}]}': 'Value of > must be numeric',
  '{"key":[{"numeric":[">",20,"<","30"]}]}': 'Value of < must be numeric',
  '{"key":[{"numeric":[">",20,"<",30,"<",50]}]}': 'Too many terms in numeric range expression',
  '{"key":[{"exists":null}]}': NOT_BOOLEAN,
  '{"key":[{"exists":"no"}]}': NOT_BOOLEAN,
  '{"key":[{"anything-but":{"suffix":"a"}}]}': 'Unsupported anything-but pattern: suffix',
  '{"a":{"b":["c"]}}': 'Filter policy scope MessageAttributes does not support nested filter policy',
  '{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}': 'Filter policy can not have more than 5 keys',
};

/** What AWS says of a parameter. */
const wrong = (text: string) => ({ code: 'InvalidParameter', status: 400, message: `Invalid parameter: ${text}` });
const other = (code: string, message: string) => ({ code, status: 400, message });
const attribute = (DataType: string, value: object) => ({ MessageAttributes: { a: { DataType, ...value } } });
const KINDS = 'the set of supported type prefixes is Binary, Number, and String.';
const NO_VALUE = "must contain non-empty message attribute value for message attribute type 'String'.";

describe('a refused request is answered as AWS answers it', () => {
  it.each<[string, object, object]>([
    ...['', 'a b', 'a:b', 'a'.repeat(257), 'ping.fifo'].map((Name): [string, object, object] => [
      'CreateTopic',
      { Name },
      wrong('Topic Name'),
    ]),
    ['CreateTopic', { Name: 'ping', Attributes: { FifoTopic: 'true' } }, wrong('Topic Name')],
    [
      'CreateTopic',
      { Name: 'ping', Attributes: { DisplayName: 'Pong' } },
      wrong('Attributes Reason: Topic already exists with different attributes'),
    ],
    [
      'CreateTopic',
      { Name: 'ping', Tags: [{ Key: 'a', Value: 'b' }] },
      wrong('Tags Reason: Topic already exists with different tags'),
    ],
    [
      'GetTopicAttributes',
      { TopicArn: `${TOPIC}-gone` },
      { ...other('NotFound', 'Topic does not exist'), status: 404 },
    ],
    ['GetTopicAttributes', { TopicArn: 'ping' }, wrong('TopicArn Reason: An ARN must have at least 6 elements, not 1')],
    ['Publish', { TopicArn: '', Message: 'a' }, wrong('TopicArn Reason: An ARN must have at least 6 elements, not 1')],
    [
      'Publish',
      { TopicArn: 'a:b', Message: 'a' },
      wrong('TopicArn Reason: An ARN must have at least 6 elements, not 2'),
    ],
    ['GetTopicAttributes', { TopicArn: TOPIC.replace('eu-west-1', 'us-east-1') }, wrong('TopicArn')],
    ['ConfirmSubscription', { TopicArn: TOPIC, Token: 'token' }, wrong('Token')],
  ])('%s %j', async (operation, input, refusal) => {
    expect(await refusalOf(operation, input)).toEqual(refusal);
  });

  it.each<[object, object]>([
    [{ Message: '' }, wrong('Empty message')],
    ...['', 'a'.repeat(101), 'a\nb', 'bäll', ' ball'].map((Subject): [object, object] => [
      { Subject },
      wrong('Subject'),
    ]),
    [{ Message: 'x'.repeat(262_145) }, wrong('Message too long')],
    // 262,144 with the text alone, and each of name, type and value one of them.
    [{ Message: 'x'.repeat(262_136), ...attribute('String', { StringValue: 'bc' }) }, wrong('Message too long')],
    [{ Message: '{', MessageStructure: 'json' }, wrong('Message Structure - JSON message body failed to parse')],
    [
      { Message: '{"sqs":"a"}', MessageStructure: 'json' },
      wrong('Message Structure - No default entry in JSON message body'),
    ],
    [
      { MessageDeduplicationId: 'd' },
      wrong(
        'MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type',
      ),
    ],
    [attribute('String', { StringValue: '' }), other('ParameterValueInvalid', `The message attribute 'a' ${NO_VALUE}`)],
    [attribute('String', {}), other('ParameterValueInvalid', `The message attribute 'a' ${NO_VALUE}`)],
    [
      attribute('Number', { BinaryValue: 'AA==' }),
      other('ParameterValueInvalid', "The message attribute 'a' with type 'Number' must use field 'String'."),
    ],
    [
      attribute('Binary', { StringValue: 'AA==' }),
      other('ParameterValueInvalid', "The message attribute 'a' with type 'Binary' must use field 'Binary'."),
    ],
    ...['Text', 'String.', 'string'].map((type): [object, object] => [
      attribute(type, { StringValue: 'b' }),
      other('ParameterValueInvalid', `The message attribute 'a' has an invalid message attribute type, ${KINDS}`),
    ]),
  ])('Publish %j', async (input, refusal) => {
    expect(await refusalOf('Publish', { TopicArn: TOPIC, Message: 'ball', ...input })).toEqual(refusal);
  });

  it.each<[object[], object]>([
    [
      Array.from({ length: 11 }, (_, index) => ({ Id: String(index) })),
      other('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.'),
    ],
    [
      [{ Id: 'a' }, { Id: 'a' }],
      other('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.'),
    ],
    [
      [{ Id: 'a'.repeat(81) }],
      other('InvalidBatchEntryId', `The Id of a batch entry in the batch request is too long: ${'a'.repeat(81)}`),
    ],
    [
      [{ Id: 'a.b' }],
      other(
        'InvalidBatchEntryId',
        'The Id of a batch entry in the batch request contains an impermissible character: a.b',
      ),
    ],
    [
      [
        { Id: 'a', Message: 'x'.repeat(200_000) },
        { Id: 'b', Message: 'x'.repeat(62_145) },
      ],
      other('BatchRequestTooLong', 'The length of all the messages put together is more than the limit.'),
    ],
    // One that is bad refuses all.
    [[{ Id: 'a' }, { Id: 'b', Message: '' }], wrong('Empty message')],
    [
      [{ Id: 'a' }, { Id: 'b', ...attribute('String', {}) }],
      other('ParameterValueInvalid', `The message attribute 'a' ${NO_VALUE}`),
    ],
  ])('PublishBatch (%#)', async (entries, refusal) => {
    const PublishBatchRequestEntries = entries.map((entry) => ({ Message: 'ball', ...entry }));

    expect(await refusalOf('PublishBatch', { TopicArn: TOPIC, PublishBatchRequestEntries })).toEqual(refusal);
    await sns.clock.idle();
    expect(sns.received).toEqual([]);
  });

  it.each<[object, string]>([
    [{ Endpoint: 'inbox' }, 'SQS endpoint ARN'],
    [{ Protocol: 'pigeon' }, 'Amazon SNS does not support this protocol string: pigeon'],
    [
      { Endpoint: `${QUEUE}.fifo` },
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    ],
    [
      { Attributes: { RawMessageDelivery: 'true' } },
      'Attributes Reason: Subscription already exists with different attributes',
    ],
  ])('Subscribe %j', async (input, text) => {
    const whole = { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE, ...input };

    expect(await refusalOf('Subscribe', whole)).toEqual(wrong(text));
  });

  it.each<[string, string, string]>([
    ['Colour', 'red', 'AttributeName'],
    ['RawMessageDelivery', 'x', 'RawMessageDelivery: Invalid value [x]. Must be true or false.'],
    ['RedrivePolicy', '{"deadLetterTargetArn":"x"}', 'RedrivePolicy: deadLetterTargetArn is an invalid arn'],
    [
      'FilterPolicyScope',
      'x',
      'FilterPolicyScope: Invalid value [x]. Please use either MessageBody or MessageAttributes',
    ],
    ...Object.entries(REFUSED_POLICIES).map(([policy, reason]): [string, string, string] => [
      'FilterPolicy',
      policy,
      `FilterPolicy: ${reason}`,
    ]),
    [
      'FilterPolicy',
      JSON.stringify({ a: Array.from({ length: 151 }, (_, index) => index) }),
      'FilterPolicy: Filter policy is too complex',
    ],
  ])(
    'SetSubscriptionAttributes %s %s, and Subscribe with the name of the parameter before it',
    async (name, value, text) => {
      const set = { SubscriptionArn: subscription, AttributeName: name, AttributeValue: value };
      const whole = { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE, Attributes: { [name]: value } };

      const messages = [await refusalOf('SetSubscriptionAttributes', set), await refusalOf('Subscribe', whole)].map(
        // Where in the policy it is comes after the reason.
        (refusal) => refusal?.message.split(" (at '")[0],
      );
      expect(messages).toEqual([`Invalid parameter: ${text}`, `Invalid parameter: Attributes Reason: ${text}`]);
    },
  );
});

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
