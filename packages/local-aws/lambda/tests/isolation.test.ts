import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeFrame } from '../runtime/frames.ts';
import { createProcessRuntime } from '../runtime/processRuntime.ts';
import type { EnvironmentSpec, FunctionRuntime, InvocationRequest } from '../runtime/runtime.ts';

let folder: string;
let runtime: FunctionRuntime;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-isolation-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  runtime = createProcessRuntime();
});
afterEach(() => runtime.close());

/** Makes a function from the body of its handler. */
async function functionOf(body: string, changes: Partial<EnvironmentSpec> = {}): Promise<EnvironmentSpec> {
  const file = join(folder, `${Math.random()}.cjs`);
  await writeFile(file, `exports.handler = async (event) => { ${body} }`);
  return {
    functionName: file,
    group: 'tests',
    functionArn: '',
    code: { kind: 'bundle', file, handler: 'handler' },
    memoryMb: 128,
    timeoutMs: 60_000,
    variables: () => ({}),
    logGroupName: '',
    ...changes,
  };
}

const request: InvocationRequest = {
  requestId: 'request-1',
  payload: '{}',
  invokedFunctionArn: '',
  traceHeader: '',
  deadlineMs: 0,
};

async function invoke(spec: EnvironmentSpec, event: object = {}) {
  const result = await runtime.invoke(spec, { ...request, payload: JSON.stringify(event) }).result;
  return { ...result, answer: JSON.parse(result.payload) as Record<string, unknown> };
}

const ABORT = "require('node:child_process').execSync('kill -ABRT ' + process.pid);";

