import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PlainRequest } from '../../front-door/resolve.ts';
import { KeptLog } from '../runtime/keptLog.ts';
import { createProcessRuntime } from '../runtime/processRuntime.ts';
import type { EnvironmentSpec, FunctionRuntime, InvocationRequest } from '../runtime/runtime.ts';

let folder: string;
let runtime: FunctionRuntime;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-runtime-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => runtime.close());

const request: InvocationRequest = {
  requestId: 'request-1',
  payload: '{"stroke":1}',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
  traceHeader: 'Root=1-2-3;Parent=4',
  deadlineMs: 0,
};

/** How long a function may take that ends by itself: only one that hangs takes so long, however busy the machine is. */
const PATIENCE_MS = 60_000;

/** Makes a function from source text. */
async function spec(source: string, options: { extension?: string; handler?: string; timeoutMs?: number } = {}) {
  const { extension = '.cjs', handler = 'index.handler', timeoutMs = PATIENCE_MS } = options;
  const file = join(folder, `${Math.random()}${extension}`);
  await writeFile(file, source);
  return {
    functionName: 'f',
    group: 'tests',
    functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
    code: { kind: 'bundle', file, handler },
    memoryMb: 128,
    timeoutMs,
    variables: () => ({ GREETING: 'hello', AWS_LAMBDA_FUNCTION_NAME: 'f' }),
    logGroupName: '/aws/lambda/f',
  } satisfies EnvironmentSpec;
}

async function run(source: string, options: Parameters<typeof spec>[1] = {}, changes: Partial<InvocationRequest> = {}) {
  runtime = createProcessRuntime();
  const result = await runtime.invoke(await spec(source, options), { ...request, ...changes }).result;
  return { ...result, answer: JSON.parse(result.payload) as unknown };
}

describe('a function', () => {
  it('gets the event and the context that Lambda gives', async () => {
    const { answer } = await run(`exports.handler = async (event, context) => ({
      event, context: { ...context }, left: context.getRemainingTimeInMillis(),
    })`);

    expect(answer).toEqual({
      event: { stroke: 1 },
      left: expect.any(Number),
      context: {
        functionName: 'f',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
        memoryLimitInMB: '128',
        awsRequestId: 'request-1',
        logGroupName: '/aws/lambda/f',
        logStreamName: expect.stringContaining('[$LATEST]'),
        callbackWaitsForEmptyEventLoop: true,
      },
    });
    const { left } = answer as { left: number };
    expect(left).toBeGreaterThan(PATIENCE_MS / 2);
    expect(left).toBeLessThanOrEqual(PATIENCE_MS);
  });

  it('has its own environment and the trace id of the invocation', async () => {
    process.env.HOSTS_OWN = 'secret';
    const { answer } = await run('exports.handler = async () => process.env');
    delete process.env.HOSTS_OWN;

    expect(answer).toMatchObject({ GREETING: 'hello', _X_AMZN_TRACE_ID: 'Root=1-2-3;Parent=4' });
    expect(answer).not.toHaveProperty('HOSTS_OWN');
  });

  it('has no trace id, and no request id in its log, while its code loads', async () => {
    const { answer, log } = await run(
      // Until the invocation has come, or should have.
      `const untilMs = performance.now() + 200;
       while (!process.env._X_AMZN_TRACE_ID && performance.now() < untilMs) await new Promise((r) => setTimeout(r, 5));
       console.log('loads');
       const loadedIn = process.env._X_AMZN_TRACE_ID ?? 'nothing';
       export const handler = async () => { console.log('runs'); return loadedIn; };`,
      { extension: '.mjs' },
    );

    expect(answer).toBe('nothing');
    expect(log.map(({ message }) => message.split('\t').slice(1))).toEqual([
      ['undefined', 'INFO', 'loads'],
      ['request-1', 'INFO', 'runs'],
    ]);
  });

  it('may be an ES module', async () => {
    const { answer } = await run('export const handler = async () => "esm"', { extension: '.mjs' });

    expect(answer).toBe('esm');
  });

  it('keeps its module’s state from one invocation to the next', async () => {
    runtime = createProcessRuntime();
    const counter = await spec('let calls = 0; exports.handler = async () => { calls += 1; return calls; }');

    const first = await runtime.invoke(counter, request).result;
    const second = await runtime.invoke(counter, request).result;

    expect([first.payload, second.payload]).toEqual(['1', '2']);
    expect(first.initDurationMs).toBeGreaterThan(0);
    expect(second.initDurationMs).toBeUndefined();
  });

  it('loses that state when its code is replaced', async () => {
    runtime = createProcessRuntime();
    const counter = await spec('let calls = 0; exports.handler = async () => { calls += 1; return calls; }');

    await runtime.invoke(counter, request).result;
    await runtime.retire('f');

    expect((await runtime.invoke(counter, request).result).payload).toBe('1');
  });

  it('runs side by side with itself when it waits for something, once that has lasted', async () => {
    runtime = createProcessRuntime({ patienceMs: 5 });
    const slow = await spec(`const { threadId } = require('node:worker_threads');
      exports.handler = async (event) => { await new Promise((r) => setTimeout(r, event.ms)); return threadId; }`);
    const sleep = (ms: number) => runtime.invoke(slow, { ...request, payload: JSON.stringify({ ms }) }).result;

    const results = await Promise.all([sleep(1000), sleep(0)]);

    expect(new Set(results.map(({ payload }) => payload)).size).toBe(2);
    expect(results.every(({ functionError }) => functionError === undefined)).toBe(true);
  });

  it('ends when it has been idle for as long as it is kept', async () => {
    runtime = createProcessRuntime({ keepIdleMs: 0, keepWarmMs: 0 });
    const counter = await spec('let calls = 0; exports.handler = async () => { calls += 1; return calls; }');
    const first = await runtime.invoke(counter, request).result;

    let latest = first;
    while (latest.logStreamName === first.logStreamName) {
      // Long enough for the timer to find it idle.
      for (let turn = 0; turn < 1000; turn += 1) await new Promise((resume) => setImmediate(resume));
      latest = await runtime.invoke(counter, request).result;
    }

    expect(latest.payload).toBe('1');
  });

  it('answers null for undefined', async () => {
    expect((await run('exports.handler = async () => {}')).payload).toBe('null');
  });

  it('sees a virtual clock’s time, which stands still', async () => {
    const frozenNowMs = Date.parse('2031-02-03T04:05:06Z');
    const { answer } = await run(
      `const loadedAt = Date.now();
       exports.handler = async () => {
         const before = new Date();
         await new Promise((r) => setTimeout(r, 10));
         return [loadedAt, Date.now(), new Date().toISOString(), before instanceof Date, new Date(0).getTime()];
       }`,
      {},
      { frozenNowMs },
    );

    expect(answer).toEqual([frozenNowMs, frozenNowMs, '2031-02-03T04:05:06.000Z', true, 0]);
  });
});

