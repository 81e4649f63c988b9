import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, freeRange } from '../freePorts.ts';
import { lanAddress } from '../lan.ts';
import { ROOT } from '../workspace.ts';

/** This machine's in its network; where it is in none, another of its own. */
let address: string;
beforeAll(async () => {
  address = await lanAddress().catch(() => '127.0.0.2');
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}
/** Asks with headers that fetch would not send. Rejects when nobody listens there. */
async function ask(
  url: string,
  { headers = {}, method = 'GET' }: { headers?: Record<string, string>; method?: string } = {},
): Promise<Answer> {
  const asking = send(url, { method, headers, agent: false });
  const answered = once(asking, 'response');
  asking.end();
  const [answer] = await answered;
  let body = '';
  for await (const part of answer.setEncoding('utf8')) body += part;
  return { status: answer.statusCode, headers: answer.headers, body };
}
const listensAt = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('error', () => resolve(false)).once('connect', () => resolve(socket.destroy() === socket));
  });

const children: ChildProcess[] = [];
/** Starts a script and resolves when it says what is waited for. */
async function starting(
  script: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
  says: RegExp,
): Promise<string[]> {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (!says.test(line)) continue;
    child.stdout.resume();
    return lines;
  }
  throw new Error(`it did not start:\n${lines.join('\n')}`);
}
const ending = async () => {
  const ended = children.map((child) => once(child, 'close'));
  for (const child of children.splice(0)) child.kill('SIGTERM');
  await Promise.all(ended);
};