describe('a function that misbehaves', () => {
  it('has all of its stack start anew when it aborts its process, and nobody else notices', async () => {
    const other = await functionOf('await new Promise((r) => setTimeout(r, event.ms)); return process.pid', {
      group: 'other',
    });
    const neighbour = await functionOf('return process.pid');
    const aborts = await functionOf(`if (event.abort) ${ABORT} return process.pid`);
    const [theirs, pid] = [await invoke(other, { ms: 0 }), await invoke(neighbour)];

    const meanwhile = invoke(other, { ms: 200 });
    const { answer, functionError } = await invoke(aborts, { abort: true });

    expect(functionError).toBe('Unhandled');
    expect(answer).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: request-1 Error: Runtime exited with error: signal: aborted',
    });
    expect((await meanwhile).answer).toBe(theirs.answer);
    expect((await invoke(aborts)).answer).not.toBe(pid.answer);
    expect((await invoke(neighbour)).functionError).toBeUndefined();
  });

  it('costs nobody who was not in flight, at whatever moment they are invoked', async () => {
    const idle = await functionOf('return process.pid');
    const pid = Number((await invoke(idle)).answer);

    const aborted = invoke(await functionOf(ABORT));
    // Until the system has taken the process away: what it wrote last is still being read.
    while (isRunning(pid)) await new Promise(setImmediate);
    const [warm, cold] = await Promise.all([invoke(idle), invoke(await functionOf('return process.pid'))]);

    expect([warm.answer, cold.answer]).toEqual([expect.any(Number), warm.answer]);
    expect(warm.answer).not.toBe(pid);
    expect((await aborted).functionError).toBe('Unhandled');
  });

  it('has those run elsewhere that were handed to it when it was already dead', async () => {
    const idle = await functionOf('return process.pid');
    const pid = Number((await invoke(idle)).answer);

    process.kill(pid, 'SIGKILL');
    const [warm, cold] = await Promise.all([invoke(idle), invoke(await functionOf('return process.pid'))]);

    expect([warm.answer, cold.answer]).toEqual([expect.any(Number), warm.answer]);
    expect(warm.answer).not.toBe(pid);
  });

  it('is not run a second time when it had begun', async () => {
    const runs = join(folder, 'runs');
    const aborts = await functionOf(`require('node:fs').appendFileSync(${JSON.stringify(runs)}, 'x'); ${ABORT}`);

    const { functionError } = await invoke(aborts);

    expect(functionError).toBe('Unhandled');
    expect(readFileSync(runs, 'utf8')).toBe('x');
  });

  it('ends alone when it calls abort itself', async () => {
    const neighbour = await functionOf('return process.pid');
    const pid = await invoke(neighbour);

    const { answer } = await invoke(await functionOf('process.abort()'));

    expect(answer.errorType).toBe('Runtime.ExitError');
    expect((await invoke(neighbour)).answer).toBe(pid.answer);
  });

  it.each([
    ['objects', 'const kept = []; for (;;) kept.push({ some: [1, 2, 3, Math.random()] });'],
    ['text', "let text = 'x'; for (;;) text = [text, text].join(Math.random());"],
    ['huge arrays', 'const kept = []; for (;;) kept.push(new Array(30_000_000).fill(1.5));'],
    ['Buffers in a loop', 'const kept = []; for (;;) kept.push(Buffer.alloc(30_000_000, 1));'],
  ])('is ended when it fills the memory with %s', async (_what, body) => {
    expect(await endOfGreedy(body)).toMatch(/^(Runtime\.OutOfMemory|Runtime\.ExitError|RangeError)$/);
  });

  it.each([
    [
      'memory that threads share',
      `const kept = [];
      while (kept.length < 30) { kept.push(new Uint8Array(new SharedArrayBuffer(50_000_000)).fill(1)); await null; }
      await new Promise((r) => setTimeout(r, 15_000));`,
    ],
    [
      'threads of its own',
      `const { Worker } = require('node:worker_threads');
      const fills = 'const kept = []; while (kept.length < 10) kept.push(Buffer.alloc(30_000_000, 1)); setInterval(() => {}, 1000)';
      for (let n = 0; n < 5; n += 1) new Worker(fills, { eval: true });
      await new Promise((r) => setTimeout(r, 15_000));`,
    ],
  ])('is ended with its stack when it fills memory that nobody counts: %s', async (_what, body) => {
    runtime = createProcessRuntime({ memoryLookMs: 20 });

    expect(await endOfGreedy(body)).toBe('Runtime.ExitError');
  });

  /** How a function ended that took too much; others can run afterwards. */
  const endOfGreedy = async (body: string) => {
    const { answer, functionError } = await invoke(await functionOf(body));
    expect(functionError).toBe('Unhandled');
    expect((await invoke(await functionOf('return 1'))).answer).toBe(1);
    return answer.errorType;
  };

  it('is ended alone when it fills the memory with Buffers now and then', async () => {
    const neighbour = await functionOf('return process.pid');
    const pid = await invoke(neighbour);

    const { answer } = await invoke(
      await functionOf(
        'const kept = []; for (;;) { kept.push(Buffer.alloc(20_000_000, 1)); await new Promise((r) => setTimeout(r, 5)); }',
      ),
    );

    expect(answer).toEqual({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: 'RequestId: request-1 Error: Runtime exited with error: signal: killed',
    });
    expect((await invoke(neighbour)).answer).toBe(pid.answer);
  });

  it('is stopped at its timeout when it waits for what is not JavaScript, alone and together with that', async () => {
    const neighbour = await functionOf('return process.pid');
    const pid = await invoke(neighbour);

    const waits = await functionOf("require('node:child_process').execSync('sleep 30')", { timeoutMs: 100 });
    const running = runtime.invoke(waits, request);
    const { payload } = await running.result;
    await running.kill();

    expect(payload).toContain('Sandbox.Timedout');
    expect((await invoke(neighbour)).answer).toBe(pid.answer);
  });

  it('cannot end local-aws, nor everything else', async () => {
    const { answer } = await invoke(
      await functionOf(`const { Worker } = require('node:worker_threads');
      const kill = "for (const pid of [process.ppid, -1]) try { process.kill(pid, 'SIGURG') } catch ({ code }) { codes.push(code) }";
      const codes = [];
      eval(kill);
      const text = "const codes = []; " + kill + "; require('node:worker_threads').parentPort.postMessage(codes)";
      return codes.concat(await new Promise((done) => new Worker(text, { eval: true }).on('message', done)));`),
    );

    expect(answer).toEqual(['EPERM', 'EPERM', 'EPERM', 'EPERM']);
  });

  it('gets its own answer refused when that is larger than Lambda takes', async () => {
    const answers = await functionOf("return 'x'.repeat(event.characters)");
    const { answer, functionError } = await invoke(answers, { characters: 6_291_555 });

    expect(functionError).toBe('Unhandled');
    expect(answer).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    });
    expect((await invoke(answers, { characters: 6_291_554 })).payload.length).toBe(6_291_556);
  });

  it('costs its own stack at the most with an answer that no heap takes', async () => {
    const other = await functionOf('return process.pid', { group: 'other' });
    const pid = await invoke(other);

    const { functionError } = await invoke(await functionOf("return 'x'.repeat(150_000_000)"));

    expect(functionError).toBe('Unhandled');
    expect((await invoke(other)).answer).toBe(pid.answer);
  });
});

