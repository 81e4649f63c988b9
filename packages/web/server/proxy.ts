import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { type Duplex, pipeline } from 'node:stream';
import { answerText, refusedHandshake } from './answers.ts';

/** Where a request is passed on to. */
export interface Target {
  /** `http://127.0.0.1:4110`, or with `ws:`. */
  origin: string;
  /** With the query. */
  path: string;
  /** The page's own origin as those behind know it, when the reader knows it by another name. */
  pageOrigin?: string;
}

/** Said of one connection only, and thus not passed on. */
const OF_ONE_CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'te', 'expect'];

function passedOn(headers: IncomingHttpHeaders, { origin, pageOrigin }: Target): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !OF_ONE_CONNECTION.includes(name));
  return {
    ...Object.fromEntries(kept),
    host: new URL(origin).host,
    ...(pageOrigin !== undefined && headers.origin !== undefined && { origin: pageOrigin }),
  };
}

function ask(request: IncomingMessage, target: Target, more: IncomingHttpHeaders) {
  const { hostname, port } = new URL(target.origin);
  return send({
    // A connection for each: one that is kept may have been closed by a server that was started again.
    ...{ hostname, port, agent: false, path: target.path },
    ...(request.method && { method: request.method }),
    headers: { ...passedOn(request.headers, target), ...more },
  });
}

/** Passes a request on and its answer back, both as they come: a stream stays one. 502 when nobody answers there. */
export function passOn(request: IncomingMessage, response: ServerResponse, target: Target): void {
  const asking = ask(request, target, {});
  // Whoever asked has gone: nobody waits for the answer any more.
  response.once('close', () => asking.destroy());
  asking.once('response', (answer) => {
    const headers = Object.entries(answer.headers).filter(([name]) => !OF_ONE_CONNECTION.includes(name));
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers));
    response.flushHeaders();
    pipeline(answer, response, () => {});
  });
  asking.once('error', () => {
    // What has begun ends as the answer does.
    if (!response.headersSent) answerText(response, 502, `Nothing answers at ${target.origin}.`);
  });
  request.pipe(asking);
}

/** Passes a WebSocket on, from its handshake to its end. 502 when nobody answers there. */
export function passSocketOn(request: IncomingMessage, socket: Duplex, head: Buffer, target: Target): void {
  const asking = ask(request, target, { connection: 'Upgrade', upgrade: request.headers.upgrade });
  const giveUp = () => asking.destroy();
  socket.on('error', giveUp).once('close', giveUp);
  asking.once('upgrade', (answer, upstream, first) => {
    // From now on each end closes the other, when all is through.
    socket.off('close', giveUp);
    socket.write(headOf(answer));
    socket.write(first);
    upstream.write(head);
    pipeline(socket, upstream, () => {});
    pipeline(upstream, socket, () => {});
  });
  asking.once('response', (answer) => {
    socket.write(headOf(answer));
    pipeline(answer, socket, () => {});
  });
  asking.once('error', () => socket.end(refusedHandshake(502, `Nothing answers at ${target.origin}.`)));
  asking.end();
}

/** An answer's head as it stands on the wire, but for how its body was cut up: that is undone by now. */
function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.toLowerCase() !== 'transfer-encoding') lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