describe('what a function writes', () => {
  it('is its log, with time, request id and level for console and as it is for stdout', async () => {
    const { log } = await run(
      `exports.handler = async () => {
        console.log('served', { stroke: 1 });
        console.error('missed');
        process.stdout.write('{"level":"INFO"}\\n');
      }`,
      {},
      { frozenNowMs: 0 },
    );

    expect(log.map(({ message }) => message)).toEqual([
      '1970-01-01T00:00:00.000Z\trequest-1\tINFO\tserved { stroke: 1 }',
      '1970-01-01T00:00:00.000Z\trequest-1\tERROR\tmissed',
      '{"level":"INFO"}',
    ]);
  });

  it('is kept from its end on when there is very much of it', async () => {
    const { log } = await run(
      'exports.handler = async () => { for (let i = 1; i <= 150_000; i += 1) process.stdout.write(String(i)) }',
    );

    expect(log).toHaveLength(10_000);
    expect(log.at(-1)?.message).toBe('150000');
  });

  it('is kept when it is stopped at its timeout without ever having let go of its thread', async () => {
    const { log } = await run("exports.handler = async () => { for (;;) console.log('x'.repeat(1000)); }", {
      timeoutMs: 2000,
    });

    // To its end, or nearly.
    expect((log.at(-1)?.timestampMs ?? 0) - (log[0]?.timestampMs ?? 0)).toBeGreaterThan(300);
  });

  it('is kept for its first megabyte of a line that is longer, and costs no memory for the rest', async () => {
    const { log, answer } = await run(
      `exports.handler = async () => {
        for (let n = 0; n < 300; n += 1) {
          process.stdout.write(n + ' '.repeat(2_000_000));
          if (n % 10 === 0) await new Promise(setImmediate);
        }
        return 'done';
      }`,
    );

    expect(answer).toBe('done');
    expect(log.at(-1)?.message.length).toBe(1024 * 1024);
  });

  it('reaches local-aws in small pieces with pauses between them, though it is written without end', async () => {
    const add = jest.spyOn(KeptLog.prototype, 'add');
    const startedAt = performance.now();

    await run(
      "exports.handler = async () => { for (;;) { console.log('x'.repeat(5000)); await new Promise(setImmediate); } }",
      { timeoutMs: 1000 },
    );

    const pauses = (performance.now() - startedAt) / 20;
    const characters = add.mock.calls.flatMap(([lines]) => lines).reduce((sum, { message }) => sum + message.length, 0);
    add.mockRestore();
    expect(characters).toBeGreaterThan(100_000);
    expect(characters).toBeLessThan((pauses + 2) * 140_000);
  });

  it('is not mixed up with what it posts to the thread that started it', async () => {
    const { answer } = await run(
      `exports.handler = async () => {
        const { parentPort } = require('node:worker_threads');
        for (const message of ['hello', null, { kind: 'result' }, { kind: 'stats', lines: [] }]) parentPort.postMessage(message);
        return 'done';
      }`,
    );

    expect(answer).toBe('done');
  });

  it('is kept when it does not come to its end', async () => {
    const { log } = await run(
      "exports.handler = async () => { console.log('before'); await new Promise((r) => setTimeout(r, 5)); process.exit(1); }",
    );

    expect(log.map(({ message }) => message)).toEqual([expect.stringContaining('before')]);
  });
});

