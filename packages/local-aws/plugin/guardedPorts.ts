import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, Server } from 'node:net';
import { AwsError } from '../core/errors.ts';
import { refusalOf } from '../front-door/guard.ts';
import { problem } from '../front-door/localApi.ts';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Has every HTTP server that is opened on one of `ports` in this process turn away, with 403, what web pages elsewhere
 * send: foreign Host headers (DNS rebinding) and foreign origins. To be called before the servers listen.
 *
 * serverless-offline's Lambda port would otherwise invoke any function for any page in the browser, and let it read the
 * answer; it has no option against that, and does not hand out its servers.
 */
export function guardPorts(ports: readonly number[]): void {
  subscribe('tracing:net.server.listen:asyncStart', (message) => {
    const { server, options } = message as { server: unknown; options?: { port?: unknown } };
    if (server instanceof Server && ports.includes(Number(options?.port))) guard(server);
  });
}

function guard(server: Server): void {
  const listeners = server.listeners('request') as Listener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { port } = server.address() as AddressInfo;
    const refusal = refusalOf(request.headers.host, request.headers.origin, port);
    if (!refusal) {
      for (const listener of listeners) listener.call(server, request, response);
      return;
    }
    request.resume();
    const { body, headers } = problem(new AwsError('Forbidden', refusal.message, { status: refusal.status }));
    response.writeHead(refusal.status, headers).end(body);
  });
}
