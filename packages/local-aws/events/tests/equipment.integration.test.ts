// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's own placeholders.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CancelReplayCommand,
  DescribeApiDestinationCommand,
  DescribeArchiveCommand,
  DescribeConnectionCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';

const GROUP = '/aws/events/games';
const attribute = (id: string, name = 'Arn') => ({ 'Fn::GetAtt': [id, name] });
const allowed = (Action: string | string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const ofEvents = (statement: object) => ({ ...statement, Principal: { Service: 'events.amazonaws.com' } });

/** A bus with an archive, everything in a log group, and what a rule takes sent to a partner by HTTP. */
const template = (endpoint: string) => ({
  Resources: {
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'games' } },
    Archive: {
      Type: 'AWS::Events::Archive',
      Properties: { ArchiveName: 'games', SourceArn: attribute('Bus'), RetentionDays: 7 },
    },
    Letters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'letters' } },
    LettersPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Letters' }],
        PolicyDocument: policy(ofEvents(allowed('sqs:SendMessage', attribute('Letters')))),
      },
    },
    Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: GROUP } },
    LogPolicy: {
      Type: 'AWS::Logs::ResourcePolicy',
      Properties: {
        PolicyName: 'games',
        PolicyDocument: {
          'Fn::Sub': JSON.stringify(
            policy({
              ...allowed(
                ['logs:CreateLogStream', 'logs:PutLogEvents'],
                'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/events/*:*',
              ),
              Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
            }),
          ),
        },
      },
    },
    Everything: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: [{ prefix: '' }] },
        Targets: [{ Id: 'log', Arn: attribute('Log'), DeadLetterConfig: { Arn: attribute('Letters') } }],
      },
    },
    Key: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        GenerateSecretString: { SecretStringTemplate: '{}', GenerateStringKey: 'apiKey', ExcludePunctuation: true },
      },
    },
    Connection: {
      Type: 'AWS::Events::Connection',
      Properties: {
        Name: 'partner',
        AuthorizationType: 'API_KEY',
        AuthParameters: {
          ApiKeyAuthParameters: {
            ApiKeyName: 'X-Api-Key',
            ApiKeyValue: { 'Fn::Sub': '{{resolve:secretsmanager:${Key}:SecretString:apiKey}}' },
          },
        },
      },
    },
    Hook: {
      Type: 'AWS::Events::ApiDestination',
      Properties: {
        Name: 'hook',
        ConnectionArn: attribute('Connection'),
        InvocationEndpoint: endpoint,
        HttpMethod: 'POST',
        InvocationRateLimitPerSecond: 2,
      },
    },
    HookRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: policy(ofEvents({ Effect: 'Allow', Action: 'sts:AssumeRole' })),
        Policies: [
          { PolicyName: 'calls', PolicyDocument: policy(allowed('events:InvokeApiDestination', attribute('Hook'))) },
        ],
      },
    },
    ToPartner: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'to-partner',
        EventBusName: { Ref: 'Bus' },
        EventPattern: { 'detail-type': ['thing.done'], 'replay-name': [{ exists: false }] },
        Targets: [
          {
            Id: 'hook',
            Arn: attribute('Hook'),
            RoleArn: attribute('HookRole'),
            RetryPolicy: { MaximumRetryAttempts: 2 },
            DeadLetterConfig: { Arn: attribute('Letters') },
          },
        ],
      },
    },
  },
});

let aws: LocalAws;
let events: EventBridgeClient;
let sqs: SQSClient;
let partner: Server;
let endpoint: string;
let received: { headers: IncomingHttpHeaders; body: string; atMs: number }[];
let answers: { status: number; retryAfter?: string }[];

beforeEach(async () => {
  received = [];
  answers = [];
  partner = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ headers: request.headers, body, atMs: aws.clock.now() });
    const { status, retryAfter } = answers.shift() ?? { status: 200 };
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end('{"echo":true}');
  });
  await new Promise<void>((listening) => partner.listen(0, '127.0.0.1', listening));
  endpoint = `http://127.0.0.1:${(partner.address() as AddressInfo).port}/hook`;
  aws = await startLocalAws();
  events = new EventBridgeClient(aws.rootClientConfig);
  sqs = new SQSClient(aws.rootClientConfig);
});
afterEach(async () => {
  events.destroy();
  sqs.destroy();
  await aws.stop();
  partner.close();
});

const deploy = (change: (resources: ReturnType<typeof template>['Resources']) => void = () => undefined) => {
  const wanted = template(endpoint);
  change(wanted.Resources);
  return aws.cloud.stacks.deploy({ stackName: 'games', template: wanted });
};
const put = async (n: number) => {
  const entry = { EventBusName: 'games', Source: 'arcade', DetailType: 'thing.done', Detail: JSON.stringify({ n }) };
  await events.send(new PutEventsCommand({ Entries: [entry] }));
  await aws.idle();
};
const letters = async () => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: `${aws.endpoint}/000000000000/letters`,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 43_200,
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages.map(({ MessageAttributes = {} }) =>
    Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue])),
  );
};