describe('a function that fails', () => {
  it('is reported with type, message and trace', async () => {
    const { answer, functionError } = await run(
      `class Missed extends Error { name = 'Missed' }
       exports.handler = async () => { throw new Missed('the ball') }`,
    );

    expect(functionError).toBe('Unhandled');
    expect(answer).toMatchObject({ errorType: 'Missed', errorMessage: 'the ball' });
    expect((answer as { trace: string[] }).trace[0]).toBe('Missed: the ball');
  });

  it.each([
    [
      'throws what is no error',
      'exports.handler = async () => { throw "x" }',
      { errorType: 'string', errorMessage: 'x' },
    ],
    [
      'ends the process',
      'exports.handler = async () => process.exit(0)',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: request-1 Error: Runtime exited without providing a reason',
      },
    ],
    [
      'ends the process as failed',
      'exports.handler = async () => process.exit(3)',
      {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: request-1 Error: Runtime exited with error: exit status 3',
      },
    ],
    [
      'leaves a promise unhandled',
      'exports.handler = () => { Promise.reject(new Error("lost")); return new Promise(() => {}) }',
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'lost' },
    ],
    [
      'throws outside of its promise',
      'exports.handler = () => new Promise(() => setTimeout(() => { throw new Error("late") }, 1))',
      { errorType: 'Runtime.UncaughtException', errorMessage: 'late' },
    ],
    ['needs a module that is not there', 'require("nowhere")', { errorType: 'Runtime.ImportModuleError' }],
    ['is not written in JavaScript', 'exports.handler = async (', { errorType: 'Runtime.UserCodeSyntaxError' }],
    ['throws while it loads', 'throw new TypeError("no TABLE")', { errorType: 'TypeError', errorMessage: 'no TABLE' }],
    ['exports another name', 'exports.play = async () => {}', { errorType: 'Runtime.HandlerNotFound' }],
    [
      'wants a callback',
      'exports.handler = (event, context, callback) => callback()',
      { errorType: 'Runtime.CallbackHandlerDeprecated' },
    ],
  ])('is reported when it %s', async (_what, source, expected) => {
    const { answer, functionError } = await run(source);

    expect(functionError).toBe('Unhandled');
    expect(answer).toMatchObject(expected);
  });

  it('is stopped at its timeout, though it never lets go of its thread', async () => {
    const { answer } = await run('exports.handler = async () => { for (;;) {} }', { timeoutMs: 100 });

    expect(answer).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: request-1 Error: Task timed out after 0.10 seconds',
    });
  });

  it('is stopped when it loads for too long, and told that limit, not its own timeout', async () => {
    runtime = createProcessRuntime({ initLimitMs: 250 });
    const loads = await spec('for (;;) {}');

    const { payload } = await runtime.invoke(loads, request).result;

    expect(JSON.parse(payload)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: request-1 Error: Task timed out after 0.25 seconds',
    });
  });

  it('may wait for its process for longer than it may load', async () => {
    runtime = createProcessRuntime({ initLimitMs: 1000 });
    const answers = await spec('exports.handler = async () => "here"');

    const running = runtime.invoke(answers, request).result;
    // Nobody hears of the process meanwhile.
    const untilMs = performance.now() + 1500;
    while (performance.now() < untilMs);

    expect((await running).payload).toBe('"here"');
  });

  it.each([
    [
      'kills its process',
      'exports.handler = async () => process.kill(process.pid)',
      { errorType: 'Runtime.ExitError' },
    ],
    [
      'throws an error that is not what it seems',
      'exports.handler = async () => { throw Object.assign(new Error(), { name: { a: 1 }, message: [2], stack: [] }) }',
      { errorType: '[object Object]', errorMessage: '2', trace: [''] },
    ],
  ])('ends alone when it %s', async (_what, source, expected) => {
    const { answer, functionError } = await run(source);

    expect(functionError).toBe('Unhandled');
    expect(answer).toMatchObject(expected);
  });

  it('starts anew after it has died', async () => {
    runtime = createProcessRuntime();
    const once = await spec(
      'let calls = 0; exports.handler = async (e) => { calls += 1; if (e.die) process.exit(1); return calls; }',
    );

    await runtime.invoke(once, { ...request, payload: '{}' }).result;
    await runtime.invoke(once, { ...request, payload: '{"die":true}' }).result;

    expect((await runtime.invoke(once, { ...request, payload: '{}' }).result).payload).toBe('1');
  });

  it('can be killed from outside', async () => {
    runtime = createProcessRuntime();
    const running = runtime.invoke(
      await spec('exports.handler = () => new Promise(() => setInterval(() => {}, 1000))'),
      request,
    );

    await new Promise((resolve) => setImmediate(resolve));
    await running.kill();

    expect(JSON.parse((await running.result).payload)).toMatchObject({ errorType: 'Runtime.ExitError' });
  });
});

