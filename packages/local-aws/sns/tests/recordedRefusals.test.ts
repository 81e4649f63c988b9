import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AwsError } from '../../core/errors.ts';
import { type Harness, QUEUE, startSns } from './harness.ts';

// What AWS answered, request by request, as its answers were recorded.

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:ping';

let sns: Harness;
let subscription: string;
beforeEach(async () => {
  sns = startSns();
  await sns.call('CreateTopic', { Name: 'ping' });
  const input = { TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE };
  ({ SubscriptionArn: subscription } = await sns.call<{ SubscriptionArn: string }>('Subscribe', input));
});

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
  '{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}': 'Filter policy can not have more than 5 keys',
};

/** Names of attributes, and what AWS has against each. */
const REFUSED_NAMES: Record<string, string> = {
  ['a'.repeat(257)]: 'Length of message attribute name must be less than 256 bytes.',
  'a^b':
    "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.",
  '.a': "Invalid message attribute name starting with character '.' was found.",
  'a.': "Invalid message attribute name ending with character '.' was found.",
  'a..b': "Message attribute name can not have successive '.' character.",
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
    ['CreateTopic', { Name: `${'a'.repeat(252)}.fifo`, Attributes: { FifoTopic: 'true' } }, wrong('Topic Name')],
    ['CreateTopic', { Name: 'pong', Attributes: { ContentBasedDeduplication: 'true' } }, wrong('AttributeName')],
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
    ['ConfirmSubscription', { TopicArn: TOPIC, Token: 'a1'.repeat(64) }, wrong('Token')],
    ['ConfirmSubscription', { TopicArn: TOPIC, Token: 'token' }, other('InvalidParameter', 'Invalid token')],
  ])('%s (%#)', async (operation, input, refusal) => {
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
    ...Object.entries(REFUSED_NAMES).map(([name, text]): [object, object] => [
      { MessageAttributes: { [name]: { DataType: 'String', StringValue: 'b' } } },
      other('ParameterValueInvalid', text),
    ]),
    ...['Text', 'String.', 'string'].map((type): [object, object] => [
      attribute(type, { StringValue: 'b' }),
      other('ParameterValueInvalid', `The message attribute 'a' has an invalid message attribute type, ${KINDS}`),
    ]),
  ])('Publish (%#)', async (input, refusal) => {
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
    [
      'FilterPolicy',
      '{"a":{"b":["c"]}}',
      'Filter policy scope MessageAttributes does not support nested filter policy',
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
        (refusal) => refusal?.message.split('\n at [Source')[0],
      );
      expect(messages).toEqual([`Invalid parameter: ${text}`, `Invalid parameter: Attributes Reason: ${text}`]);
    },
  );
});
