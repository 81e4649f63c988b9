import { afterEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { anyValues } from '../../core/tests/anyValues.ts';
import { createTestLambda, type TestLambda } from './testCore.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:failures';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let lambda: TestLambda;
afterEach(async () => lambda.close?.());

const fails = () => {
  throw new Error('no luck');
};
const startTimes = () => lambda.core.hops('invocation').map(({ atMs }) => atMs);
const config = (properties: object) =>
  lambda.create('AWS::Lambda::EventInvokeConfig', { FunctionName: 'f', Qualifier: '$LATEST', ...properties });

describe('an asynchronous invocation', () => {
  it('runs the function once with the event, and is waited for by idle()', async () => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', () => 'done');

    await lambda.send('f', { stroke: 1 });
    await lambda.core.clock.idle();

    expect(lambda.requests.map(({ payload }) => payload)).toEqual(['{"stroke":1}']);
    expect(lambda.core.hops('dead-letter')).toEqual([]);
  });

  it('is tried again one and then two minutes after a failure, and no more', async () => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', fails);
    const startMs = lambda.core.clock.now();

    await lambda.send('f', {});
    await lambda.core.clock.advance(HOUR);

    expect(startTimes().map((atMs) => atMs - startMs)).toEqual([0, MINUTE, 3 * MINUTE]);
    expect(new Set(lambda.requests.map(({ requestId }) => requestId)).size).toBe(1);
  });

  it('stops trying once the function has succeeded', async () => {
    lambda = await createTestLambda();
    let calls = 0;
    await lambda.addFunction('f', () => {
      calls += 1;
      if (calls === 1) fails();
      return 'ok';
    });

    await lambda.send('f', {});
    await lambda.core.clock.advance(HOUR);

    expect(lambda.core.hops('invocation').map(({ action, outcome }) => [action, outcome])).toEqual([
      ['Invoke', 'error'],
      ['retry', 'ok'],
    ]);
  });

  it('tries as often as the function says', async () => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', fails);
    await config({ MaximumRetryAttempts: 0 });

    await lambda.send('f', {});
    await lambda.core.clock.advance(HOUR);

    expect(lambda.requests).toHaveLength(1);
  });

  it.each([
    [60, 1, '2030-01-01T00:00:00.000Z'],
    [90, 2, '2030-01-01T00:01:00.000Z'],
  ])('is given up at once when it would be older than %s s at its next try', async (seconds, runs, timestamp) => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', fails);
    await config({ MaximumEventAgeInSeconds: seconds, DestinationConfig: { OnFailure: { Destination: QUEUE } } });

    await lambda.send('f', {});
    await lambda.core.clock.advance(HOUR);

    expect(JSON.parse(lambda.core.delivered[0]?.payload ?? '')).toMatchObject({
      timestamp,
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: runs },
      responsePayload: { errorMessage: 'no luck' },
    });
  });

  it('says in the journal that an event is lost when nobody takes its failure', async () => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', fails);
    await config({ MaximumRetryAttempts: 0 });

    await lambda.send('f', {});
    await lambda.core.clock.idle();

    expect(lambda.core.hops('dead-letter')).toMatchObject([
      { action: 'dropped', outcome: 'error', error: { code: 'RetriesExhausted' } },
    ]);
  });
});

