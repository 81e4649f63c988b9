import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { VendorRefusal } from '../domain/refusal.ts';
import { createVendor } from '../outside/vendor.ts';

interface Heard {
  method: string;
  path: string;
  token: string | undefined;
  body: unknown;
}

let server: Server;
let url: string;
let heard: Heard[];
/** What the vendor answers next; undefined: nothing at all. */
let next: { status: number; body?: unknown; headers?: Record<string, string> } | undefined;

beforeEach(async () => {
  heard = [];
  next = { status: 200, body: {} };
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { method = '', url: path = '', headers } = request;
    heard.push({ method, path, token: headers.authorization, body: text && JSON.parse(text) });
    if (!next) return;
    response.writeHead(next.status, next.headers);
    response.end(typeof next.body === 'string' ? next.body : next.body && JSON.stringify(next.body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

const state = { power: 'ON', brightness: 40 };
const device = { deviceId: 'bulb-1', name: 'kitchen light', api: 'sync', state, reachable: true };
const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => expect('an answer').toBe('a refusal') as never,
    ({ name, error, status, retryable }: VendorRefusal) => ({ name, error, status, retryable }),
  );

describe('the vendor', () => {
  it('is asked with the customer’s token, for what is meant', async () => {
    const vendor = createVendor({ url: `${url}/` });
    const told = [
      [{ account: 'ann', grants: 'hub' }, () => vendor.account('t')],
      [{ devices: [device] }, () => vendor.devices('t')],
      [{ ...device, sampledAtMs: 7 }, () => vendor.device('t', 'a/b')],
      [{ status: 'done', state, changedAtMs: 7 }, () => vendor.request('t', 'bulb-1', 'r?1')],
      [undefined, () => vendor.subscribe('t', 'https://push.example.com/changes')],
    ] as const;
    const answers: unknown[] = [];
    for (const [body, call] of told) {
      next = { status: 200, body };
      answers.push(await call());
    }

    expect(heard).toEqual([
      { method: 'GET', path: '/vendor/account', token: 'Bearer t', body: '' },
      { method: 'GET', path: '/vendor/devices', token: 'Bearer t', body: '' },
      { method: 'GET', path: '/vendor/devices/a%2Fb', token: 'Bearer t', body: '' },
      { method: 'GET', path: '/vendor/devices/bulb-1/commands/r%3F1', token: 'Bearer t', body: '' },
      {
        method: 'PUT',
        path: '/vendor/subscription',
        token: 'Bearer t',
        body: { callbackUrl: 'https://push.example.com/changes' },
      },
    ]);
    expect(answers).toEqual([
      { account: 'ann', grants: 'hub' },
      [device],
      { ...device, sampledAtMs: 7 },
      { kind: 'done', state, changedAtMs: 7 },
      undefined,
    ]);
  });

  it.each([
    [
      { status: 200, body: { state, changedAtMs: 7 } },
      { kind: 'done', state, changedAtMs: 7 },
    ],
    [{ status: 202, body: {} }, { kind: 'accepted' }],
    [{ status: 202 }, { kind: 'accepted' }],
  ])('answers %j to a command: %j', async (answer, expected) => {
    next = answer;
    const command = { requestId: 'r-1', command: { power: 'ON' }, callbackUrl: 'https://push.example.com' } as const;

    expect(await createVendor({ url }).command('t', 'bulb-1', command)).toEqual(expected);
    expect(heard).toMatchObject([
      {
        method: 'POST',
        path: '/vendor/devices/bulb-1/commands',
        body: { requestId: 'r-1', power: 'ON', callbackUrl: 'https://push.example.com' },
      },
    ]);
  });

  it.each([
    [400, 'INTERNAL_ERROR', false],
    [401, 'INVALID_AUTHORIZATION_CREDENTIAL', false],
    [403, 'INVALID_AUTHORIZATION_CREDENTIAL', false],
    [404, 'NO_SUCH_ENDPOINT', false],
    [422, 'INVALID_VALUE', false],
    [429, 'RATE_LIMIT_EXCEEDED', true],
    [500, 'ENDPOINT_UNREACHABLE', true],
    [503, 'ENDPOINT_UNREACHABLE', true],
  ])('means by %i: %s, and that another attempt may help: %s', async (status, error, retryable) => {
    next = { status, body: { error: 'told to nobody' } };

    const refusal = await refusalOf(createVendor({ url }).device('t', 'bulb-1'));

    expect(refusal).toEqual({ name: 'VendorRefusal', error, status, retryable });
  });

  it.each([
    ['no JSON', { status: 200, body: 'welcome' }],
    ['another device', { status: 200, body: { deviceId: 'bulb-1' } }],
  ])('is not understood when it answers %s', async (_what, answer) => {
    next = answer;

    expect(await refusalOf(createVendor({ url }).device('t', 'bulb-1'))).toMatchObject({
      error: 'INTERNAL_ERROR',
      retryable: false,
    });
  });

  it('is not followed elsewhere: the customer’s token would go with it', async () => {
    next = { status: 302, headers: { location: `${url}/elsewhere` } };

    expect(await refusalOf(createVendor({ url }).account('t'))).toMatchObject({ error: 'ENDPOINT_UNREACHABLE' });
    expect(heard).toHaveLength(1);
  });

  it('has a state to tell when it says that a command is done', async () => {
    const command = { requestId: 'r-1', command: { power: 'ON' } } as const;

    expect(await refusalOf(createVendor({ url }).command('t', 'bulb-1', command))).toMatchObject({
      error: 'INTERNAL_ERROR',
    });
  });

  it('counts as not reached when it is silent for longer than a call may take, or is not there', async () => {
    next = undefined;
    const unreached = { name: 'VendorRefusal', error: 'ENDPOINT_UNREACHABLE', status: undefined, retryable: true };

    expect(await refusalOf(createVendor({ url, timeoutMs: 20 }).account('t'))).toEqual(unreached);
    expect(await refusalOf(createVendor({ url: 'http://127.0.0.1:9' }).account('t'))).toEqual(unreached);
  });
});
