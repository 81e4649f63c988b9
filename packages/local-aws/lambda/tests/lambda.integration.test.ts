import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import { type Cloud, type CloudOptions, createCloud } from '../../create.ts';

const bundle = join(tmpdir(), `local-aws-functions-${process.pid}.cjs`);
const SECOND = 1000;
const MINUTE = 60 * SECOND;

let cloud: Cloud;
let clock: VirtualClock;
let client: LambdaClient;
const clients: { destroy(): void }[] = [];

beforeAll(() =>
  build({
    entryPoints: [join(import.meta.dirname, 'fixtures/functions.mjs')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  }),
);
afterAll(() => rm(bundle));
afterEach(async () => {
  for (const one of clients.splice(0)) one.destroy();
  await cloud.close();
});

const getAtt = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const role = (...actions: string[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: actions.map((action) => ({
      PolicyName: action.replace(':', '-'),
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] },
    })),
  },
});

/** A function `f`, a topic that feeds it, a rule that does, a queue for its failures; parts can be changed or left out. */
function template(properties: object = {}, changes: Record<string, object | undefined> = {}) {
  const Resources: Record<string, object | undefined> = {
    Role: role('sns:Publish', 'sqs:SendMessage'),
    Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'failures' } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'f',
        Handler: 'functions.echo',
        Runtime: 'nodejs24.x',
        Role: getAtt('Role'),
        Code: {},
        Timeout: 6,
        MemorySize: 256,
        Environment: { Variables: { TOPIC_ARN: { Ref: 'Topic' }, MAX_STROKES: 40 } },
        ...properties,
      },
    },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'lambda', Endpoint: getAtt('Function') },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: getAtt('Function'),
        Principal: 'sns.amazonaws.com',
        SourceArn: { Ref: 'Topic' },
      },
    },
    Config: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Function' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: getAtt('Queue') } },
      },
    },
    ...changes,
  };
  return { Resources: Object.fromEntries(Object.entries(Resources).filter(([, resource]) => resource)) };
}

async function start(handler: string, stack = template(), options: CloudOptions = {}) {
  clock = createVirtualClock();
  cloud = await createCloud({ port: 0, clock, seed: 1, ...options });
  await cloud.stacks.deploy({
    stackName: 'tests',
    template: stack,
    functions: { f: { kind: 'bundle', file: bundle, handler } },
  });
  client = new LambdaClient(settings());
  clients.push(client);
}

const settings = () => ({
  endpoint: cloud.endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});
const invoke = async (input: Partial<InvokeCommandInput> = {}) => {
  const answer = await client.send(new InvokeCommand({ FunctionName: 'f', ...input }));
  return { ...answer, text: answer.Payload ? Buffer.from(answer.Payload).toString() : '' };
};
const hops = (kind: string) => cloud.journal.ended().filter((entry) => entry.kind === kind);

async function failures() {
  const sqs = new SQSClient(settings());
  clients.push(sqs);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: `${cloud.endpoint}/000000000000/failures`,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
}

describe('Invoke, through the SDK', () => {
  it('runs the function and answers with what it gives, and the tail of its log on demand', async () => {
    await start('echo');

    const answer = await invoke({ Payload: Buffer.from('{"stroke":1}'), LogType: 'Tail' });

    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.FunctionError).toBeUndefined();
    expect(JSON.parse(answer.text)).toEqual({ event: { stroke: 1 }, functionName: 'f' });
    const log = Buffer.from(answer.LogResult ?? '', 'base64').toString();
    expect(log).toMatch(/^START RequestId: \S+ Version: \$LATEST\n.*INFO\tgot \{ stroke: 1 \}\nEND RequestId/);
    expect(log).toMatch(
      /REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t\n$/,
    );
  });

  it('names what it was invoked as, and the version that this stands for', async () => {
    const version = { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' } } };
    const FunctionVersion = { 'Fn::GetAtt': ['Version', 'Version'] };
    const alias = {
      Type: 'AWS::Lambda::Alias',
      Properties: { Name: 'live', FunctionName: { Ref: 'Function' }, FunctionVersion },
    };
    await start('context', template({}, { Version: version, Alias: alias }));

    const answer = await invoke({ Qualifier: 'live', LogType: 'Tail' });

    expect(answer.ExecutedVersion).toBe('1');
    expect(JSON.parse(answer.text)).toMatchObject({
      functionVersion: '1',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f:live',
      awsRequestId: answer.$metadata.requestId,
    });
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toMatch(/^START RequestId: \S+ Version: 1\n/);
  });

  it('gives a failure as a result', async () => {
    await start('fail');

    const answer = await invoke();

    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(answer.text)).toMatchObject({ errorType: 'Error', errorMessage: 'no luck' });
  });

  it('queues an event, and only checks on a dry run', async () => {
    await start('echo');

    expect((await invoke({ InvocationType: 'Event' })).StatusCode).toBe(202);
    expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204);
    await clock.idle();

    expect(hops('invocation')).toHaveLength(1);
  });

  it.each([
    [
      'an unknown function',
      { FunctionName: 'ghost' },
      'ResourceNotFoundException',
      404,
      /^Function not found: arn:aws:lambda:eu-west-1:000000000000:function:ghost:\$LATEST$/,
    ],
    [
      'what is no JSON',
      { Payload: Buffer.from('{') },
      'InvalidRequestContentException',
      400,
      /^Could not parse request body into json: Could not parse payload into json: /,
    ],
    [
      'a client context that is no JSON',
      { ClientContext: 'e3t7' },
      'InvalidRequestContentException',
      400,
      /client context/,
    ],
    [
      'too large an event',
      { InvocationType: 'Event', Payload: Buffer.alloc(1_048_577, '1') },
      'RequestTooLargeException',
      413,
      /^1048577 byte payload is too large for the Event invocation type/,
    ],
  ] as const)('refuses %s', async (_what, input, name, status, message) => {
    await start('echo');

    const refused = { name, message: expect.stringMatching(message), $metadata: { httpStatusCode: status } };
    await expect(invoke(input)).rejects.toMatchObject(refused);
  });

  it('does not page, and says so', async () => {
    await start('echo');

    await expect(client.send(new ListFunctionsCommand({ MaxItems: 1 }))).rejects.toMatchObject({
      name: 'NotSupportedByLocalAws',
      message: expect.stringContaining("the parameter 'MaxItems' of lambda:ListFunctions"),
    });
  });

  it('is throttled where no concurrency is left', async () => {
    await start('echo', template({ ReservedConcurrentExecutions: 0 }));

    await expect(invoke()).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  });

  it('shows functions', async () => {
    await start('echo');

    const { Functions } = await client.send(new ListFunctionsCommand({}));
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'f' }));
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['f']);
    expect(Configuration).toMatchObject({
      State: 'Active',
      Timeout: 6,
      Environment: { Variables: { MAX_STROKES: '40' } },
    });
  });
});

