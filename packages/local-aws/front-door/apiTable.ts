import { RawAnswer } from '../core/service.ts';
import type { ReceivedRequest } from './exchange.ts';
import { type Handshake, refuseHandshake } from './upgrade.ts';

/** The path prefix that APIs are served under: `/_api/<apiId>/<stage>/...`. */
export const API_PREFIX = '/_api/';

const API_PATH = /^\/_api\/([^/]+)(\/.*)?$/;

/** An API of a template, of whatever kind. */
export interface ServedApi {
  id: string;
  stackName: string;
  kind: 'rest' | 'http' | 'websocket';
  /** The stage and the path within it that are meant by a path below `/_api/<apiId>`. */
  locate(rest: string): Located;
  /** The stage that a port of the API's own serves; undefined when it has none. */
  mainStage(): string | undefined;
  /** Whether the stage has something for this request: only asked where several APIs share a port. */
  has(stageName: string, method: string, path: string): boolean;
  /** Answers a request, `path` being within the stage (`/games/7`); undefined when it is a call of an AWS operation. */
  serve(stageName: string, path: string, request: ReceivedRequest): Promise<RawAnswer | undefined>;
  /** Of a WebSocket API: answers a handshake. */
  connect?(stageName: string, path: string, handshake: Handshake): Promise<void>;
}

/** A stage, and a path within it. */
export interface Located {
  stageName: string;
  path: string;
}

/** `/<stage>/games/7`, as most APIs have it. */
export function stageFirst(rest: string): Located {
  const [, stageName = '', path = '/'] = /^\/([^/]+)(\/.*)?$/.exec(rest) ?? [];
  return { stageName, path };
}

/** Where APIs are found: one per kind of API. */
export interface ApiSource {
  find(apiId: string): ServedApi | undefined;
  ofStack(stackName: string): ServedApi[];
}

/** One table of all APIs, whatever their kind. */
export class ApiTable implements ApiSource {
  readonly #sources: readonly ApiSource[];

  constructor(sources: readonly ApiSource[]) {
    this.#sources = sources;
  }

  find(apiId: string): ServedApi | undefined {
    for (const source of this.#sources) {
      const found = source.find(apiId);
      if (found) return found;
    }
    return undefined;
  }

  ofStack(stackName: string): ServedApi[] {
    return this.#sources.flatMap((source) => source.ofStack(stackName));
  }

  /** Answers a request to a path below `API_PREFIX`. */
  async serve(request: ReceivedRequest): Promise<RawAnswer | undefined> {
    const [, apiId = '', rest = '/'] = API_PATH.exec(request.path) ?? [];
    const api = this.find(apiId);
    if (!api) return noApi(`There is no API '${apiId}': is its stack deployed?`);
    const { stageName, path } = api.locate(rest);
    return api.serve(stageName, path, request);
  }

  /** Answers a handshake for a path below `API_PREFIX`. */
  async connect(requestPath: string, handshake: Handshake): Promise<void> {
    const [, apiId = '', rest = '/'] = API_PATH.exec(requestPath) ?? [];
    const api = this.find(apiId);
    if (!api?.connect) return refuseHandshake(handshake.socket, 404, `There is no WebSocket API '${apiId}'.`);
    const { stageName, path } = api.locate(rest);
    await api.connect(stageName, path, handshake);
  }
}

/** The answer where no API is. */
export function noApi(message: string): RawAnswer {
  return new RawAnswer(404, { 'content-type': 'application/json' }, JSON.stringify({ message }));
}