describe('a call to local-aws', () => {
  let server: Server;
  let received: { bytes: number }[];
  let carried: PlainRequest[];
  beforeEach(async () => {
    received = [];
    carried = [];
    server = createServer(async (incoming, response) => {
      let bytes = 0;
      for await (const chunk of incoming) bytes += (chunk as Buffer).length;
      received.push({ bytes });
      response.end('by HTTP');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });

  /** Has a function send a body of as many bytes, in pieces of a megabyte, and gives back its answer, or the error's message. */
  async function send(headers: object, bytes: number) {
    const { port } = server.address() as AddressInfo;
    runtime = createProcessRuntime({
      calls: {
        endpoint: () => `http://127.0.0.1:${port}`,
        serve: async (call) => {
          carried.push(call);
          return { status: 200, headers: {}, body: 'carried' };
        },
      },
    });
    const options = {
      ...{ host: '127.0.0.1', port, method: 'POST', path: '/' },
      headers: { ...headers, authorization: 'AWS4-HMAC-SHA256' },
    };
    const sends = await spec(`exports.handler = () => new Promise((resolve) => {
      const call = require('node:http').request(${JSON.stringify(options)});
      call.on('error', ({ message }) => resolve(message));
      call.on('response', async (response) => resolve(Buffer.concat(await response.toArray()).toString()));
      for (let left = ${bytes}; left > 0; left -= 2 ** 20) call.write(Buffer.alloc(Math.min(left, 2 ** 20)));
      call.end();
    })`);
    const { payload } = await runtime.invoke(sends, request).result;
    return JSON.parse(payload) as unknown;
  }

  it('goes without HTTP when its length is known', async () => {
    expect(await send({ 'Content-Length': '3' }, 3)).toBe('carried');

    expect(carried.map(({ body }) => body.length)).toEqual([3]);
    expect(received).toEqual([]);
  });

  it('streams over HTTP when nobody knows how long it will be', async () => {
    const bytes = 40 * 2 ** 20;

    expect(await send({}, bytes)).toBe('by HTTP');
    expect(received).toEqual([{ bytes }]);
  });

  it('fails alone when it is much longer than it said', async () => {
    expect(await send({ 'content-length': '3' }, 40 * 2 ** 20)).toBe(
      'a body of 2097152 bytes or more, with a content-length of 3',
    );
    expect(carried).toEqual([]);
  });
});
