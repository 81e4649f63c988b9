import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { serveConfig } from '../server/accountApi.ts';
import { serveArcade } from '../server/arcadeApi.ts';

const SESSION = 'session-of-this-start';
const PLAN = { seed: 7, rules: [{ match: { target: '*ping-pong-*' }, duplicate: 0.5 }] };

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const serving = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** What has come to local-aws. */
let arrived: {
  method: string | undefined;
  path: string | undefined;
  secret: unknown;
  session: unknown;
  target: unknown;
  authorization: unknown;
  body: string;
}[];
/** What local-aws answers instead, by method and path. */
const answers = new Map<string, { status?: number; type?: string; body: unknown }>();
let localAws: Server;
let app: Server;
let parts: { session: string | undefined; localAwsUrl: string; secret(): string };
beforeAll(async () => {
  localAws = await serving(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { method, url: path, headers } = request;
    arrived.push({
      ...{ method, path, secret: headers['x-local-aws-secret'], session: headers['x-arcade-session'], body },
      ...{ target: headers['x-amz-target'], authorization: headers.authorization },
    });
    const asked = answers.get(`${method} ${path}`);
    if (asked !== undefined) {
      response.writeHead(asked.status ?? 200, { 'content-type': asked.type ?? 'application/json' });
      return void response.end(JSON.stringify(asked.body));
    }
    const isBad = method === 'PUT' && !body.startsWith('{');
    response.setHeader('content-type', isBad ? 'application/problem+json' : 'application/json');
    response.writeHead(isBad ? 400 : 200).end(JSON.stringify(isBad ? { title: 'InvalidBody', status: 400 } : PLAN));
  });
  app = await serving((request, response) => {
    void serveArcade(request, response, request.url?.split('?')[0] ?? '', parts);
  });
});
afterAll(() => {
  localAws.close();
  app.close();
});
beforeEach(() => {
  arrived = [];
  answers.clear();
  parts = { session: SESSION, localAwsUrl: urlOf(localAws), secret: () => 'of the owner' };
});

const ask = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(urlOf(app) + path, init);
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.json() };
};
const inSession = { 'x-arcade-session': SESSION };

describe('what may be broken', () => {
  it('is said with the stage', async () => {
    const local = await ask('/_arcade/stage');
    parts.session = undefined;
    const onLan = await ask('/_arcade/stage');

    expect([local.body, onLan.body]).toEqual([
      { stage: 'local', canBreak: true },
      { stage: 'local', canBreak: false },
    ]);
  });

  it('is read, set and reset by the page, and local-aws is given the secret and not the session', async () => {
    const put = { method: 'PUT', headers: inSession, body: JSON.stringify(PLAN) };
    const answers = [
      await ask('/_arcade/faults', { headers: inSession }),
      await ask('/_arcade/faults', put),
      await ask('/_arcade/faults', { method: 'DELETE', headers: inSession }),
    ];

    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, PLAN]));
    const known = { path: '/_local/faults', secret: 'of the owner', session: undefined };
    expect(arrived).toEqual([
      { ...known, method: 'GET', body: '' },
      { ...known, method: 'PUT', body: JSON.stringify(PLAN) },
      { ...known, method: 'DELETE', body: '' },
    ]);
  });

  it.each([
    ['no session', {}],
    ['an origin alone', { origin: 'http://localhost:4000', 'sec-fetch-site': 'same-origin' }],
    ['the session of another start', { 'x-arcade-session': SESSION.replace('this', 'that') }],
    ['an empty session', { 'x-arcade-session': '' }],
    ['the secret itself', { 'x-local-aws-secret': 'of the owner' }],
  ])('is nobody’s business with %s', async (_what, headers) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await ask('/_arcade/faults', { method, headers, ...(method === 'PUT' && { body: '{}' }) });

      expect([answer.status, answer.type]).toEqual([403, 'application/problem+json']);
    }
    expect(arrived).toEqual([]);
  });

  it('is nobody’s business while others of the network reach the arcade, not even with the session', async () => {
    parts.session = undefined;

    for (const session of [SESSION, '', 'undefined'])
      expect((await ask('/_arcade/faults', { headers: { 'x-arcade-session': session } })).status).toBe(403);
    expect(arrived).toEqual([]);
  });

  it('is refused as local-aws refuses it', async () => {
    const answer = await ask('/_arcade/faults', { method: 'PUT', headers: inSession, body: 'no plan' });

    expect(answer).toEqual({
      ...{ status: 400, type: 'application/problem+json' },
      body: { title: 'InvalidBody', status: 400 },
    });
  });

  it.each(['Content-Length', 'Transfer-Encoding'])('has 64 kB at the most, also with %s', async (header) => {
    const long = Buffer.alloc(65 * 1024, ' ');
    const asking = send(`${urlOf(app)}/_arcade/faults`, { method: 'PUT', headers: inSession });
    if (header === 'Content-Length') asking.setHeader(header, long.length);
    else asking.setHeader(header, 'chunked');
    // The server has its answer before all has been sent.
    asking.on('error', () => {}).end(long);
    const [answer] = await once(asking, 'response');

    expect([answer.statusCode, answer.headers['content-type']]).toEqual([413, 'application/problem+json']);
    expect(arrived).toEqual([]);
  });

  it('is a problem when local-aws does not answer, or its secret cannot be had', async () => {
    parts.secret = () => {
      throw new Error('The keys cannot be used.');
    };
    const locked = await ask('/_arcade/faults', { headers: inSession });
    parts = { ...parts, secret: () => 'of the owner', localAwsUrl: 'http://127.0.0.1:1' };
    const silent = await ask('/_arcade/faults', { headers: inSession });

    expect([locked.status, locked.body]).toEqual([
      503,
      expect.objectContaining({ detail: 'The keys cannot be used.' }),
    ]);
    expect([silent.status, silent.body]).toEqual([502, expect.objectContaining({ status: 502 })]);
  });

  it.each([
    ['POST', '/_arcade/faults'],
    ['PUT', '/_arcade/stage'],
    ['GET', '/_arcade/faults/x'],
    ['GET', '/_arcade/'],
  ])('has no %s %s', async (method, path) => {
    const answer = await ask(path, { method, headers: inSession });

    expect([answer.status, answer.type]).toEqual([404, 'application/problem+json']);
    expect(arrived).toEqual([]);
  });
});

