import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readBody } from '../body.ts';
import { type Listener, listen } from '../listener.ts';

/** How long a request may take to come where one comes whole: a busy machine may take a while to read what is there. */
const WHOLE_MS = 500;

let listener: Listener;
let answerNow: PromiseWithResolvers<void>;
const sockets: Socket[] = [];
beforeEach(async () => {
  answerNow = Promise.withResolvers();
  listener = await listenFor(50);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener.close();
});

const listenFor = (requestMs: number) =>
  listen(
    0,
    async (request, response) => {
      await readBody(request).catch(() => {});
      if (request.url === '/slow') await answerNow.promise;
      response.end('answered');
    },
    { requestMs },
  );
/** A listener that gives requests longer to come. */
async function listenLonger(): Promise<void> {
  await listener.close();
  listener = await listenFor(WHOLE_MS);
}

/** Sends bytes and goes on waiting; gives all that comes until the other end hangs up. */
async function send(bytes: string): Promise<string> {
  const socket = connect(listener.port, '127.0.0.1');
  sockets.push(socket);
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  socket.write(bytes);
  await once(socket, 'end');
  return received;
}

describe('a request that stays half-sent', () => {
  it.each([
    ['its head', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Mo'],
    ['its body', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf'],
    ['a chunk', 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf'],
  ])('(%s) is answered with a timeout, and its connection ended', async (_what, bytes) => {
    expect(await send(bytes)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  it.each([
    ['nothing', ''],
    ['what may become HTTP/2', 'PRI * HT'],
  ])('(%s) costs its connection', async (_what, bytes) => {
    expect(await send(bytes)).toBe('');
  });

  it('over HTTP/2 is reset, and the others of its connection go on', async () => {
    await listenLonger();
    const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
    try {
      const half = session.request({ ':method': 'POST', ':path': '/' });
      half.write('half');
      await once(half, 'close');
      const whole = session.request({ ':path': '/' });
      const [chunk] = (await once(whole, 'data')) as [Buffer];

      expect(half.rstCode).toBe(8);
      expect(chunk.toString()).toBe('answered');
    } finally {
      session.destroy();
    }
  });
});

it('takes its time to answer what has come whole', async () => {
  await listenLonger();
  const slow = fetch(`http://127.0.0.1:${listener.port}/slow`, { method: 'POST', body: 'whole' });
  const session = connectHttp2(`http://127.0.0.1:${listener.port}`);
  try {
    const slowToo = session.request({ ':method': 'POST', ':path': '/slow' }).end('whole');
    const chunks = once(slowToo, 'data');
    // By the time that these are given up, the others have waited longer than a request may take to come.
    await send('GET / HTTP/1.1\r\nX-Mo');
    await send('GET / HTTP/1.1\r\nX-Mo');
    answerNow.resolve();

    expect(await (await slow).text()).toBe('answered');
    expect(String((await chunks)[0])).toBe('answered');
  } finally {
    session.destroy();
  }
});
