import { RawAnswer } from '../core/service.ts';
import type { ReceivedRequest } from './exchange.ts';

/** The path prefix that APIs are served under: `/_api/<apiId>/<stage>/...`. */
export const API_PREFIX = '/_api/';

const API_PATH = /^\/_api\/([^/]+)(?:\/([^/]+)(\/.*)?)?$/;

/** An API of a template, of whatever kind. */
export interface ServedApi {
  id: string;
  stackName: string;
  kind: 'rest' | 'http' | 'websocket';
  /** The stage that a port of the API's own serves; undefined when it has none. */
  mainStage(): string | undefined;
  /** Whether the stage has something for this request: only asked where several APIs share a port. */
  has(stageName: string, method: string, path: string): boolean;
  /** Answers a request; `path` is within the stage (`/games/7`). */
  serve(stageName: string, path: string, request: ReceivedRequest): Promise<RawAnswer>;
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
  async serve(request: ReceivedRequest): Promise<RawAnswer> {
    const [, apiId = '', stageName = '', path = '/'] = API_PATH.exec(request.path) ?? [];
    const api = this.find(apiId);
    return api ? api.serve(stageName, path, request) : noApi(`There is no API '${apiId}': is its stack deployed?`);
  }
}

/** The answer where no API is. */
export function noApi(message: string): RawAnswer {
  return new RawAnswer(404, { 'content-type': 'application/json' }, JSON.stringify({ message }));
}
