import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cloud, createCloud, createVirtualClock } from '../../index.ts';

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const allow = (Action: string | string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
const READ = allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf('Redrive'));
const PUT = allow('events:PutEvents', arnOf('Bus'));

interface Options {
  statements?: object[];
  service?: string;
  pipe?: object;
}

const template = ({ statements = [READ, PUT], service = 'pipes.amazonaws.com', pipe = {} }: Options = {}) => ({
  Resources: {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'game' } },
    Inbox: { Type: 'AWS::SQS::Queue' },
    InboxPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Inbox' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ ...allow('sqs:SendMessage', arnOf('Inbox')), Principal: { Service: 'events.amazonaws.com' } }],
        },
      },
    },
    All: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['fakemon'] },
        Targets: [{ Id: 'inbox', Arn: arnOf('Inbox') }],
      },
    },
    Broken: { Type: 'AWS::SQS::Queue' },
    Redrive: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 30,
        RedrivePolicy: { deadLetterTargetArn: arnOf('Broken'), maxReceiveCount: 2 },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
      },
    },
    Pipe: {
      Type: 'AWS::Pipes::Pipe',
      Properties: {
        RoleArn: arnOf('Role'),
        Source: arnOf('Redrive'),
        SourceParameters: {
          FilterCriteria: { Filters: [{ Pattern: '{"body":{"source":[{"anything-but":"spam"}]}}' }] },
          SqsQueueParameters: { BatchSize: 10 },
        },
        Target: arnOf('Bus'),
        TargetParameters: {
          InputTemplate: '<$.body.detail>',
          EventBridgeEventBusParameters: {
            Source: '$.body.source',
            DetailType: '$.body.detail-type',
            Resources: ['$.eventSourceARN', 'again'],
            Time: '$.body.time',
          },
        },
        ...pipe,
      },
    },
  },
  Outputs: {
    Redrive: { Value: { Ref: 'Redrive' } },
    RedriveArn: { Value: arnOf('Redrive') },
    Inbox: { Value: { Ref: 'Inbox' } },
    Broken: { Value: { Ref: 'Broken' } },
    PipeArn: { Value: arnOf('Pipe') },
  },
});

let cloud: Cloud;
let clock: ReturnType<typeof createVirtualClock>;
let sqs: SQSClient;
beforeEach(async () => {
  clock = createVirtualClock();
  cloud = await createCloud({ port: 0, clock, seed: 1 });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'any' };
  sqs = new SQSClient({ endpoint: cloud.endpoint, region: 'eu-west-1', credentials });
});
afterEach(() => cloud.close());

const deploy = (options?: Options) => cloud.stacks.deploy({ stackName: 'game', template: template(options) });
const send = (QueueUrl: string | undefined, body: unknown) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: typeof body === 'string' ? body : JSON.stringify(body) }));
const receive = async (QueueUrl: string | undefined) => {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }) => Body);
};
const LETTER = {
  id: 'old',
  source: 'fakemon',
  'detail-type': 'fakemon.capture_attempt',
  time: '2029-12-31T23:00:00Z',
  detail: { id: 'a.1', type: 'fakemon.capture_attempt', correlationId: 'c-1', detail: { player: 'a' } },
};

