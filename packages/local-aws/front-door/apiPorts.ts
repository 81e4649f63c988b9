import type { Core } from '../core/cloud.ts';
import { type ApiTable, noApi, type ServedApi } from './apiTable.ts';
import { exchangeHandler, type ReceivedRequest } from './exchange.ts';
import { type Listener, listen } from './listener.ts';

/** Which ports a stack's APIs are to have; 0 takes any free one. */
export interface ApiPortsRequest {
  stackName: string;
  /** For its REST and HTTP APIs. */
  http?: number;
  /** For its WebSocket API. */
  websocket?: number;
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
  log(message: string, error: Error): void;
}): ApiPorts {
  const open = new Set<Listener>();
  const listenFor = async (stackName: string, port: number) => {
    const { core, table, log } = parts;
    const handler = exchangeHandler({
      core,
      log,
      port: () => listener.port,
      answer: (request) => serveStack(table, stackName, request),
    });
    const listener = await listen(port, handler, { hint: 'stop the program that listens there' });
    open.add(listener);
    return listener;
  };
  return {
    async listen({ stackName, http }) {
      const apis = parts.table.ofStack(stackName);
      const listeners: Listener[] = [];
      const ports: OwnPorts = {
        async close() {
          for (const listener of listeners) {
            open.delete(listener);
            await listener.close();
          }
        },
      };
      if (http !== undefined && apis.some(isHttp)) {
        const listener = await listenFor(stackName, http);
        listeners.push(listener);
        ports.url = `http://localhost:${listener.port}`;
      }
      return ports;
    },
    async close() {
      await Promise.all([...open].map((listener) => listener.close()));
      open.clear();
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