describe('the messages of edges and dead letters', () => {
  it('are asked of local-aws with the secret, query and body as they came', async () => {
    const post = (body: object) => ({ method: 'POST', headers: inSession, body: JSON.stringify(body) });
    await ask('/_arcade/messages?from=a&from=b&to=c', { headers: inSession });
    await ask('/_arcade/messages/7/matching', post({}));
    await ask('/_arcade/messages/7/resend', post({ body: 'x' }));
    await ask('/_arcade/letters?queue=d', { headers: inSession });
    await ask('/_arcade/letters', post({ queue: 'd' }));

    const known = { secret: 'of the owner', session: undefined };
    expect(arrived).toMatchObject([
      { ...known, method: 'GET', path: '/_local/messages?from=a&from=b&to=c' },
      { ...known, method: 'POST', path: '/_local/messages/7/matching', body: '{}' },
      { ...known, method: 'POST', path: '/_local/messages/7/resend', body: '{"body":"x"}' },
      { ...known, method: 'GET', path: '/_local/letters?queue=d' },
      { ...known, method: 'POST', path: '/_local/letters', body: '{"queue":"d"}' },
    ]);
  });

  it.each(['/messages?from=a&to=b', '/letters?queue=d', '/messages/7/resend', '/letters'])(
    'are nobody’s business at %s without the page’s session, or while others of the network look on',
    async (path) => {
      const method = path.includes('?') ? 'GET' : 'POST';
      const outside = await ask(`/_arcade${path}`, { method, headers: { 'x-arcade-session': 'another' } });
      parts.session = undefined;
      const onLan = await ask(`/_arcade${path}`, { method, headers: inSession });

      expect([outside.status, onLan.status]).toEqual([403, 403]);
      expect(arrived).toEqual([]);
    },
  );

  it.each([
    ['POST', '/messages'],
    ['GET', '/messages/7/resend'],
    ['POST', '/messages/7/remove'],
    ['POST', '/messages/7/resend/../../stacks'],
    ['DELETE', '/letters'],
    ['GET', '/stacks'],
  ])('are all that is passed on: not %s %s', async (method, path) => {
    expect((await ask(`/_arcade${path}`, { method, headers: inSession })).status).toBe(404);
    expect(arrived).toEqual([]);
  });
});