describe('what a bus is equipped with', () => {
  it('has every event in the log and in the archive, and a replay brings them again to those who want them', async () => {
    await deploy();
    for (let n = 0; n < 3; n += 1) await put(n);
    await aws.advance(1000);

    const archive = await events.send(new DescribeArchiveCommand({ ArchiveName: 'games' }));
    expect(archive).toMatchObject({ EventCount: 3, RetentionDays: 7, CreationTime: new Date('2030-01-01T00:00:00Z') });
    await events.send(
      new StartReplayCommand({
        ReplayName: 'again',
        EventSourceArn: archive.ArchiveArn,
        EventStartTime: archive.CreationTime,
        EventEndTime: new Date(aws.clock.now() + 1000),
        Destination: { Arn: archive.EventSourceArn },
      }),
    );
    await expect(events.send(new CancelReplayCommand({ ReplayName: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await aws.advance(5000);

    expect(await events.send(new DescribeReplayCommand({ ReplayName: 'again' }))).toMatchObject({
      State: 'COMPLETED',
      EventLastReplayedTime: new Date('2030-01-01T00:00:00Z'),
    });
    const lines = aws.cloud.logs
      .lines(GROUP)
      .map((line) => JSON.parse(line) as { detail: object; 'replay-name'?: string });
    expect(lines.filter((event) => event['replay-name'] === undefined)).toHaveLength(3);
    expect(lines.filter((event) => event['replay-name'] === 'again')).toHaveLength(3);
    expect(received).toHaveLength(3);
    expect(await letters()).toEqual([]);
  });

  it("sends a partner what it should have, with the connection's key, at the partner's pace; nothing tells the key", async () => {
    await deploy();
    answers = [{ status: 503, retryAfter: '30' }, { status: 409 }];

    await put(1);
    await aws.advance(60_000);
    expect(received.map(({ atMs }) => atMs - Date.parse('2030-01-01T00:00:00Z'))).toEqual([0, 30_000, 32_000]);
    for (let n = 2; n <= 6; n += 1) await put(n);
    await aws.advance(3000);

    expect(received.slice(3).map(({ atMs }) => atMs - Date.parse('2030-01-01T00:01:00Z'))).toEqual([
      0, 0, 1000, 1000, 2000,
    ]);
    const { headers = {} as IncomingHttpHeaders, body = '' } = received[0] ?? {};
    expect(headers).toMatchObject({
      'user-agent': 'Amazon/EventBridge/ApiDestinations',
      'content-type': 'application/json; charset=utf-8',
      range: 'bytes=0-1048575',
    });
    expect(JSON.parse(body)).toMatchObject({ source: 'arcade', detail: { n: 1 } });
    // Who waits for its turn has not been tried.
    const tries = aws.journal().filter(({ kind, to = '' }) => kind === 'delivery' && to.includes(':api-destination/'));
    expect(tries.map(({ action }) => action)).toEqual([
      'deliver',
      'retry',
      'retry',
      ...Array<string>(5).fill('deliver'),
    ]);
    const key = String(headers['x-api-key']);
    expect(key).toMatch(/^[a-zA-Z0-9]{32}$/);
    const told = [
      aws.journal(),
      aws.cloud.stacks.list(),
      await events.send(new DescribeConnectionCommand({ Name: 'partner' })),
      await events.send(new DescribeApiDestinationCommand({ Name: 'hook' })),
    ];
    expect(JSON.stringify(told)).not.toContain(key);
    expect(await letters()).toEqual([]);
  });

  it('says in the dead letter why a partner did not take an event, at once where no retry would help', async () => {
    await deploy();
    answers = [{ status: 404 }, ...Array.from({ length: 3 }, () => ({ status: 500 }))];

    await put(1);
    expect(await letters()).toEqual([
      expect.objectContaining({
        ERROR_CODE: 'SDK_CLIENT_ERROR',
        ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: it answered 404',
        RETRY_ATTEMPTS: '0',
        RULE_ARN: 'arn:aws:events:eu-west-1:000000000000:rule/games/to-partner',
      }),
    ]);
    await put(2);
    await aws.advance(60_000);
    expect((await letters()).at(-1)).toMatchObject({
      ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: it answered 500',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '2',
    });
    await new Promise((closed) => partner.close(closed));
    await put(3);
    await aws.advance(60_000);
    expect((await letters()).at(-1)?.ERROR_MESSAGE).toMatch(/ECONNREFUSED/);
  });

  it('gives up what has waited for its turn for too long, and has not tried it', async () => {
    await deploy(({ ToPartner }) => {
      Object.assign(ToPartner.Properties.Targets[0]?.RetryPolicy ?? {}, { MaximumEventAgeInSeconds: 60 });
    });

    for (let n = 0; n < 124; n += 1) await put(n);
    await aws.advance(120_000);

    expect(received).toHaveLength(122);
    expect(await letters()).toEqual(
      Array(2).fill(
        expect.objectContaining({
          ERROR_CODE: 'THROTTLING',
          EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
          RETRY_ATTEMPTS: '0',
        }),
      ),
    );
  });

  it('is not deployed where an event could not arrive: the log without its policy, the partner without the right to call', async () => {
    await expect(
      deploy((resources) => {
        Object.assign(resources.LogPolicy.Properties, { PolicyName: 'other' });
        const { 'Fn::Sub': text } = resources.LogPolicy.Properties.PolicyDocument;
        resources.LogPolicy.Properties.PolicyDocument = { 'Fn::Sub': text.replace('/aws/events/', '/aws/other/') };
      }),
    ).rejects.toThrow(/logs:CreateLogStream on .*games.* is not allowed: add an AWS::Logs::ResourcePolicy/);
    await expect(
      deploy((resources) => {
        resources.HookRole.Properties.Policies = [];
      }),
    ).rejects.toThrow(/events:InvokeApiDestination on .*api-destination\/hook\/.* is not allowed: add the statement/);
    await expect(
      deploy((resources) => {
        Object.assign(resources.Everything.Properties.Targets[0] ?? {}, {
          InputTransformer: { InputTemplate: '"text"' },
        });
      }),
    ).rejects.toThrow('InputTemplate for target log must be {"timestamp"');
  });
});
