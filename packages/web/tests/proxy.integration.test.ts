import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askedOf } from '../server/answers.ts';
import { passOn, passSocketOn } from '../server/proxy.ts';

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const NOBODY = 'http://127.0.0.1:1';

/** Takes the next request that comes to the service behind. */
let next: (take: (request: IncomingMessage, response: ServerResponse) => void) => void;
let behind: Server;
let app: Server;
/** Where the app passes on to. */
let origin: string;
beforeAll(async () => {
  let taker = (_request: IncomingMessage, response: ServerResponse): void => void response.end();
  next = (take) => {
    taker = take;
  };
  behind = createServer((request, response) => taker(request, response)).listen(0, '127.0.0.1');
  app = createServer((request, response) => {
    const { path, query } = askedOf(request);
    passOn(request, response, { origin, path: path + query });
  }).listen(0, '127.0.0.1');
  app.on('upgrade', (request, socket, head) => passSocketOn(request, socket, head, { origin, path: '/' }));
  await Promise.all([once(behind, 'listening'), once(app, 'listening')]);
});
afterAll(() => {
  for (const server of [behind, app]) {
    server.close();
    server.closeAllConnections();
  }
});

describe('what the web app passes on', () => {
  it('arrives as it was sent, and so does the answer', async () => {
    origin = urlOf(behind);
    const body = 'x'.repeat(300_000);
    let heard = '';
    next(async (request, response) => {
      for await (const part of request) heard += part;
      response
        .writeHead(409, { 'x-turn': 'day', 'set-cookie': ['a=1', 'b=2'] })
        .end(`${request.method} ${request.url}`);
    });

    const answer = await fetch(`${urlOf(app)}/games?a=b%20c`, { method: 'PUT', body });

    expect(heard).toBe(body);
    expect([answer.status, answer.headers.get('x-turn'), answer.headers.getSetCookie()]).toEqual([
      ...[409, 'day'],
      ['a=1', 'b=2'],
    ]);
    expect(await answer.text()).toBe('PUT /games?a=b%20c');
  });

  it('is a stream where the answer is one: each part comes when it is written, and ends when the reader goes', async () => {
    origin = urlOf(behind);
    let writing: ServerResponse | undefined;
    next((_request, response) => {
      writing = response;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    });
    const asking = send(`${urlOf(app)}/journal`).end();
    const [answer] = await once(asking, 'response');
    const [first] = await once(answer, 'data');
    writing?.write('data: 2\n\n');
    const [second] = await once(answer, 'data');
    const gone = once(writing as ServerResponse, 'close');
    asking.on('error', () => {}).destroy();

    expect([String(first), String(second)]).toEqual(['data: 1\n\n', 'data: 2\n\n']);
    await gone;
  });

  it('is given up when the reader goes before there is any answer', async () => {
    origin = urlOf(behind);
    const arrived = new Promise<IncomingMessage>((resolve) => next((request) => resolve(request)));
    const asking = send(`${urlOf(app)}/match`).end();
    const { socket } = await arrived;
    const gone = once(socket, 'close');
    asking.on('error', () => {}).destroy();

    await gone;
    expect(socket.destroyed).toBe(true);
  });

  it('breaks off where the answer does, and is no whole one', async () => {
    origin = urlOf(behind);
    next((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setImmediate(() => response.destroy());
    });

    await expect(fetch(`${urlOf(app)}/`).then((answer) => answer.text())).rejects.toThrow();
  });

  it('is 502 when nobody answers there, WebSockets as well', async () => {
    origin = NOBODY;
    const answer = await fetch(`${urlOf(app)}/match`);
    const asking = send(urlOf(app), { headers: { connection: 'Upgrade', upgrade: 'websocket' } }).end();
    const [refused] = await once(asking, 'response');

    expect([answer.status, refused.statusCode]).toEqual([502, 502]);
    expect(await answer.text()).toBe(`Nothing answers at ${NOBODY}.\n`);
  });

  it('is refused a WebSocket as the service refuses it', async () => {
    origin = urlOf(behind);
    next((_request, response) => void response.writeHead(401, { 'x-why': 'no token' }).end('who are you?'));
    const asking = send(urlOf(app), { headers: { connection: 'Upgrade', upgrade: 'websocket' } }).end();
    const [refused] = await once(asking, 'response');
    let said = '';
    for await (const part of refused) said += part;

    expect([refused.statusCode, refused.headers['x-why'], said]).toEqual([401, 'no token', 'who are you?']);
  });
});
