import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../core/clock.ts';
import { faultPlanSchema } from '../core/faults.ts';
import { ROOT } from '../core/principal.ts';
import { type Cloud, createCloud } from '../create.ts';

/** What the functions are: what goes wrong in them, or nothing. */
const CODE = `
const send = () => fetch(process.env.AWS_ENDPOINT_URL, {
  method: 'POST',
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'AmazonSQS.SendMessage',
    'x-amzn-trace-id': process.env._X_AMZN_TRACE_ID,
    authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20300101/eu-west-1/sqs/aws4_request, Signature=0',
  },
  body: JSON.stringify({ QueueUrl: process.env.OUTBOX, MessageBody: 'done' }),
});
exports.works = async () => { await send(); await send(); };
exports.throws = async () => { throw new RangeError('out of the court'); };
exports.exits = async () => process.exit(3);
exports.hangs = () => new Promise(() => {});
exports.turnsAway = async ({ Records }) => ({ batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) });
`;

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const functionOf = (name: string, more: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: name,
    Handler: `index.${name}`,
    Runtime: 'nodejs24.x',
    Role: arnOf('Role'),
    Code: {},
    Timeout: 20,
    Environment: { Variables: { OUTBOX: { Ref: 'Outbox' } } },
    ...more,
  },
});
const statement = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });
const TEMPLATE = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{ PolicyName: 'all', PolicyDocument: { Version: '2012-10-17', Statement: statement('sqs:*') } }],
      },
    },
    Outbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'outbox' } },
    DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead-letters' } },
    Inbox: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'inbox',
        VisibilityTimeout: 30,
        RedrivePolicy: { deadLetterTargetArn: arnOf('DeadLetters'), maxReceiveCount: 2 },
      },
    },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'balls' } },
    Works: functionOf('works'),
    Busy: functionOf('busy', { Handler: 'index.works', ReservedConcurrentExecutions: 1 }),
    Throws: functionOf('throws', { DeadLetterConfig: { TargetArn: arnOf('DeadLetters') } }),
    Exits: functionOf('exits'),
    Hangs: functionOf('hangs', { Timeout: 1 }),
    TurnsAway: functionOf('turnsAway'),
    ThrowsOnce: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: 'Throws' }, Qualifier: '$LATEST', MaximumRetryAttempts: 1 },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'TurnsAway' },
        EventSourceArn: arnOf('Inbox'),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["ball"]}}' }] },
      },
    },
    MayInvoke: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: { Ref: 'Works' },
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
        SourceArn: { Ref: 'Topic' },
      },
    },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: { Ref: 'Topic' },
        Protocol: 'lambda',
        Endpoint: arnOf('Works'),
        FilterPolicyScope: 'MessageBody',
        FilterPolicy: { kind: ['ball'] },
      },
    },
  },
};

const MINUTE = 60_000;
const clock = createVirtualClock();
let folder: string;
let cloud: Cloud;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-hops-'));
  const file = join(folder, 'functions.cjs');
  await writeFile(file, CODE);
  const codeOf = (handler: string) => ({ kind: 'bundle' as const, file, handler });
  const names = ['works', 'throws', 'exits', 'hangs', 'turnsAway'];
  cloud = await createCloud({ port: 0, clock, seed: 1 });
  await cloud.stacks.deploy({
    stackName: 'hops',
    template: TEMPLATE,
    functions: { ...Object.fromEntries(names.map((name) => [name, codeOf(name)])), busy: codeOf('works') },
  });
});
afterAll(async () => {
  await cloud.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  cloud.core.faults.change(undefined);
});

const send = (name: string) =>
  cloud.core.deliver({
    targetArn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
    principal: ROOT,
    payload: '{}',
    correlationId: 'rally-1',
  });
const publish = (message: object) =>
  cloud.core.call({
    service: 'sns',
    operation: 'Publish',
    input: { TopicArn: 'arn:aws:sns:eu-west-1:000000000000:balls', Message: JSON.stringify(message) },
    principal: ROOT,
  });
const enqueue = (message: object) =>
  cloud.core.call({
    service: 'sqs',
    operation: 'SendMessage',
    input: { QueueUrl: 'inbox', MessageBody: JSON.stringify(message) },
    principal: ROOT,
  });

/** Lets something happen, and so much time pass; gives the hops of these kinds that ended meanwhile. */
async function hopsOf(kinds: string[], happen: () => Promise<unknown>, ms = 0) {
  const since = cloud.journal.lastSeq;
  await happen();
  await clock.advance(ms);
  return cloud.journal.ended(since).filter(({ kind }) => kinds.includes(kind));
}