describe('how one signs in', () => {
  const outputs = {
    ...{ UserPoolId: 'eu-west-1_Abcdefghi', UserPoolClientId: 'client-1', IdentityPoolId: 'eu-west-1:1' },
    ...{ ConfirmsAtOnce: 'true', ManagerRoleName: 'secret-of-identity' },
  };
  const stacks = (one: Record<string, string>) => ({
    body: [{ stackName: 'identity-local', outputs: one, functions: 'x' }],
  });

  it('is said by the outputs of identity, which nobody else sees', async () => {
    answers.set('GET /_local/stacks', stacks(outputs));

    expect(await ask('/_arcade/config')).toEqual({
      ...{ status: 200, type: 'application/json' },
      body: {
        ...{ region: 'eu-west-1', identityPoolId: 'eu-west-1:1', confirmsAtOnce: true },
        userPool: { clientId: 'client-1', endpoint: '/_arcade/cognito' },
        aws: { endpoint: parts.localAwsUrl },
      },
    });
    expect(arrived).toMatchObject([{ path: '/_local/stacks', secret: 'of the owner' }]);
    answers.set('GET /_local/stacks', stacks({ ...outputs, ConfirmsAtOnce: 'false' }));
    expect((await ask('/_arcade/config')).body).toMatchObject({ confirmsAtOnce: false });
  });

  it('is said without where AWS is to whoever does not come by the loopback address', async () => {
    answers.set('GET /_local/stacks', stacks(outputs));
    const socket = { localAddress: '192.168.1.5' };
    const ended: string[] = [];
    const response = { writeHead: () => response, end: (text: string) => ended.push(text) };

    await serveConfig({ socket } as IncomingMessage, response as unknown as ServerResponse, parts);

    const said = JSON.parse(ended.join(''));
    expect(said).toMatchObject({ identityPoolId: 'eu-west-1:1' });
    expect(said).not.toHaveProperty('aws');
  });

  it('is not known before identity is there, and never where it does not run', async () => {
    answers.set('GET /_local/stacks', { body: [] });
    answers.set('GET /_local/services', { body: [{ name: 'identity' }] });
    const early = await ask('/_arcade/config');
    answers.set('GET /_local/services', { body: [{ name: 'mafia' }] });
    const never = await ask('/_arcade/config');
    answers.set('GET /_local/stacks', { status: 403, body: {} });
    const unsure = await ask('/_arcade/config');

    expect([early.status, never.status, unsure.status]).toEqual([503, 404, 503]);
  });

  it('is passed on to the user pool without anything that could sign it, and its answer comes back as it is', async () => {
    const refusal = { __type: 'NotAuthorizedException', message: 'Incorrect username or password.' };
    answers.set('POST /', { status: 400, type: 'application/x-amz-json-1.1', body: refusal });
    const target = 'AWSCognitoIdentityProviderService.InitiateAuth';

    const answer = await ask('/_arcade/cognito', {
      method: 'POST',
      headers: { 'x-amz-target': target, authorization: 'AWS4-HMAC-SHA256 Credential=local/x', ...inSession },
      body: '{"AuthFlow":"USER_PASSWORD_AUTH"}',
    });

    expect(answer).toEqual({ status: 400, type: 'application/x-amz-json-1.1', body: refusal });
    expect(arrived).toEqual([
      {
        ...{ method: 'POST', path: '/', secret: undefined, session: undefined },
        ...{ target, authorization: undefined, body: '{"AuthFlow":"USER_PASSWORD_AUTH"}' },
      },
    ]);
  });

  it.each([
    'AWSCognitoIdentityProviderService.AdminCreateUser',
    'AWSCognitoIdentityProviderService.ListUsers',
    'DynamoDB_20120810.Scan',
    'AWSCognitoIdentityService.GetCredentialsForIdentity',
    '',
  ])('is all that is passed on: not %s', async (target) => {
    const answer = await ask('/_arcade/cognito', { method: 'POST', headers: { 'x-amz-target': target }, body: '{}' });

    expect([answer.status, arrived]).toEqual([403, []]);
  });

  it('is taken up to 64 kB', async () => {
    const headers = { 'x-amz-target': 'AWSCognitoIdentityProviderService.SignUp' };
    const answer = await ask('/_arcade/cognito', { method: 'POST', headers, body: ' '.repeat(65 * 1024) });

    expect([answer.status, arrived]).toEqual([413, []]);
  });
});