describe('an event that has failed for good', () => {
  it('goes to the on-failure destination with the whole record', async () => {
    lambda = await createTestLambda();
    const arn = await lambda.addFunction('f', fails);
    await config({ MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: QUEUE } } });

    await lambda.send('f', { stroke: 1 });
    await lambda.core.clock.advance(MINUTE);

    const [delivery] = lambda.core.delivered;
    expect(delivery).toMatchObject({ targetArn: QUEUE, principal: { kind: 'role', sessionName: 'f@lambda_function' } });
    expect(JSON.parse(delivery?.payload ?? '')).toEqual({
      version: '1.0',
      timestamp: '2030-01-01T00:01:00.000Z',
      requestContext: {
        requestId: lambda.requests[0]?.requestId,
        functionArn: `${arn}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 2,
      },
      requestPayload: { stroke: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'no luck', trace: [] },
    });
    expect(lambda.core.hops('dead-letter')).toMatchObject([{ action: 'on-failure', to: QUEUE, outcome: 'ok' }]);
  });

  it('goes to the dead-letter queue as it came, with the reason in attributes', async () => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', fails, { DeadLetterConfig: { TargetArn: QUEUE } });
    await config({ MaximumRetryAttempts: 0 });

    await lambda.send('f', { stroke: 1 });
    await lambda.core.clock.idle();

    expect(lambda.core.delivered).toMatchObject([
      {
        targetArn: QUEUE,
        payload: '{"stroke":1}',
        attributes: {
          RequestID: lambda.requests[0]?.requestId,
          ErrorCode: { DataType: 'Number', StringValue: '200' },
          ErrorMessage: 'no luck',
        },
      },
    ]);
  });

  it('is noted when the role may not send it on', async () => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', fails, { DeadLetterConfig: { TargetArn: QUEUE } });
    await config({ MaximumRetryAttempts: 0 });
    lambda.core.receive('sqs', () => {
      throw new AwsError('AccessDenied', 'functions is not authorized to perform: sqs:SendMessage');
    });

    await lambda.send('f', {});
    await lambda.core.clock.idle();

    expect(lambda.core.hops('dead-letter')).toMatchObject([
      { action: 'dead-letter', outcome: 'error', error: { code: 'AccessDenied' } },
    ]);
  });
});

it('sends the record of a success to the on-success destination', async () => {
  lambda = await createTestLambda();
  await lambda.addFunction('f', () => ({ point: true }));
  await config({ DestinationConfig: { OnSuccess: { Destination: QUEUE } } });

  await lambda.send('f', {});
  await lambda.core.clock.idle();

  expect(JSON.parse(lambda.core.delivered[0]?.payload ?? '')).toMatchObject({
    requestContext: { condition: 'Success', approximateInvokeCount: 1 },
    responsePayload: { point: true },
  });
  expect(lambda.core.hops('dead-letter')).toEqual([]);
});

describe('an event that Lambda cannot run', () => {
  it('is tried again with growing pauses while there is nothing to run the function with', async () => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', undefined);
    const startMs = lambda.core.clock.now();

    await lambda.send('f', {});
    await lambda.core.clock.advance(20 * SECOND);

    expect(startTimes().map((atMs) => (atMs - startMs) / SECOND)).toEqual([0, 1, 3, 7, 15]);
    expect(lambda.requests).toEqual([]);
  });

  it('is given up after six hours, with the reason that it is too old', async () => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', undefined);
    await config({ DestinationConfig: { OnFailure: { Destination: QUEUE } } });

    await lambda.send('f', {});
    await lambda.core.clock.advance(6 * HOUR - 1);
    expect(lambda.core.delivered).toEqual([]);
    await lambda.core.clock.advance(1);

    expect(JSON.parse(lambda.core.delivered[0]?.payload ?? '')).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 },
    });
  });

  it('goes to the failure destination at once when the function’s concurrency is set to none', async () => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', () => 'ok', { ReservedConcurrentExecutions: 0 });
    await config({ DestinationConfig: { OnFailure: { Destination: QUEUE } } });

    await lambda.send('f', { stroke: 1 });
    await lambda.core.clock.idle();

    const record = JSON.parse(lambda.core.delivered[0]?.payload ?? '');
    expect(record).toMatchObject({
      requestContext: { condition: 'ZeroReservedConcurrency', approximateInvokeCount: 0 },
      requestPayload: { stroke: 1 },
    });
    expect(Object.keys(record)).not.toEqual(expect.arrayContaining(['responseContext']));
  });

  it('waits for the function’s code and runs as soon as it is there', async () => {
    lambda = await createTestLambda();
    await lambda.addFunction('f', undefined);
    await lambda.send('f', {});
    await lambda.core.clock.advance(10 * MINUTE);
    expect(lambda.core.hops('invocation').at(-1)).toMatchObject({
      outcome: 'error',
      error: { code: 'ServiceException' },
    });

    await lambda.functions.setCode('f', { kind: 'bundle', file: '/none.cjs', handler: 'handler' });
    await lambda.core.clock.idle();

    expect(lambda.requests).toHaveLength(1);
    expect(lambda.core.hops('invocation').at(-1)).toMatchObject({ outcome: 'ok' });
  });
});

it('goes on after a restart with what waits, as if there had been none', async () => {
  const before = await createTestLambda();
  await before.addFunction('f', fails);
  await before.send('f', { stroke: 1 });
  await before.core.clock.advance(30 * SECOND);
  before.core.clock.stop();

  lambda = await createTestLambda({ after: before.core });
  await lambda.addFunction('f', () => 'ok');
  lambda.resume?.();
  await lambda.core.clock.advance(29 * SECOND);
  expect(lambda.requests).toEqual([]);
  await lambda.core.clock.advance(HOUR);

  expect(lambda.requests.map(({ payload, requestId }) => [payload, requestId])).toEqual([
    ['{"stroke":1}', before.requests[0]?.requestId],
  ]);
  expect(lambda.core.hops('invocation')).toMatchObject([{ action: 'retry', outcome: 'ok', detail: { attempt: 2 } }]);
});

it('drops what waits with its function', async () => {
  lambda = await createTestLambda();
  const arn = await lambda.addFunction('f', fails);
  await lambda.send('f', {});
  await lambda.core.clock.idle();

  await lambda.remove('AWS::Lambda::Function', { physicalId: 'f', attributes: { Arn: arn } });
  await lambda.core.clock.advance(HOUR);

  expect(lambda.requests).toHaveLength(1);
  expect(lambda.core.store.all(anyValues('lambda/deliveries'))).toEqual([]);
});

describe('recursive-loop detection', () => {
  const loop = async (properties: object, service?: string) => {
    lambda = await createTestLambda();
    const again = async ({ traceHeader }: { traceHeader: string }) => {
      if (lambda.requests.length < 40) await lambda.send('f', {}, traceHeader, service);
    };
    await lambda.addFunction('f', again, properties);
    await config({ DestinationConfig: { OnFailure: { Destination: QUEUE } } });
    await lambda.send('f', {});
    await lambda.core.clock.idle();
  };

  it('drops the seventeenth invocation of a chain, to the failure destination', async () => {
    await loop({});

    expect(lambda.requests).toHaveLength(16);
    expect(JSON.parse(lambda.core.delivered[0]?.payload ?? '')).toMatchObject({
      requestContext: { condition: 'RecursiveInvocationException', approximateInvokeCount: 0 },
    });
  });

  it.each(['events.amazonaws.com', 'scheduler.amazonaws.com', 'apigateway.amazonaws.com'])(
    'does not follow a chain over %s, which keeps its trace id',
    async (service) => {
      await loop({}, service);

      expect(lambda.requests).toHaveLength(40);
      expect(new Set(lambda.core.hops('invocation').map(({ traceId }) => traceId)).size).toBe(1);
    },
  );

  it('lets a function loop that says RecursiveLoop: Allow', async () => {
    await loop({ RecursiveLoop: 'Allow' });

    expect(lambda.requests).toHaveLength(40);
    expect(lambda.core.delivered).toEqual([]);
  });

  it('gives all hops of a chain one trace id', async () => {
    await loop({});

    expect(new Set(lambda.core.hops('invocation').map(({ traceId }) => traceId)).size).toBe(1);
  });
});

describe('the fault plan', () => {
  it.each(['crashBefore', 'crashAfter'] as const)('fails an invocation with %s', async (fault) => {
    lambda = await createTestLambda({ faults: { seed: 1, rules: [{ match: {}, [fault]: 1 }] } });
    await lambda.addFunction('f', () => 'ok');
    await config({ MaximumRetryAttempts: 0 });

    await lambda.send('f', {});
    await lambda.core.clock.idle();

    expect(lambda.requests).toHaveLength(fault === 'crashBefore' ? 0 : 1);
    expect(lambda.core.hops('invocation')).toMatchObject([{ outcome: 'error', error: { code: 'Runtime.ExitError' } }]);
  });

  it('ends an invocation once its first or second call was carried out, and refuses what it does later', async () => {
    lambda = await createTestLambda({ faults: { seed: 1, rules: [{ match: {}, crashDuring: 1 }] } });
    const calls: string[] = [];
    const call = async (traceHeader: string, operation: string) => {
      const made = { service: 'sns', operation, context: { traceHeader } } as never;
      for (const { before } of lambda.core.interceptors) await before?.(made);
      calls.push(operation);
      for (const { after } of lambda.core.interceptors) await after?.(made);
    };
    await lambda.addFunction('f', async ({ traceHeader }) => {
      for (const operation of ['first', 'second', 'third']) await call(traceHeader, operation).catch(() => {});
      return 'ok';
    });
    await config({ MaximumRetryAttempts: 0 });

    await lambda.send('f', {});
    await lambda.core.clock.idle();
    await call('Root=1-2-3;Parent=0000000000000000', 'unrelated');

    expect(calls.filter((operation) => operation !== 'unrelated').length).toBeLessThanOrEqual(2);
    expect(calls).not.toContain('third');
    expect(calls).toContain('unrelated');
    expect(lambda.core.hops('invocation')).toMatchObject([{ outcome: 'error', error: { code: 'Runtime.ExitError' } }]);
  });
});

it('puts payloads into a record as they are: nothing of them is read and written again', async () => {
  const long = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON('12345678901234567890');
  lambda = await createTestLambda();
  await lambda.addFunction('f', () => ({ point: long }));
  await config({ DestinationConfig: { OnSuccess: { Destination: QUEUE } } });

  await lambda.send('f', { stroke: long });
  await lambda.core.clock.idle();

  const payload = lambda.core.delivered[0]?.payload;
  expect(payload).toContain('"requestPayload":{"stroke":12345678901234567890},"responseContext":{');
  expect(payload).toContain('"responsePayload":{"point":12345678901234567890}}');
});
