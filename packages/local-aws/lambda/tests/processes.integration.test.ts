import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import { ROOT } from '../../core/principal.ts';
import { type Cloud, type CloudOptions, createCloud } from '../../create.ts';

let folder: string;
let bundle: string;
let cloud: Cloud;
let clock: VirtualClock;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-processes-'));
  bundle = join(folder, 'functions.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'fixtures/processes.mjs')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => cloud.close());

const template = (name: string) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'all',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: ['lambda:InvokeFunction', 'sqs:SendMessage'], Resource: '*' }],
            },
          },
        ],
      },
    },
    Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: name,
        Handler: `index.${name}`,
        Runtime: 'nodejs24.x',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: {},
        Timeout: 20,
        MemorySize: 256,
        Environment: { Variables: { QUEUE_URL: { Ref: 'Queue' } } },
      },
    },
  },
});

async function start(names: string[], options: CloudOptions = {}) {
  clock = createVirtualClock();
  cloud = await createCloud({ port: 0, clock, seed: 1, ...options });
  for (const name of names) {
    await cloud.stacks.deploy({
      stackName: `stack-${name}`,
      template: template(name),
      functions: { [name]: { kind: 'bundle', file: bundle, handler: name } },
    });
  }
}

async function invoke(name: string, event: object) {
  const { payload, functionError } = await cloud.functions.invoke(name, event);
  return { functionError, answer: JSON.parse(payload) as unknown };
}

it('has an event that ended its whole process run again, and keeps state and the other stacks', async () => {
  await start(['abortsOnce', 'sends']);
  const before = await invoke('sends', { bytes: 10 });

  await cloud.core.deliver({
    targetArn: 'arn:aws:lambda:eu-west-1:000000000000:function:abortsOnce',
    principal: ROOT,
    payload: JSON.stringify({ marker: join(folder, 'marker') }),
  });
  await clock.advance(60_000);

  const attempts = cloud.journal.ended().filter(({ kind, to }) => kind === 'invocation' && to?.endsWith('abortsOnce'));
  expect(attempts.map(({ action, outcome }) => [action, outcome])).toEqual([
    ['Invoke', 'error'],
    ['retry', 'ok'],
  ]);
  expect(attempts[0]?.error?.message).toContain('Runtime exited with error: signal: aborted');
  expect(await invoke('sends', { bytes: 10 })).toMatchObject({ answer: { connections: 0 } });
  expect(before.functionError).toBeUndefined();
});

it('lets functions call functions with a single slot', async () => {
  await start(['nests'], { environments: { maxBusy: 1 } });

  expect(await invoke('nests', { depth: 2 })).toEqual({ answer: 2, functionError: undefined });
});

describe('a call of a function’s AWS client', () => {
  it('takes no connection, and is answered as over HTTP', async () => {
    await start(['sends']);

    const { answer } = await invoke('sends', { bytes: 1000 });

    const call = cloud.journal.ended().find(({ action }) => action === 'SendMessage');
    expect(call).toMatchObject({
      outcome: 'ok',
      from: expect.stringMatching(/assumed-role\/stack-sends-Role-[^/]+\/sends$/),
    });
    expect(answer).toEqual({
      connections: 0,
      md5: createHash('md5').update('é'.repeat(500)).digest('hex'),
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });

  it('goes over HTTP when it is large', async () => {
    await start(['sends']);

    const { answer } = await invoke('sends', { bytes: 1_500_000 });

    expect(answer).toMatchObject({ connections: 1, name: expect.any(String) });
  });
});

describe('what a function calls', () => {
  /** The request ids that the journal has with the messages that were sent, in order. */
  const senders = () =>
    cloud.journal.ended().flatMap(({ action, requestId }) => (action === 'SendMessage' ? [requestId] : []));

  it.each(['sdk', 'http', 'thread'])(
    'has the request id of its invocation, among several at once, by %s',
    async (way) => {
      await start(['speaks']);

      const { answer } = await invoke('speaks', { way, inner: { way } });

      const [outer, inner] = (answer as { ids: string[] }).ids;
      expect(inner).not.toBe(outer);
      expect(senders()).toEqual([outer, inner, outer]);
      const runs = cloud.journal.entries().filter(({ kind }) => kind === 'invocation');
      expect(runs.map(({ requestId, outcome, began }) => [requestId, outcome, began])).toEqual([
        [outer, 'begun', undefined],
        [inner, 'begun', undefined],
        [inner, 'ok', runs[1]?.seq],
        [outer, 'ok', runs[0]?.seq],
      ]);
    },
  );

  it('has it without a trace header over HTTP where only one invocation can have called, and none where several can', async () => {
    await start(['speaks']);

    const first = await invoke('speaks', { way: 'fetch', inner: { way: 'http' } });
    const second = await invoke('speaks', { way: 'sdk', inner: { way: 'fetch' } });

    const [[outer, inner], [other]] = [first, second].map(({ answer }) => (answer as { ids: string[] }).ids) as [
      [string, string],
      [string],
    ];
    expect(senders()).toEqual([outer, inner, outer, other, undefined, other]);
  });

  it('is never said of another stack’s function, whose trace header it sends', async () => {
    await start(['speaks', 'answers']);

    const { answer } = await invoke('speaks', { way: 'sdk', via: 'answers', inner: { way: 'fetch' } });

    const [outer, inner] = (answer as { ids: string[] }).ids;
    expect(senders()).toEqual([outer, inner, outer]);
  });
});
