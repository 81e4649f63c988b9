import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createProcessRuntime } from '../runtime/processRuntime.ts';
import type { FunctionRuntime } from '../runtime/runtime.ts';

const { isRefused } = createRequire(import.meta.url)('../runtime/guard/hosts.cjs') as {
  isRefused(host: unknown): boolean;
};

let folder: string;
let file: string;
let runtime: FunctionRuntime;
/** Listens at the port of local-aws's owner. */
let owners: Server;
let ownersPort: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-guard-'));
  file = join(folder, 'evaluates.cjs');
  await writeFile(file, 'exports.handler = async ({ code }) => eval(code)');
  runtime = createProcessRuntime();
  owners = createServer((socket) => socket.end()).listen(0);
  await once(owners, 'listening');
  ownersPort = (owners.address() as AddressInfo).port;
});
afterAll(async () => {
  owners.close();
  await runtime.close();
  await rm(folder, { recursive: true });
});

/** What an expression comes to in a function. */
async function evaluate(code: string): Promise<unknown> {
  const spec = {
    functionName: 'f',
    group: 'tests',
    functionArn: '',
    code: { kind: 'bundle', file, handler: 'handler' } as const,
    memoryMb: 128,
    timeoutMs: 20_000,
    variables: () => ({
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      LOCAL_AWS_OWNERS_PORT: String(ownersPort),
      PATH: process.env.PATH ?? '',
    }),
    logGroupName: '',
  };
  const request = { requestId: '', invokedFunctionArn: '', traceHeader: '', deadlineMs: 0 };
  const { payload } = await runtime.invoke(spec, { ...request, payload: JSON.stringify({ code }) }).result;
  return JSON.parse(payload);
}

const PARTITIONS = {
  aws: 'eu-west-1',
  'aws-cn': 'cn-north-1',
  'aws-eusc': 'eusc-de-east-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
  'aws-us-gov': 'us-gov-west-1',
};

describe('a host that no function reaches', () => {
  it.each(Object.entries(PARTITIONS))('is any endpoint that the SDK has in the partition %s', (_partition, Region) => {
    const { endpointProvider } = new SQSClient({ region: Region }).config;
    for (const UseDualStack of [false, true]) {
      const { hostname } = endpointProvider({ Region, UseDualStack, UseFIPS: false }).url;
      expect([hostname, isRefused(hostname)]).toEqual([hostname, true]);
    }
  });

  it.each([
    'id.lambda-url.eu-west-1.on.aws',
    'SQS.eu-west-1.AmazonAWS.com.',
    'sqs.eu-west-1.amazonaws。com',
    'pool.auth.eu-west-1.amazoncognito.com',
    'metadata.google.internal',
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.43518',
    '::ffff:169.254.169.254',
    '[::ffff:a9fe:a9fe]',
    '::169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '[64:ff9b::169.254.170.2]',
    'fd00:ec2::254',
    'fd00:ec2:0:0:0:0:0:254',
    '[fd00:ec2::23]',
  ])('is %s', (host) => {
    expect(isRefused(host)).toBe(true);
  });

  it.each([
    ...[
      'localhost',
      '127.0.0.1',
      '::1',
      '10.0.0.1',
      'fd00::1',
      'dead.beef',
      '2130706433',
      '64:ff9b::a00:1',
      '::10.0.0.1',
    ],
    ...['example.com', 'notamazonaws.com', 'amazonaws.com.example.org', '', undefined],
  ])('is not %s', (host) => {
    expect(isRefused(host)).toBe(false);
  });
});

const HOST = 'sns.eu-west-1.amazonaws.com';
const REFUSED = expect.stringMatching(/refused a connection to .* from f: .*AWS_ENDPOINT_URL/);
const FETCH = `fetch('https://${HOST}/').catch(({ cause }) => cause.message)`;
const message = (register: string) => `new Promise((done) => ${register})`;
const onError = ".on('error', (e) => done(e.message))";

