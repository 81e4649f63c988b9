import { createHash } from 'node:crypto';
import { AwsError } from '../core/errors.ts';
import type { ResourceContext } from '../core/resource.ts';
import type { ApiResource, RestApi, Route } from './model.ts';
import { PathTree } from './router.ts';

/** The REST APIs of all stacks. */
export class Apis {
  readonly #byId = new Map<string, RestApi>();

  create(id: string, settings: Pick<RestApi, 'stackName' | 'name' | 'binaryMediaTypes'>): RestApi {
    const rootId = `${id.slice(0, 8)}rt`;
    const api: RestApi = {
      ...settings,
      id,
      rootId,
      resources: new Map([[rootId, { id: rootId, pathPart: '' }]]),
      methods: new Map(),
      models: new Map(),
      validators: new Map(),
      authorizers: new Map(),
      gatewayResponses: new Map(),
      deployments: new Map(),
      stages: new Map(),
    };
    this.#byId.set(id, api);
    return api;
  }

  find(id: string): RestApi | undefined {
    return this.#byId.get(id);
  }

  ofStack(stackName: string): RestApi[] {
    return [...this.#byId.values()].filter((api) => api.stackName === stackName);
  }

  /** Throws AwsError NotFoundException. */
  get(id: string): RestApi {
    const api = this.#byId.get(id);
    if (!api) throw new AwsError('NotFoundException', `Invalid API identifier specified ${id}`, { status: 404 });
    return api;
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }
}

/** An id of ten characters as API Gateway's, the same at each start for the same resource of the same stack. */
export function stableId({ stackName, logicalId }: ResourceContext): string {
  const hash = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  return BigInt(`0x${hash.slice(0, 16)}`)
    .toString(36)
    .padStart(10, '0')
    .slice(0, 10);
}

/** What the API looks like at this moment: every path with its methods. */
export function routesOf(api: RestApi): PathTree<Route> {
  const routes = new PathTree<Route>();
  for (const resource of api.resources.values()) {
    const path = pathOf(api, resource);
    for (const method of api.methods.get(resource.id)?.values() ?? [])
      routes.add(path, method.httpMethod, { resourceId: resource.id, path, method });
  }
  return routes;
}

function pathOf(api: RestApi, resource: ApiResource): string {
  const parts: string[] = [];
  let current: ApiResource | undefined = resource;
  while (current?.parentId !== undefined) {
    parts.unshift(current.pathPart);
    current = api.resources.get(current.parentId);
  }
  return `/${parts.join('/')}`;
}
