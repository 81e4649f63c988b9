import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHttpRuntime } from '../runtime/httpRuntime.ts';
import type { EnvironmentSpec, FunctionRuntime, InvocationRequest } from '../runtime/runtime.ts';

/** Answers as serverless-offline's Lambda endpoint does. */
interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

let server: Server;
let runtime: FunctionRuntime;
let answer: Answer;
let seen: { url: string | undefined; headers: IncomingHttpHeaders; body: string }[];

beforeEach(async () => {
  seen = [];
  runtime = createHttpRuntime();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await runtime.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const request: InvocationRequest = {
  requestId: 'request-1',
  payload: '{"stroke":1}',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
  traceHeader: 'Root=1-2-3;Parent=4',
  deadlineMs: 0,
};

function invoke(given: Answer) {
  answer = given;
  const { port } = server.address() as AddressInfo;
  const spec: EnvironmentSpec = {
    functionName: 'ping-local-ping',
    group: 'ping-local',
    functionArn: '',
    code: { kind: 'http', url: `http://127.0.0.1:${port}` },
    memoryMb: 128,
    timeoutMs: 6000,
    variables: () => ({}),
    logGroupName: '',
  };
  return runtime.invoke(spec, request).result;
}

describe('a function in serverless-offline', () => {
  it('is asked at its own address, with the trace id in the client context', async () => {
    await invoke({ body: '{"ok":true}' });

    const [call] = seen;
    expect(call).toMatchObject({
      url: '/2015-03-31/functions/ping-local-ping/invocations',
      body: '{"stroke":1}',
    });
    expect(JSON.parse(Buffer.from(String(call?.headers['x-amz-client-context']), 'base64').toString())).toEqual({
      localAws: {
        requestId: 'request-1',
        traceHeader: 'Root=1-2-3;Parent=4',
        invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:f',
      },
    });
  });

  it.each([
    ['an object', '{"ok":true}', '{"ok":true}'],
    ['nothing', '', 'null'],
    ['a text that serverless-offline put in quotes without escaping', '"say "hi""', '"say \\"hi\\""'],
  ])('may answer %s', async (_what, body, payload) => {
    const result = await invoke({ body });

    expect(result).toMatchObject({ payload });
    expect(result.functionError).toBeUndefined();
  });

  it('that fails has the error’s own name back, from the stack', async () => {
    const result = await invoke({
      headers: { 'x-amz-function-error': 'Unhandled' },
      body: '{"errorMessage":"no","errorType":"Error","trace":["AccessDeniedException: no","    at x"]}',
    });

    expect(result.functionError).toBe('Unhandled');
    expect(JSON.parse(result.payload)).toEqual({
      errorType: 'AccessDeniedException',
      errorMessage: 'no',
      trace: ['AccessDeniedException: no', '    at x'],
    });
  });

  it.each([
    ['a status of its own', { status: 502, body: '<html>bad gateway</html>' }, 'serverless-offline answered 502'],
    ['an error that is no JSON', { headers: { 'x-amz-function-error': 'Unhandled' }, body: 'oops' }, 'oops'],
  ])('is a failure in JSON when there comes %s', async (_what, given, message) => {
    const result = await invoke(given);

    expect(result.functionError).toBe('Unhandled');
    expect(JSON.parse(result.payload)).toMatchObject({ errorMessage: expect.stringContaining(message) });
  });

  it('that takes too long is a timeout', async () => {
    const result = await invoke({
      headers: { 'x-amz-function-error': 'Unhandled' },
      body: '{"errorMessage":"[504] - Lambda timeout.","errorType":"Error","trace":["Error"]}',
    });

    expect(JSON.parse(result.payload)).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: request-1 Error: Task timed out after 6.00 seconds',
    });
  });

  it('that is not known there, or not there yet, is tried again later', async () => {
    await expect(invoke({ status: 404, body: '{"Message":"Function not found: f"}' })).rejects.toThrow('not found');
    server.closeAllConnections();
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const spec = { functionName: 'f', code: { kind: 'http', url: `http://127.0.0.1:${port}` }, timeoutMs: 1000 };

    await expect(runtime.invoke(spec as EnvironmentSpec, request).result).rejects.toThrow(/nothing listens/);
  });
});

describe('a worker of serverless-offline with the preload', () => {
  const preload = fileURLToPath(new URL('../runtime/offlineWorker.cjs', import.meta.url));
  const source = `require('node:worker_threads').parentPort.on('message', ({ context, port }) => {
    console.log('served', 1);
    process.stdout.write('{"level":"INFO"}\\n');
    const fetched = fetch('https://sns.eu-west-1.amazonaws.com').catch((error) => error.cause.code);
    fetched.then((code) => {
      port.postMessage({ context, trace: process.env._X_AMZN_TRACE_ID, code });
      setTimeout(() => require('node:worker_threads').parentPort.postMessage('written'), 1);
    });
  })`;

  const ask = async (env: Record<string, string>, awsRequestId = 'theirs') => {
    const worker = new Worker(source, {
      eval: true,
      stdout: true,
      env: { NODE_OPTIONS: `--require ${preload}`, ...env },
    });
    try {
      const { port1, port2 } = new MessageChannel();
      const answered = new Promise((resolve) => port1.once('message', resolve));
      const localAws = { requestId: 'request-1', traceHeader: 'Root=1', invokedFunctionArn: 'arn' };
      worker.postMessage({ context: { awsRequestId, clientContext: { localAws } }, port: port2 }, [port2]);
      const answer = await answered;
      port1.close();
      // Lines go to the file in the turn after the answer.
      await new Promise((resolve) => worker.once('message', resolve));
      return answer;
    } finally {
      await worker.terminate();
    }
  };

  it('has trace id, request id and the guard', async () => {
    expect(await ask({})).toEqual({
      context: { awsRequestId: 'request-1', invokedFunctionArn: 'arn', clientContext: undefined },
      trace: 'Root=1',
      code: 'ERR_REAL_AWS_REFUSED',
    });
  });

  it('keeps the function’s log in a file, framed as Lambda frames it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'local-aws-offline-'));
    try {
      await ask({
        LOCAL_AWS_LOG_FOLDER: folder,
        AWS_LAMBDA_FUNCTION_NAME: 'ping',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      });

      const lines = (await readFile(join(folder, 'ping.log'), 'utf8')).trimEnd().split('\n');
      expect(lines).toEqual([
        'START RequestId: request-1 Version: $LATEST',
        expect.stringMatching(/^\d{4}-\S+Z\trequest-1\tINFO\tserved 1$/),
        '{"level":"INFO"}',
        'END RequestId: request-1',
        expect.stringMatching(
          /^REPORT RequestId: request-1\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB$/,
        ),
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
