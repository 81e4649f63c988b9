import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { guardPorts } from '../guardedPorts.ts';

let server: Server;
let port: number;
let handled: string[];

beforeEach(async () => {
  port = await freePort();
  handled = [];
  guardPorts([port]);
  server = createServer(({ url }, response) => {
    handled.push(String(url));
    response.end('invoked');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function freePort(): Promise<number> {
  const probe = createTcpServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return address.port;
}

/** The status of a POST, as a page sends it without a preflight. */
async function post(headers: Record<string, string>): Promise<number | undefined> {
  const call = request({ host: '127.0.0.1', port, method: 'POST', path: '/', headers, agent: false }).end('{}');
  const [response] = await once(call, 'response');
  response.resume();
  return response.statusCode;
}

describe('a guarded port', () => {
  it('never lets a page of another origin reach what listens there', async () => {
    const status = await post({
      host: `localhost:${port}`,
      origin: 'http://evil.example',
      'content-type': 'text/plain',
    });

    expect(status).toBe(403);
    expect(handled).toEqual([]);
  });

  it('never lets a name that was pointed at this machine reach it', async () => {
    expect(await post({ host: `evil.example:${port}` })).toBe(403);
    expect(handled).toEqual([]);
  });

  it('serves the programs of this machine', async () => {
    expect(await post({ host: `127.0.0.1:${port}` })).toBe(200);
    expect(handled).toEqual(['/']);
  });
});