// Only `/proc` tells which environment has started what: elsewhere it ends with its stack's process at the latest.
(process.platform === 'linux' ? describe : describe.skip)('what a function has started', () => {
  /** A function that starts processes in several ways, writes down which, and then does as it is told. */
  const starts = async (then: string) => {
    const pids = join(folder, `${Math.random()}.pids`);
    const spec = await functionOf(`const { spawn } = require('node:child_process');
      const wait = 'echo $$; exec sleep 60';
      const started = [
        spawn('sh', ['-c', wait]),
        spawn('sh', ['-c', wait], { detached: true, env: { PATH: process.env.PATH } }),
        spawn('sh', ['-c', 'setsid sh -c "' + wait.replace('$$', '\\\\$\\\\$') + '" & exit']),
      ].map(({ stdout }) => new Promise((told) => stdout.once('data', (pid) => told(Number(pid)))));
      require('node:fs').writeFileSync('${pids}', JSON.stringify(await Promise.all(started)));
      ${then}`);
    const started = () => JSON.parse(existsSync(pids) ? readFileSync(pids, 'utf8') || '[]' : '[]') as number[];
    return { spec, started };
  };
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const areOver = async (pids: number[]) => {
    expect(pids.map(String)).toEqual([1, 2, 3].map(() => expect.stringMatching(/^\d+$/)));
    await until(() => !pids.some(isRunning));
  };

  it('ends with its environment', async () => {
    const { spec, started } = await starts('process.exit(1)');

    const { answer } = await invoke(spec);

    expect(answer.errorType).toBe('Runtime.ExitError');
    await areOver(started());
  });

  it('ends when its invocation is stopped', async () => {
    const { spec, started } = await starts('await new Promise(() => setInterval(() => {}, 1000))');
    const running = runtime.invoke(spec, request);
    await until(() => started().length > 0);

    await running.kill();

    await areOver(started());
  });

  it('ends with its process', async () => {
    const { spec, started } = await starts(ABORT);

    await invoke(spec);

    await areOver(started());
  });

  it('ends with its process though it has no environment that tells of it', async () => {
    const hides = await functionOf(`const { pid } = require('node:child_process').spawn('env', ['-i', 'sleep', '60']);
      if (event.abort) ${ABORT}
      return pid;`);
    const pid = Number((await invoke(hides)).answer);
    expect(isRunning(pid)).toBe(true);

    await invoke(hides, { abort: true });

    await until(() => !isRunning(pid));
  });

  it('ends with local-aws', async () => {
    const { spec, started } = await starts('return 1');
    expect((await invoke(spec)).answer).toBe(1);

    await runtime.close();

    await areOver(started());
  });
});

