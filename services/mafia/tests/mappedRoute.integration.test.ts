import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECURITY_HEADERS } from '@arcade/lambda/security-headers';
import { type ApiAnswer, apiOf, type LocalAws, PATIENCE_MS, type Template } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMafia } from './aws.ts';

const UNKNOWN = '0'.repeat(20);
let aws: LocalAws;
let request: ReturnType<typeof apiOf>;
let gameId: string;

/** Gives the stage variables, as an operator may. */
function withVariables({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === 'AWS::ApiGateway::Stage') Properties.Variables = { greeting: 'it\'s "me"' };
  }
}

beforeAll(async () => {
  aws = await startMafia({ transform: withVariables });
  request = apiOf(aws.apiUrl('mafia'));
  gameId = (await request('POST', '/games')).body.gameId;
}, PATIENCE_MS);

afterAll(() => aws.stop());

const state = (id: string, query = '', headers: Record<string, string> = {}) =>
  request('GET', `/games/${id}/state${query}`, undefined, headers);

/** The headers that both integrations of a route must have alike. */
const headersOf = ({ headers }: ApiAnswer) =>
  Object.fromEntries(
    ['content-type', 'x-correlation-id', 'access-control-allow-origin', ...Object.keys(SECURITY_HEADERS)].map(
      (name) => [name, headers.get(name)],
    ),
  );

describe('the route by the LAMBDA integration', () => {
  it.each([
    ['a game', 200, () => gameId],
    ['what is no id', 400, () => 'nonsense'],
    ['an unknown game', 404, () => UNKNOWN],
  ])('answers for %s with %i as its proxy twin: status, body and headers', async (_what, status, id) => {
    const sent = { 'X-Correlation-Id': 'chain-7', origin: 'http://localhost:4000' };

    const proxy = await request('GET', `/games/${id()}`, undefined, sent);
    const mapped = await state(id(), '', sent);

    expect([mapped.status, mapped.body]).toEqual([status, proxy.body]);
    expect(headersOf(mapped)).toEqual(headersOf(proxy));
    expect(headersOf(mapped)).toMatchObject({
      ...SECURITY_HEADERS,
      'content-type': status === 200 ? 'application/json' : 'application/problem+json',
      'x-correlation-id': 'chain-7',
    });
  });

  it.each([
    ['a game', () => gameId],
    ['an unknown game', () => UNKNOWN],
  ])('names the correlation id for %s also where the client sends none, as the log does', async (_what, id) => {
    const { headers } = await state(id());

    const correlationId = headers.get('x-correlation-id') ?? 'none';
    expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
    if (id() === UNKNOWN) expect(aws.logs('mafia-local-game-state').join('\n')).toContain(correlationId);
  });

  it('answers what is the gateway’s own with a problem that has the same headers', async () => {
    const form = await state(gameId, '', { 'content-type': 'application/x-www-form-urlencoded' });
    const nowhere = await request('GET', '/nowhere');

    expect([form.status, nowhere.status]).toEqual([415, 404]);
    for (const answer of [form, nowhere]) {
      expect(headersOf(answer)).toMatchObject({
        ...SECURITY_HEADERS,
        'content-type': 'application/problem+json',
        'x-correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    }
  });

  it.each([
    'x%22:1%7D,%22path%22:%7B%22gameId%22:%22{other}%22%7D,%22z%22:%7B%22y=1',
    'x=%22%7D,%22path%22:%7B%22gameId%22:%22{other}%22%7D,%22z%22:%7B%22y%22:%22',
    'x%5C%22:1%7D%7D=1&%22=%27%5C&y=%24input',
  ])('shows the game of its path, whatever the names and values of parameters: ?%s', async (query) => {
    const other = (await request('POST', '/games')).body.gameId;

    const { status, body } = await state(gameId, `?${query.replace('{other}', other)}`, { 'x-quote': 'it\'s "q" \\ ' });

    expect([status, body.id]).toEqual([200, gameId]);
  });
});

/** The fields of the context that the workshop's template names. */
const CONTEXT = [
  ...['account-id', 'api-id', 'api-key', 'authorizer-principal-id', 'caller', 'cognito-authentication-provider'],
  ...['cognito-authentication-type', 'cognito-identity-id', 'cognito-identity-pool-id', 'http-method', 'stage'],
  ...['source-ip', 'user', 'user-agent', 'user-arn', 'request-id', 'resource-id', 'resource-path'],
];

const ECHO = `exports.handler = async (event) => {
  if (event.params.querystring.fail) throw new Error(event.params.querystring.fail);
  return { correlationId: 'from-the-function', body: event };
};`;

describe('a function behind it', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'echo-'));
    const file = join(folder, 'echo.cjs');
    writeFileSync(file, ECHO);
    await aws.cloud.functions.setCode('mafia-local-game-state', { kind: 'bundle', file, handler: 'echo.handler' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('gets all that the template of the workshop passes on', async () => {
    const { headers, body } = await state(gameId, '?na%22me=va%22l%27ue', { 'user-agent': 'it\'s "me" \\' });

    expect(headers.get('x-correlation-id')).toBe('from-the-function');
    expect(body).toMatchObject({
      'body-json': {},
      'base64-body': Buffer.from('{}').toString('base64'),
      params: { path: { gameId }, querystring: { 'na"me': 'va"l\'ue' }, header: { 'user-agent': 'it\'s "me" \\' } },
      'stage-variables': { greeting: 'it\'s "me"' },
      context: {
        'http-method': 'GET',
        stage: 'local',
        'source-ip': '127.0.0.1',
        'user-agent': 'it\'s "me" \\',
        'resource-path': '/games/{gameId}/state',
      },
    });
    expect(Object.keys(body.context)).toEqual(CONTEXT);
    expect(CONTEXT).toHaveLength(18);
  });

  it.each([
    'out of the blue',
    'of two\nlines',
    '[418] {"status":418}',
    '2030-01-01 Task timed out after 10.00 seconds',
  ])('that fails is answered with a problem of status 500 that says nothing: %j', async (message) => {
    const answer = await state(gameId, `?fail=${encodeURIComponent(message)}`);

    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something went wrong on our side.',
    });
    expect(headersOf(answer)).toMatchObject({ ...SECURITY_HEADERS, 'content-type': 'application/problem+json' });
    expect(answer.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('that fails as its own code says keeps the correlation id', async () => {
    const { status, headers } = await state(gameId, `?fail=${encodeURIComponent('[500] chain-9 {"status":500}')}`);

    expect([status, headers.get('x-correlation-id')]).toEqual([500, 'chain-9']);
  });
});
