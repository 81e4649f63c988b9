import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Backends } from '../../apigateway/integrations/invoke.ts';
import { SOURCE_IP } from '../../apigateway/request.ts';
import { type Handshake, refuseHandshake } from '../../front-door/upgrade.ts';
import type { Api, ServedRoute, Stage } from '../model.ts';
import { deployedTo } from '../registry.ts';
import { Connection, type End } from './connection.ts';
import { connectEvent, disconnectEvent, type Happening, messageEvent } from './events.ts';
import { watchFrames } from './frames.ts';
import { askAuthorizer } from './requestAuthorizer.ts';
import { RouteError } from './routeError.ts';
import { runRoute } from './routes.ts';
import { selectRoute } from './selection.ts';

/** docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html, in bytes */
export const MAX_MESSAGE_BYTES = 128 * 1024;
const MAX_FRAME_BYTES = 32 * 1024;

/** Close codes of RFC 6455, section 7.4.1. */
const UNSUPPORTED_DATA = 1003;
const NO_STATUS = 1005;
const ABNORMAL = 1006;
const MESSAGE_TOO_BIG = 1009;
/** What the event of `$disconnect` says where the client gave no reason. */
const UNSET = 'Client-side close frame status not set';

/** The WebSocket connections of all APIs. */
export class WebSocketGateway {
  readonly #backends: Backends;
  readonly #connections = new Map<string, Connection>();
  /** What `$connect` chose, until the handshake is answered. */
  readonly #subprotocols = new WeakMap<IncomingMessage, string>();
  readonly #server: WebSocketServer;