describe('a page can tell by its hop', () => {
  it('a function that has failed, that it is tried again and when, and that it was given up', async () => {
    const hops = await hopsOf(['invocation', 'dead-letter'], () => send('throws'), 5 * MINUTE);

    const error = { code: 'RangeError', message: 'out of the court' };
    expect(hops).toMatchObject([
      { kind: 'invocation', action: 'Invoke', outcome: 'error', error, detail: { attempt: 1, retryInMs: MINUTE } },
      { kind: 'invocation', action: 'retry', outcome: 'error', error, detail: { attempt: 2 } },
      { kind: 'dead-letter', action: 'dead-letter', outcome: 'ok', detail: { reason: 'RetriesExhausted' } },
    ]);
    expect(hops[1]?.detail).not.toHaveProperty('retryInMs');
    expect(new Set(hops.map(({ requestId }) => requestId)).size).toBe(1);
  });

  it.each([
    ['a crash', 'exits', 'Runtime.ExitError'],
    ['a timeout', 'hangs', 'Sandbox.Timedout'],
  ])('%s', async (_what, name, code) => {
    const hops = await hopsOf(['invocation'], () => send(name));

    expect(hops).toMatchObject([
      { action: 'Invoke', outcome: 'error', error: { code }, detail: { attempt: 1, retryInMs: MINUTE } },
    ]);
  });

  it('an event for which its function is too busy, and when it is tried again', async () => {
    const both = () => Promise.all([send('busy'), send('busy')]);
    const hops = await hopsOf(['invocation'], both, 5000);

    expect(hops.map(({ action, error, detail }) => [action, error?.code, detail?.attempt, detail?.retryInMs])).toEqual([
      ['Invoke', 'TooManyRequestsException', 1, 1000],
      ['Invoke', undefined, 1, undefined],
      ['retry', undefined, 2, undefined],
    ]);
  });

  it('a message that a subscription’s filter does not let through, by the field', async () => {
    const hops = await hopsOf(['no-match', 'delivery'], () => publish({ kind: 'shoe' }));

    expect(hops).toMatchObject([{ kind: 'no-match', action: 'FilterPolicy', detail: { field: 'kind' } }]);
  });

  it('a message of a queue that no filter lets through, by the field', async () => {
    const hops = await hopsOf(['no-match', 'invocation'], () => enqueue({ kind: 'shoe' }));

    expect(hops).toMatchObject([{ kind: 'no-match', action: 'FilterCriteria', detail: { field: 'body.kind' } }]);
  });

  it('a message of a queue that comes again, and at last goes to the dead letters', async () => {
    const all = await hopsOf(['invocation', 'delivery', 'dead-letter'], () => enqueue({ kind: 'ball' }), 5 * MINUTE);

    const hops = all.filter(({ from }) => from?.endsWith(':inbox'));
    expect(hops).toMatchObject([
      { kind: 'invocation', action: 'Invoke', outcome: 'ok', detail: { attempt: 1 } },
      { kind: 'delivery', action: 'batchItemFailures', outcome: 'error' },
      { kind: 'invocation', action: 'retry', outcome: 'ok', detail: { attempt: 2 } },
      { kind: 'delivery', action: 'batchItemFailures', outcome: 'error' },
      { kind: 'dead-letter', action: 'maxReceiveCount', detail: { reason: 'maxReceiveCount', receiveCount: 2 } },
    ]);
  });
});

describe('what the fault plan does is a hop, and seen on those that it makes:', () => {
  const plan = (rule: object) => cloud.core.faults.change(faultPlanSchema.parse({ rules: [rule] }));

  it('a message that comes twice', async () => {
    plan({ match: { service: 'sns' }, duplicate: 1 });
    const hops = await hopsOf(['fault', 'delivery', 'invocation'], () => publish({ kind: 'ball', correlationId: 'r' }));

    expect(hops.filter(({ kind }) => kind === 'fault')).toMatchObject([{ action: 'duplicate', correlationId: 'r' }]);
    for (const kind of ['delivery', 'invocation']) {
      const copies = hops.filter((hop) => hop.kind === kind).map(({ detail }) => detail?.copy);
      expect(copies.toSorted()).toEqual([2, undefined]);
    }
  });

  it.each([
    ['crashBefore', 'crash-before', [0]],
    ['crashDuring', 'crash-during', [1, 2]],
    ['crashAfter', 'crash-after', [2]],
  ])('a %s', async (rule, action, calls) => {
    plan({ match: { service: 'lambda' }, [rule]: 1 });
    const hops = await hopsOf(['fault', 'invocation', 'call'], () => send('works'));

    const [fault, ...others] = hops.filter(({ kind }) => kind !== 'call');
    expect(fault).toMatchObject({ kind: 'fault', action, correlationId: 'rally-1', traceId: others[0]?.traceId });
    const failure = {
      outcome: 'error',
      error: { code: 'Runtime.ExitError' },
      detail: { attempt: 1, retryInMs: MINUTE },
    };
    expect(others).toMatchObject([{ kind: 'invocation', requestId: fault?.requestId, ...failure }]);
    const made = hops.filter((hop) => hop.kind === 'call' && hop.requestId === fault?.requestId);
    expect(calls).toContain(made.length);
  });

  it('a call that is throttled', async () => {
    plan({ match: { service: 'sqs', operation: 'SendMessage' }, throttle: 1 });
    const hops = await hopsOf(['fault', 'call'], () => send('works'));

    const requestId = hops[0]?.requestId;
    expect(requestId).toEqual(expect.any(String));
    expect(hops.slice(0, 2)).toMatchObject([
      { kind: 'fault', action: 'throttle', detail: { operation: 'SendMessage' }, requestId },
      { kind: 'call', action: 'SendMessage', outcome: 'error', requestId },
    ]);
  });
});