describe('a function that reaches for what connects it with local-aws', () => {
  const NOT_HEADED = Buffer.from('x{\n'.repeat(9));
  const TOO_LONG = Buffer.alloc(64_000, 'x');
  const headed = (head: unknown) => encodeFrame(head as object);
  const NEVER = 'await new Promise(() => setInterval(() => {}, 1000))';

  const KILLED = /^with error: signal: killed$/;
  type Attacks = Record<string, Buffer>;

  /** How functions end that write bytes, while one of another stack runs, whose environment's id is known. */
  const attack = async (how: RegExp, body: string, attacksFor: (foreignId: string) => Attacks, changes = {}) => {
    const other = await functionOf(
      `await new Promise((r) => setTimeout(r, event.ms));
      return [process.pid, require('node:worker_threads').workerData.id]`,
      { group: 'other' },
    );
    const { answer: theirs } = await invoke(other, { ms: 0 });
    const meanwhile = invoke(other, { ms: 500 });

    const attacks = Object.entries(attacksFor(String(theirs[1])));
    const ends = attacks.map(async ([what, bytes]) => {
      const attacker = await functionOf(`const bytes = Buffer.from(event.bytes, 'base64'); ${body}; ${NEVER}`, {
        group: what,
        ...changes,
      });
      const { answer } = await invoke(attacker, { bytes: bytes.toString('base64') });
      return [what, String(answer.errorMessage).replace('RequestId: request-1 Error: Runtime exited ', '')];
    });

    const expected = Object.fromEntries(attacks.map(([what]) => [what, expect.stringMatching(how)]));
    expect(Object.fromEntries(await Promise.all(ends))).toEqual(expected);
    expect((await meanwhile).answer).toEqual(theirs);
    expect((await invoke(other, { ms: 0 })).answer).toEqual(theirs);
    expect((await invoke(await functionOf('return 1', { group: 'new' }))).answer).toBe(1);
  };

  it('ends its own stack at the most when it writes to the channel of its process', async () => {
    await attack(KILLED, "require('node:fs').writeSync(3, bytes)", (id) => ({
      'what is no frame': NOT_HEADED,
      null: headed(null),
      'a message of no kind': headed({ id: 1 }),
      'the end of an environment that is not there': headed({ kind: 'ended', id: '1' }),
      'the end of an environment of another stack': headed({ kind: 'ended', id }),
      'very much': TOO_LONG,
    }));
  });

  it('ends its own stack at the most when it closes that channel', async () => {
    await attack(KILLED, "require('node:fs').closeSync(3)", () => ({ closed: NOT_HEADED }));
  });

  it('is ended alone when it writes to the socket of its environment', async () => {
    const neighbour = await functionOf('return process.pid');
    const pid = await invoke(neighbour);

    const isSocket = "({ constructor }) => constructor.name === 'Socket'";
    await attack(
      // It may see that its socket is gone before it is told to end.
      /^(without providing a reason|with error: exit status 1)$/,
      `process._getActiveHandles().find(${isSocket}).write(bytes)`,
      () => ({
        'what is no frame': NOT_HEADED,
        null: headed(null),
        'a number': headed(1),
        'a message of no kind': headed({ id: 1 }),
        'a call of nothing': headed({ kind: 'call', id: 1 }),
        'a call with other headers': headed({ kind: 'call', id: 1, method: 'POST', path: '/', headers: null }),
        'lines that are none': headed({ kind: 'log', lines: [null] }),
        'an answer without lines': headed({ kind: 'result', failed: false }),
        'very much': TOO_LONG,
      }),
      { group: 'tests' },
    );

    expect((await invoke(neighbour)).answer).toBe(pid.answer);
  });

  it('is not heard when it makes a further socket, whoever it says it is', async () => {
    const ownId = 'x'.repeat(36);
    const says = await functionOf(`const { id, socketPath } = require('node:worker_threads').workerData;
      const socket = require('node:net').connect(socketPath);
      const bytes = Buffer.from(event.bytes, 'base64').toString('latin1').replace('${ownId}', id);
      socket.write(Buffer.from(bytes, 'latin1'));
      return await new Promise((told) => socket.on('error', () => {}).on('close', () => told('closed')))`);

    const hellos = [1, '1', ownId].map((id) => ({ kind: 'hello', id }));
    for (const head of [null, ...hellos, { kind: 'log', lines: [] }]) {
      expect((await invoke(says, { bytes: headed(head).toString('base64') })).answer).toBe('closed');
    }
  });
});

describe('the process of functions', () => {
  it('knows nothing of the owner’s environment but what Node.js needs', async () => {
    process.env.HOSTS_OWN = 'secret';
    const { answer } = await invoke(
      await functionOf("return require('node:fs').readFileSync('/proc/self/environ', 'utf8').split('\\0')"),
    );
    delete process.env.HOSTS_OWN;

    const names = Object.values(answer).map((variable) => String(variable).split('=')[0]);
    expect(names).toContain('PATH');
    expect(names.filter((name) => !['PATH', 'TMPDIR', 'TEMP', 'TMP', ''].includes(name ?? ''))).toEqual([]);
  });

  it('ends when local-aws is killed, and leaves nothing in the temporary folder', async () => {
    const { code } = await functionOf('if (event.hang) for (;;) {} return process.pid');
    const { file } = code;
    const temporary = await mkdtemp(join(folder, 'temporary-'));
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/hangs.ts'), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: temporary, TEMP: temporary },
    });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (data) => resolve(Number(data))));
    expect(isRunning(pid)).toBe(true);
    expect(readdirSync(temporary)).toHaveLength(1);

    parent.kill('SIGKILL');

    const untilMs = performance.now() + 20_000;
    const isOver = () => !isRunning(pid) && readdirSync(temporary).length === 0;
    while (!isOver() && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 5));
    const wasOver = isOver();
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    expect(wasOver).toBe(true);
  });
});

it('takes away what a local-aws left that was killed while it ran no function', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const left = await mkdtemp(join(tmpdir(), `local-aws-${pid}-`));

  await invoke(await functionOf('return 1'));

  expect(existsSync(left)).toBe(false);
});

/** Not when it is over and only nobody has fetched its end yet. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