describe('the guard against the real AWS', () => {
  it.each([
    ['fetch', FETCH],
    ['https', message(`require('https').get('https://${HOST}/')${onError}`)],
    ['http', message(`require('http').get('http://${HOST}/')${onError}`)],
    ['http2', message(`require('http2').connect('https://${HOST}')${onError}`)],
    ['net', message(`require('net').connect(443, '${HOST}')${onError}`)],
    ['tls', message(`require('tls').connect({ host: '${HOST}', port: 443 })${onError}`)],
    ['the metadata service', "fetch('http://169.254.169.254/').catch(({ cause }) => cause.message)"],
    ['the metadata service as a number', message(`require('net').connect(80, '2852039166')${onError}`)],
    ['a datagram', message(`require('dgram').createSocket('udp4')${onError}.send('x', 53, '${HOST}')`)],
    [
      'a datagram to an address',
      message(`require('dgram').createSocket('udp4')${onError}.send('x', 53, '169.254.1.1')`),
    ],
    [
      'a connected datagram',
      message(`require('dgram').createSocket('udp4').connect(53, '${HOST}', (e) => done(e.message))`),
    ],
    ['a look-up', message(`require('dns').lookup('${HOST}', (e) => done(e.message))`)],
    ['a promised look-up', `require('dns').promises.lookup('${HOST}').catch((e) => e.message)`],
    ['a resolver', message(`require('dns').resolve4('${HOST}', (e) => done(e.message))`)],
    ['a promised resolver', `require('dns/promises').resolve('${HOST}').catch((e) => e.message)`],
    ['a resolver of its own', message(`new (require('dns').Resolver)().resolveAny('${HOST}', (e) => done(e.message))`)],
    [
      'a promising resolver of its own',
      `new (require('dns').promises.Resolver)().resolve6('${HOST}').catch((e) => e.message)`,
    ],
    [
      'a name that stands for the metadata service',
      message(`require('net').connect({ host: 'innocent.example', port: 80, lookup: (host, options, found) =>
        options.all ? found(null, [{ address: '169.254.169.254', family: 4 }]) : found(null, '169.254.169.254', 4) })${onError}`),
    ],
    [
      'a thread of its own',
      message(`new (require('worker_threads').Worker)(
        "${FETCH}.then((m) => require('worker_threads').parentPort.postMessage(m))",
        { eval: true, execArgv: [] }).on('message', done)`),
    ],
    [
      'a Node.js that it starts',
      message(
        `require('child_process').execFile(process.execPath, ['-e', "${FETCH}.then(console.log)"], (e, out) => done(out))`,
      ),
    ],
    [
      'a Node.js in a shell, with an environment of its own',
      `require('child_process').execSync('"$NODE" -e "$CODE"', { encoding: 'utf8', env: {
        NODE: process.execPath, AWS_LAMBDA_FUNCTION_NAME: 'f', CODE: ${JSON.stringify(`${FETCH}.then(console.log)`)} } })`,
    ],
  ])('stands in the way of %s', async (_what, expression) => {
    expect(await evaluate(expression)).toEqual(REFUSED);
  });

  it('stands in the way of a look-up that was imported by its name before', () => {
    const guard = createRequire(import.meta.url).resolve('../runtime/guard.cjs');
    const program = `import { lookup } from 'node:dns';
      import { createRequire } from 'node:module';
      createRequire(import.meta.url)(${JSON.stringify(guard)});
      lookup('${HOST}', (error) => process.stdout.write(error.code));`;

    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });

    expect(stdout).toBe('ERR_REAL_AWS_REFUSED');
  });

  it('lets other addresses pass, in a Node.js that it starts too', async () => {
    const answer = await evaluate(`(async () => {
      const server = require('http').createServer((request, response) => response.end('hi')).listen(0, '127.0.0.1');
      await new Promise((done) => server.on('listening', done));
      const url = 'http://127.0.0.1:' + server.address().port;
      const program = "fetch('" + url + "').then((response) => response.text()).then((text) => process.stdout.write(text))";
      const run = require('util').promisify(require('child_process').execFile);
      const answers = [await (await fetch(url)).text(), (await run(process.execPath, ['-e', program])).stdout];
      server.closeAllConnections();
      server.close();
      return answers;
    })()`);

    expect(answer).toEqual(['hi', 'hi']);
  });
});

/** Connects, and says what came of it. */
const connecting = (place: string) => `new Promise((done) => require('net').connect(${place})
  .on('connect', () => done('connected')).on('error', ({ code }) => done(code)))`;

describe("the guard of the owner's port", () => {
  it.each(
    [
      ...['localhost', '127.0.0.1', '127.1', '2130706433', '0x7f.1', '0177.0.0.1', '0.0.0.0', '0'],
      ...['::1', '0:0:0:0:0:0:0:1', '::', '::ffff:127.0.0.1', '::ffff:7f00:1', undefined],
    ].map((host) => [host]),
  )('stands in the way of %s', async (host) => {
    const place = JSON.stringify({ host, port: ownersPort });

    expect(await evaluate(connecting(place))).toBe('ERR_OWNERS_PORT_REFUSED');
  });

  it.each([
    ['a port in letters', (port: number) => connecting(`{ port: '0x${port.toString(16)}' }`)],
    [
      'a name that stands for this machine',
      (port: number) =>
        connecting(`{ host: 'innocent.example', port: ${port}, lookup: (host, options, found) =>
          options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4) }`),
    ],
    [
      'a function that drops the variable',
      (port: number) => `(delete process.env.LOCAL_AWS_OWNERS_PORT, ${connecting(String(port))})`,
    ],
    ...['{}', '{ env: {} }', "{ env: require('worker_threads').SHARE_ENV }"].map(
      (options) =>
        [
          `a thread with ${options} of a function that drops the variable`,
          (port: number) => `(delete process.env.LOCAL_AWS_OWNERS_PORT, new Promise((done) =>
            new (require('worker_threads').Worker)(
              ${JSON.stringify(`${connecting(String(port))}.then((m) => require('worker_threads').parentPort.postMessage(m))`)},
              { eval: true, ...${options} }).on('message', done)))`,
        ] as const,
    ),
    ...['execFileSync', 'spawnSync'].map(
      (run) =>
        [
          `a Node.js without variables by ${run}`,
          (port: number) => `((result) => String(result.stdout ?? result).trim())(require('child_process').${run}(
            process.execPath, ['-e', ${JSON.stringify(`${connecting(String(port))}.then(console.log)`)}], { env: {} }))`,
        ] as const,
    ),
    [
      'a Node.js without variables',
      (port: number) => `new Promise((done) => require('child_process').execFile(process.execPath,
        ['-e', ${JSON.stringify(`${connecting(String(port))}.then(console.log)`)}], { env: {} }, (e, out) => done(out.trim())))`,
    ],
  ] as const)('stands in the way of %s', async (_what, expressionFor) => {
    expect(await evaluate(expressionFor(ownersPort))).toBe('ERR_OWNERS_PORT_REFUSED');
  });
});