describe('the web app, reached over the network,', () => {
  let port: number;
  let behind: Server;
  /** What has come to the services and to local-aws. */
  let arrived: IncomingMessage[] = [];
  beforeAll(async () => {
    behind = createServer((request, response) => {
      arrived.push(request);
      response.end('from behind');
    }).listen(0, '127.0.0.1');
    behind.on('upgrade', (request, socket) => {
      arrived.push(request);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
      socket.on('data', (data) => socket.end(`heard ${data}`));
    });
    await once(behind, 'listening');
    port = await freePort();
    const places = [String(port), String((behind.address() as AddressInfo).port)];
    await starting('scripts/tests/webAlone.ts', [...places, 'built', address], {}, /serves/);
  });
  afterAll(async () => {
    await ending();
    behind.close();
  });
  beforeEach(() => {
    arrived = [];
  });
  const at = (path: string) => `http://${address}:${port}${path}`;

  it('serves the page without a session, and the services’ APIs as to the page that they know', async () => {
    const headers = { origin: `http://${address}:${port}` };
    const page = await ask(at('/ping-pong'));
    const called = await ask(at('/api/alone/match?a=b'), { method: 'POST', headers });

    expect([page.status, called.status, called.body]).toEqual([200, 200, 'from behind']);
    expect(page.body).not.toContain('arcade-session');
    expect(arrived).toMatchObject([
      { method: 'POST', url: '/match?a=b', headers: { origin: `http://localhost:${port}` } },
    ]);
    expect(arrived[0]?.headers.host).toMatch(/^127\.0\.0\.1:/);
  });

  it('carries a service’s WebSocket', async () => {
    const asking = send(at('/api/alone/socket?token=x'), {
      headers: {
        ...{ connection: 'Upgrade', upgrade: 'websocket', origin: `http://${address}:${port}` },
        ...{ 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' },
      },
    }).end();
    const [answer, socket] = await once(asking, 'upgrade');
    socket.write('a frame');
    const [heard] = await once(socket, 'data');

    expect([answer.statusCode, String(heard)]).toEqual([101, 'heard a frame']);
    expect(arrived).toMatchObject([{ url: '/?token=x', headers: { origin: `http://localhost:${port}` } }]);
  });

  it.each([
    ['another name', { host: 'evil.example' }],
    ['the name of this machine for itself', { host: 'localhost:4000' }],
    ['the address without its port', { host: '10.0.0.1' }],
    ['a page of this machine', { origin: 'http://localhost:4000' }],
    ['a page of another port', { origin: 'http://10.0.0.1:4001' }],
    ['another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }],
  ])('turns away %s', async (_what, headers) => {
    const here = Object.entries(headers).map(([name, value]) => [
      name,
      value.replace('10.0.0.1', address).replace('4000', String(port)),
    ]);
    for (const path of ['/', '/api/alone/match', '/_local/journal', '/_arcade/stage'])
      expect((await ask(at(path), { headers: Object.fromEntries(here) })).status).toBe(403);
    expect(arrived).toEqual([]);
  });

  it.each(['', '?payloads=all', '?payloads=all&payloads=some&since=latest', '?PAYLOADS=all&since=latest'])(
    'asks for the journal without what messages say: %j',
    async (query) => {
      // On this machine as well: the page that is shown to others is the same.
      for (const host of [address, 'localhost']) {
        arrived = [];
        await ask(`http://${host}:${port}/_local/journal${query}`);

        const asked = new URL(`http://any${arrived[0]?.url}`).searchParams;
        expect([arrived.length, asked.getAll('payloads')]).toEqual([1, ['none']]);
        expect(asked.get('since')).toBe(query.includes('latest') ? 'latest' : null);
      }
    },
  );

  it.each(['/_local/health', '/_local/graph/ping-pong'])('passes %s on: the page needs it to begin', async (path) => {
    expect((await ask(at(path))).status).toBe(200);
    expect(arrived.map(({ url }) => url?.replace('?payloads=none', ''))).toEqual([path]);
  });

  it.each([
    ['GET', '/_local/faults'],
    ['PUT', '/_local/faults'],
    ['GET', '/_local/services'],
    ['GET', '/_local/stacks'],
    ['POST', '/_local/clock/advance'],
    ['DELETE', '/_local/journal'],
    ['GET', '/_local/journal/'],
    ['GET', '/_local/%6aournal'],
    ['GET', '/_local//journal'],
    ['GET', '/_local/graph/..%2fstacks'],
    ['GET', '/_local/graph/../stacks'],
    ['GET', '/_arcade/faults'],
    ['PUT', '/_arcade/faults'],
    ['DELETE', '/_arcade/faults'],
  ])('does not pass on %s %s', async (method, path) => {
    const asking = send({ host: address, port, path, method, headers: { host: `${address}:${port}` } }).end();
    const [answer] = await once(asking, 'response');

    expect(answer.statusCode).toBe(403);
    expect(arrived).toEqual([]);
  });

  it('lets a phone sign in: what a page asks of the user pool is passed on for this page alone, and nothing signed is', async () => {
    const pool = 'AWSCognitoIdentityProviderService.';
    const post = (headers: Record<string, string>) => ask(at('/_arcade/cognito'), { method: 'POST', headers });
    const answers = [
      await post({ 'x-amz-target': `${pool}SignUp`, origin: `http://${address}:${port}` }),
      await post({ 'x-amz-target': `${pool}SignUp`, origin: 'http://evil.example' }),
      await post({ 'x-amz-target': `${pool}AdminGetUser` }),
      await post({ 'x-amz-target': 'DynamoDB_20120810.Scan' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 403]);
    expect(arrived.map(({ url, headers }) => [url, headers['x-amz-target'], headers['x-local-aws-secret']])).toEqual([
      ['/', `${pool}SignUp`, undefined],
    ]);
  });

  it('says that nothing can be broken', async () => {
    expect(JSON.parse((await ask(at('/_arcade/stage'))).body)).toEqual({ stage: 'local', canBreak: false });
  });
});

describe('npm start', () => {
  let state: string;
  let ports: { localAws: number; web: number; base: number };
  const environment = () => ({
    LOCAL_AWS_PORT: String(ports.localAws),
    WEB_PORT: String(ports.web),
    ARCADE_PORT_BASE: String(ports.base),
    LOCAL_AWS_STATE: state,
    WEB_LAN_ADDRESS: address,
  });
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'lan-test-'));
    ports = { localAws: await freePort(), web: await freePort(), base: await freeRange(200) };
  });
  afterAll(async () => {
    await ending();
    await rm(state, { recursive: true, force: true });
  });
  const start = (...args: string[]) =>
    starting('scripts/start.ts', ['--only', 'ping-pong', ...args], environment(), /^ready in/);

  it('lets others of the network reach nothing, unless it is asked to: then the web app alone, without what messages say', async () => {
    await start();
    const before = await listensAt(address, ports.web);
    await ending();
    const lines = await start('--lan');
    const reached = await Promise.all(
      [ports.web, ports.localAws, ports.base + 10, ports.base + 11].map((port) => listensAt(address, port)),
    );
    const origin = `http://${address}:${ports.web}`;
    const served = await ask(`${origin}/api/ping-pong/match/serve`, { method: 'POST', headers: { origin } });
    /** What was published is a string in the hop's detail. */
    const said = /"message":[^,]*[a-z]/;
    const journal = () => ask(`http://localhost:${ports.localAws}/_local/journal`);
    // A message is delivered after the answer.
    let whole = await journal();
    while (!said.test(whole.body)) whole = await journal();
    const shown = await ask(`${origin}/_local/journal?payloads=all`);

    expect([before, ...reached]).toEqual([false, true, false, false, false]);
    // 409 where the clock has served meanwhile: it does so each minute.
    expect([202, 409]).toContain(served.status);
    expect(JSON.parse(shown.body).length).toBeGreaterThan(5);
    expect(shown.body).not.toMatch(said);
    expect(lines).toContainEqual(`On the network: ${origin}`);
    expect(lines.join('\n')).toMatch(/open the pages and call the services’ APIs.*\n.*local-aws’s own port/);
  });

  it('shows others no page that is being worked on', async () => {
    const child = spawn(process.execPath, [join(ROOT, 'scripts/start.ts'), '--lan', '--dev-web'], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });

    expect((await once(child, 'close'))[0]).toBe(2);
    expect(said).toContain('not with --dev-web');
  });
});