describe('a pipe from a queue to a bus', () => {
  it('puts the event in a message on the bus, under the source and type that stand there, and takes the message away', async () => {
    const { outputs } = await deploy();
    await send(outputs.Redrive, LETTER);
    await send(outputs.Redrive, { ...LETTER, source: 'spam' });
    await clock.idle();

    const [body = '{}', ...others] = await receive(outputs.Inbox);
    expect(others).toEqual([]);
    expect(JSON.parse(body)).toMatchObject({
      source: 'fakemon',
      'detail-type': 'fakemon.capture_attempt',
      time: '2029-12-31T23:00:00Z',
      resources: [outputs.RedriveArn, 'again'],
      detail: LETTER.detail,
    });
    await clock.advance(31_000);
    expect(await receive(outputs.Redrive)).toEqual([]);
    const hops = cloud.journal.ended().filter(({ service }) => service === 'pipes');
    expect(
      hops.map(({ kind, from, outcome, correlationId, detail }) => [kind, from, outcome, correlationId, detail?.field]),
    ).toEqual([
      ['delivery', outputs.PipeArn, 'ok', 'c-1', undefined],
      ['no-match', outputs.PipeArn, 'ok', 'c-1', 'body.source'],
    ]);
  });

  it('leaves what the bus does not take to the queue’s own redrive', async () => {
    const { outputs } = await deploy({ pipe: { SourceParameters: {} } });
    await send(outputs.Redrive, 'poison');
    await send(outputs.Redrive, { ...LETTER, detail: 'no object' });
    await send(outputs.Redrive, LETTER);
    await clock.advance(120_000);

    expect((await receive(outputs.Broken)).toSorted()).toEqual(['poison', expect.stringContaining('"no object"')]);
    expect(await receive(outputs.Inbox)).toHaveLength(1);
  });

  it('lets messages wait while it is stopped', async () => {
    const { outputs } = await deploy({ pipe: { DesiredState: 'STOPPED' } });
    await send(outputs.Redrive, LETTER);
    await clock.advance(60_000);
    expect(await receive(outputs.Inbox)).toEqual([]);

    await deploy();
    await clock.idle();

    expect(await receive(outputs.Inbox)).toHaveLength(1);
  });

  it.each<[string, Options, RegExp]>([
    ['may not read the queue', { statements: [PUT] }, /Pipe.*sqs:ReceiveMessage on .* is not allowed/s],
    [
      'may not delete from it',
      { statements: [allow('sqs:ReceiveMessage', '*'), PUT] },
      /Pipe.*sqs:DeleteMessage on .* is not allowed/s,
    ],
    ['may not put events', { statements: [READ] }, /Pipe.*events:PutEvents on .* is not allowed/s],
    [
      'does not trust pipes',
      { service: 'lambda.amazonaws.com' },
      /cannot be assumed by principal 'pipes.amazonaws.com'/,
    ],
  ])('fails the deployment when its role %s', async (_what, options, expected) => {
    await expect(deploy(options)).rejects.toThrow(expected);
  });

  it.each<[string, object]>([
    ['enriches by functions only', { Enrichment: 'arn:aws:states:eu-west-1:000000000000:stateMachine:s' }],
    ['from queues and streams only', { Source: 'arn:aws:dynamodb:eu-west-1:000000000000:table/t/stream/s' }],
    ['event buses, queues, topics and functions', { Target: 'arn:aws:kinesis:eu-west-1:000000000000:stream/s' }],
    ['nothing is put in for <aws.pipes.owner>', { TargetParameters: { InputTemplate: '<aws.pipes.owner>' } }],
    ['Maximum batch window', { SourceParameters: { SqsQueueParameters: { BatchSize: 11 } } }],
    ['TargetParameters.SqsQueueParameters is not', { TargetParameters: { SqsQueueParameters: {} } }],
  ])('refuses with a word about it: %s', async (expected, pipe) => {
    await expect(deploy({ pipe })).rejects.toThrow(expected);
  });
});

describe('a pipe from a stream', () => {
  const READ_STREAM = allow(
    ['DescribeStreamSummary', 'GetRecords', 'GetShardIterator', 'ListShards'].map((action) => `kinesis:${action}`),
    arnOf('Stream'),
  );
  const SEND = allow('sqs:SendMessage', arnOf('Out'));
  const ofStream = (statements: object[]) => {
    const whole = template({ statements });
    const { Role } = whole.Resources;
    return {
      Resources: {
        Role,
        Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'statuses', ShardCount: 1 } },
        Out: { Type: 'AWS::SQS::Queue' },
        Letters: { Type: 'AWS::SQS::Queue' },
        Pipe: {
          Type: 'AWS::Pipes::Pipe',
          Properties: {
            RoleArn: arnOf('Role'),
            Source: arnOf('Stream'),
            SourceParameters: {
              FilterCriteria: { Filters: [{ Pattern: '{"data":{"lives":[0]}}' }] },
              KinesisStreamParameters: { StartingPosition: 'LATEST', DeadLetterConfig: { Arn: arnOf('Letters') } },
            },
            Target: arnOf('Out'),
            TargetParameters: { InputTemplate: '<$.data>' },
          },
        },
      },
      Outputs: { Out: { Value: { Ref: 'Out' } } },
    };
  };
  const deployStream = (statements: object[]) =>
    cloud.stacks.deploy({ stackName: 'statuses', template: ofStream(statements) });
  const LETTER_TO = allow('sqs:SendMessage', arnOf('Letters'));

  it('brings what its filter lets through, in order, as the template has it', async () => {
    const { outputs } = await deployStream([READ_STREAM, SEND, LETTER_TO]);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'any' };
    const kinesis = new KinesisClient({ endpoint: cloud.endpoint, region: 'eu-west-1', credentials });

    for (const [at, lives] of [3, 0, 2, 0].entries()) {
      const Data = Buffer.from(JSON.stringify({ at, lives }));
      await kinesis.send(new PutRecordCommand({ StreamName: 'statuses', PartitionKey: 'a', Data }));
    }
    await clock.advance(1000);

    expect((await receive(outputs.Out)).map((body) => JSON.parse(body).at)).toEqual([1, 3]);
  });

  it.each<[string, object[], RegExp]>([
    ['read the stream', [SEND, LETTER_TO], /Pipe.*kinesis:GetRecords on .* is not allowed/s],
    ['send to its target', [READ_STREAM, LETTER_TO], /Pipe.*sqs:SendMessage on .*Out.* is not allowed/s],
    ['send its dead letters', [READ_STREAM, SEND], /Pipe.*sqs:SendMessage on .*Letters.* is not allowed/s],
  ])('fails the deployment when its role may not %s', async (_what, statements, expected) => {
    await expect(deployStream(statements)).rejects.toThrow(expected);
  });
});
