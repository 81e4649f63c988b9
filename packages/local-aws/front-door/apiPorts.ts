import type { Core } from '../core/cloud.ts';
import type { RawAnswer } from '../core/service.ts';
import { API_PREFIX, type ApiTable, noApi, type ServedApi, stageFirst } from './apiTable.ts';
import { exchangeHandler, type ReceivedRequest } from './exchange.ts';
import { abortedWith } from './http.ts';
import { type HttpHandler, type HttpResponse, type Listener, listen } from './listener.ts';
import { type Handshake, refuseHandshake, type UpgradeHandler, upgradeHandler } from './upgrade.ts';

/** Which ports a stack's APIs are to have; 0 takes any free one. */
export interface ApiPortsRequest {
  stackName: string;
  /** For its REST and HTTP APIs. */
  http?: number | undefined;
  /** For its WebSocket API. */
  websocket?: number | undefined;
}

/** A stack's APIs on ports of their own. */
export interface OwnPorts {
  /** `http://localhost:4110`; undefined when the stack has no REST or HTTP API. */
  url?: string;
  /** `ws://localhost:4111`; undefined when the stack has no WebSocket API. */
  wsUrl?: string;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/** Opens ports for APIs. */
export interface ApiPorts {
  /**
   * Serves a stack's APIs on ports of 127.0.0.1 of their own, without `/_api/<id>/<stage>` in front, as a custom domain does.
   * A kind of API that the stack does not have when it is called gets no port. What is deployed later to the same stack is
   * served at once. Rejects with PortError.
   */
  listen(request: ApiPortsRequest): Promise<OwnPorts>;
  /** Closes all that are open. */
  close(): Promise<void>;
}

/** Makes ports for the APIs of `table`. */
export function createApiPorts(parts: {
  core: Pick<Core, 'newId' | 'clock'>;
  table: ApiTable;
  /** The ports whose pages may call; those that are opened here are added. */
  ports: Set<number>;
  /** Serves a call of an AWS operation. */
  serve(request: ReceivedRequest, signalOf: () => AbortSignal): Promise<RawAnswer>;
  log(message: string, error: Error): void;
}): ApiPorts {
  const { core, table, ports: inUse, log } = parts;
  const common = { core, log, ports: inUse };
  const open = new Set<Listener>();
  const bind = async (port: number, handler: HttpHandler, upgrade?: UpgradeHandler) => {
    const listener = await listen(port, handler, {
      hint: 'stop the program that listens there',
      ...(upgrade && { upgrade }),
    });
    open.add(listener);
    inUse.add(listener.port);
    return listener;
  };
  const shut = (listener: Listener) => {
    open.delete(listener);
    inUse.delete(listener.port);
    return listener.close();
  };
  const listenHttp = async (stackName: string, port: number) => {
    const handler = exchangeHandler({ ...common, answer: (request) => serveStack(table, stackName, request) });
    return bind(port, handler);
  };
  const listenWebSocket = async (stackName: string, port: number) => {
    return bind(
      port,
      exchangeHandler({
        ...common,
        answer: (request, response) => serveConnections(parts, stackName, request, response),
      }),
      upgradeHandler({ ...common, connect: (path, handshake) => connectToStack(table, stackName, path, handshake) }),
    );
  };
  return {
    async listen({ stackName, http, websocket }) {
      const apis = parts.table.ofStack(stackName);
      const listeners: Listener[] = [];
      const ports: OwnPorts = {
        async close() {
          for (const listener of listeners) {
            await shut(listener);
          }
        },
      };
      try {
        if (http !== undefined && apis.some(isHttp)) {
          const listener = await listenHttp(stackName, http);
          listeners.push(listener);
          ports.url = `http://localhost:${listener.port}`;
        }
        if (websocket !== undefined && !apis.every(isHttp)) {
          const listener = await listenWebSocket(stackName, websocket);
          listeners.push(listener);
          ports.wsUrl = `ws://localhost:${listener.port}`;
        }
      } catch (error) {
        await ports.close();
        throw error;
      }
      return ports;
    },
    async close() {
      await Promise.all([...open].map(shut));
    },
  };
}

const isHttp = ({ kind }: ServedApi) => kind !== 'websocket';

/** Where a stack has several APIs, the first that has something for the request answers it. */
async function serveStack(table: ApiTable, stackName: string, request: ReceivedRequest) {
  const { method, path } = request;
  const candidates = table.ofStack(stackName).flatMap((api) => {
    const stageName = isHttp(api) ? api.mainStage() : undefined;
    return stageName === undefined ? [] : [{ api, stageName }];
  });
  const chosen =
    candidates.length < 2
      ? candidates[0]
      : (candidates.find(({ api, stageName }) => api.has(stageName, method, path)) ?? candidates[0]);
  if (!chosen) return noApi(`The stack '${stackName}' has no API now: is it deployed?`);
  return chosen.api.serve(chosen.stageName, path, request);
}

function webSocketOf(table: ApiTable, stackName: string) {
  const api = table.ofStack(stackName).find((one) => !isHttp(one));
  const stageName = api?.mainStage();
  return api && stageName !== undefined ? { api, stageName } : undefined;
}

/** The path within the stage, with or without the stage in front: both are in use among clients. */
function withinStage(path: string, stageName: string): string {
  const named = stageFirst(path);
  return named.stageName === stageName ? named.path : path;
}

async function connectToStack(table: ApiTable, stackName: string, path: string, handshake: Handshake): Promise<void> {
  const found = webSocketOf(table, stackName);
  if (!found?.api.connect)
    return refuseHandshake(handshake.socket, 404, `The stack '${stackName}' has no WebSocket API now: is it deployed?`);
  await found.api.connect(found.stageName, withinStage(path, found.stageName), handshake);
}

/** `@connections`, for those who take the address from an event's `domainName` and `stage`. */
async function serveConnections(
  { table, serve }: Parameters<typeof createApiPorts>[0],
  stackName: string,
  request: ReceivedRequest,
  response: HttpResponse,
) {
  const found = webSocketOf(table, stackName);
  if (!found) return noApi(`The stack '${stackName}' has no WebSocket API now: is it deployed?`);
  const { api, stageName } = found;
  const path = withinStage(request.path, stageName);
  const named = { ...request, path: `${API_PREFIX}${api.id}/${stageName}${path}` };
  return (await api.serve(stageName, path, named)) ?? serve(named, () => abortedWith(response));
}