describe('a function that calls AWS', () => {
  it('loops through a topic until recursive-loop detection stops it, and the event goes to its destination', async () => {
    await start('loop');

    await cloud.functions.invoke('f', {});
    await clock.idle();

    expect(hops('invocation')).toHaveLength(16);
    const [message] = await failures();
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'RecursiveInvocationException' },
      requestPayload: { Records: [{ Sns: { Message: '{"stroke":16}' } }] },
    });
  });

  it('may loop when it says so', async () => {
    await start('loop', template({ RecursiveLoop: 'Allow' }));

    await cloud.functions.invoke('f', {});
    await clock.idle();

    expect(hops('invocation')).toHaveLength(41);
    expect(new Set(hops('invocation').map(({ traceId }) => traceId)).size).toBe(1);
  });

  it('is denied what its role does not allow, with action, topic and role in the error', async () => {
    await start('loop', template({}, { Role: role('sqs:SendMessage') }));

    const { payload } = await cloud.functions.invoke('f', {});

    const { errorType, errorMessage } = JSON.parse(payload) as { errorType: string; errorMessage: string };
    expect(errorType).toMatch(/AuthorizationError/);
    expect(errorMessage).toMatch(/sns:Publish/);
    expect(errorMessage).toMatch(/assumed-role\/tests-Role-[^/]+\/f/);
  });

  it('dies in the middle of its work under a fault plan: what it did before is done', async () => {
    await start('twice', template({}, { Subscription: undefined }), {
      faults: { seed: 3, rules: [{ match: { service: 'lambda' }, crashDuring: 1 }] },
    });

    const { payload, functionError } = await cloud.functions.invoke('f', {});
    await clock.idle();

    const published = hops('call').filter(({ action, outcome }) => action === 'Publish' && outcome === 'ok');
    expect(functionError).toBe('Unhandled');
    expect(JSON.parse(payload)).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect([1, 2]).toContain(published.length);
  });
});

describe('a rule', () => {
  const rule = () =>
    template(
      {},
      {
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            ScheduleExpression: 'rate(1 minute)',
            Targets: [{ Id: 'f', Arn: getAtt('Function'), Input: '{"serve":true}' }],
          },
        },
        RulePermission: {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            Action: 'lambda:InvokeFunction',
            FunctionName: getAtt('Function'),
            Principal: 'events.amazonaws.com',
            SourceArn: getAtt('Rule'),
          },
        },
      },
    );

  it('runs the function at each interval', async () => {
    await start('echo', rule());

    await clock.advance(2 * MINUTE + SECOND);

    expect(hops('schedule')).toHaveLength(3);
    expect(hops('invocation').map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  });
});

it('sends an event that has failed to the dead-letter queue with its own role', async () => {
  await start('fail', template({ DeadLetterConfig: { TargetArn: getAtt('Queue') } }, { Config: undefined }));

  await invoke({ InvocationType: 'Event', Payload: Buffer.from('{"stroke":7}') });
  await clock.advance(3 * MINUTE);

  expect(hops('invocation')).toHaveLength(3);
  expect(await failures()).toMatchObject([
    {
      Body: '{"stroke":7}',
      MessageAttributes: { ErrorMessage: { StringValue: 'no luck' }, ErrorCode: { StringValue: '200' } },
    },
  ]);
});