  constructor(backends: Backends) {
    this.#backends = backends;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handleProtocols: (_offered, request) => this.#subprotocols.get(request) ?? false,
    });
  }

  /** The connection of this API that is open under this id. */
  find(api: Api, connectionId: string): Connection | undefined {
    const found = this.#connections.get(connectionId);
    return found?.api.id === api.id && found.isOpen ? found : undefined;
  }

  /** Ends the connections of an API, or all, and tells nobody. */
  drop(api?: Api): void {
    for (const [id, connection] of this.#connections) {
      if (api && connection.api.id !== api.id) continue;
      this.#connections.delete(id);
      connection.terminate();
    }
  }

  /** Answers a handshake: `$connect` runs before the client is let in, and its status decides. */
  async connect(api: Api, stageName: string, handshake: Handshake): Promise<void> {
    const { socket, headers, incoming, head } = handshake;
    const stage = api.stages.get(stageName);
    const deployed = stage && deployedTo(api, stage);
    if (!stage || !deployed) return refuseHandshake(socket, 403, 'Forbidden');
    const connection = new Connection(this.#backends.core.clock, {
      id: connectionId(this.#backends.core.newId()),
      api,
      stageName,
      identity: { sourceIp: SOURCE_IP, userAgent: headers['user-agent'] ?? '' },
      domainName: headers.host ?? '',
    });
    const route = deployed.byKey.get('$connect');
    if (route) {
      const status = await this.#enter(connection, stage, route, handshake);
      if (status < 200 || status > 299) return refuseHandshake(socket, status, REFUSALS[status] ?? 'Forbidden');
    }
    // The client may have gone meanwhile: its `$disconnect` runs all the same.
    if (socket.destroyed) return this.#left(connection, { code: ABNORMAL, reason: UNSET });
    this.#server.handleUpgrade(incoming, socket, head, (opened) => this.#opened(connection, handshake, opened));
  }

  async #enter(connection: Connection, stage: Stage, route: ServedRoute, handshake: Handshake): Promise<number> {
    const happening = this.#happening('$connect');
    if (!stage.throttling.admits(route.key, happening.atMs)) return 429;
    try {
      const eventFor = (traceHeader: string) => connectEvent(connection, happening, handshake, traceHeader);
      const { authorizer } = route;
      const { api, stageName } = connection;
      const { statusCode, headers } = await runRoute(this.#backends, connection, {
        route,
        happening,
        eventFor,
        ...(authorizer && {
          admit: async (chain) => {
            const question = { apiId: api.id, stageName, stageVariables: stage.variables, ...chain };
            const event = eventFor(chain.traceHeader);
            connection.caller = await askAuthorizer(this.#backends, authorizer, { ...question, event });
          },
        }),
      });
      const subprotocol = headers['sec-websocket-protocol'];
      if (subprotocol !== undefined) this.#subprotocols.set(handshake.incoming, subprotocol);
      return statusCode;
    } catch (thrown) {
      if (thrown instanceof RouteError) return thrown.status;
      throw thrown;
    }
  }

  #opened(connection: Connection, { socket }: Handshake, opened: WebSocket): void {
    const { clock } = this.#backends.core;
    this.#connections.set(connection.id, connection);
    connection.open(opened, (end) => {
      this.#connections.delete(connection.id);
      this.#left(connection, end);
    });
    const refuse = (code: number) => connection.close({ code, reason: '' });
    // Before `ws` reads it: what is refused here is not delivered there.
    socket.prependListener(
      'data',
      watchFrames(MAX_FRAME_BYTES, () => refuse(MESSAGE_TOO_BIG)),
    );
    opened.on('message', (data, isBinary) => {
      if (!connection.isOpen) return;
      connection.touch();
      if (isBinary) refuse(UNSUPPORTED_DATA);
      else clock.run(`a message of ${connection.id}`, () => this.#received(connection, String(data)));
    });
    opened.on('ping', () => connection.touch());
    opened.on('close', (code, reason) =>
      connection.end({ code, reason: code === NO_STATUS || code === ABNORMAL ? UNSET : String(reason) }),
    );
    // A frame that breaks the protocol, or a message that is too long: `ws` closes the connection itself.
    opened.on('error', () => {});
  }

  async #received(connection: Connection, message: string): Promise<void> {
    const { api, stageName } = connection;
    const stage = api.stages.get(stageName);
    const routes = stage && deployedTo(api, stage)?.byKey;
    const selected = selectRoute(api.routeSelection ?? '', message);
    const route = (selected === undefined ? undefined : routes?.get(selected)) ?? routes?.get('$default');
    const happening = this.#happening(route?.key ?? selected ?? '$default');
    const complain = (text: string) => {
      const { requestId } = happening;
      return reply(connection, JSON.stringify({ message: text, connectionId: connection.id, requestId }));
    };
    if (!stage || !route || isReserved(selected)) return complain('Forbidden');
    if (!stage.throttling.admits(route.key, happening.atMs)) return complain('Too Many Requests');
    try {
      const { body } = await runRoute(this.#backends, connection, {
        route,
        happening,
        message,
        eventFor: () => messageEvent(connection, happening, message),
      });
      if (route.responds && body !== '') await reply(connection, body);
    } catch (thrown) {
      if (!(thrown instanceof RouteError)) throw thrown;
      await complain('Internal server error');
    }
  }

  #left(connection: Connection, end: End): void {
    const { api, stageName } = connection;
    const stage = api.stages.get(stageName);
    const route = stage && deployedTo(api, stage)?.byKey.get('$disconnect');
    if (!route) return;
    this.#backends.core.clock.run(`the end of ${connection.id}`, async () => {
      const happening = this.#happening('$disconnect');
      try {
        await runRoute(this.#backends, connection, {
          route,
          happening,
          eventFor: () => disconnectEvent(connection, happening, end),
        });
      } catch (thrown) {
        // The hop says why, and there is nobody to tell.
        if (!(thrown instanceof RouteError)) throw thrown;
      }
    });
  }

  #happening(routeKey: string): Happening {
    const { core } = this.#backends;
    return { routeKey, requestId: connectionId(core.newId()), atMs: core.clock.now() };
  }
}

/** A message can ask for any route but those of the connection's own life. */
const isReserved = (key: string | undefined) => key === '$connect' || key === '$disconnect';

const REFUSALS: Record<number, string> = {
  401: 'Unauthorized',
  429: 'Too Many Requests',
  500: 'Internal server error',
  502: 'Internal server error',
};

/** A client that has gone gets no answer, and nobody minds. */
async function reply(connection: Connection, text: string): Promise<void> {
  await connection.send(text).catch(() => {});
}

/** `PxWP8cfSDoECFYw=`: 16 characters, as API Gateway's ids of connections and messages. */
function connectionId(uuid: string): string {
  return `${createHash('sha256').update(uuid).digest().subarray(0, 11).toString('base64url')}=`;
}
