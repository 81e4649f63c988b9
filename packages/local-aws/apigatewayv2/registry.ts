import { withWildcards } from '../apigateway/integrations/invoke.ts';
import { PathTree } from '../apigateway/router.ts';
import { AwsError } from '../core/errors.ts';
import type { Api, ApiSettings, Deployed, ServedRoute, Stage } from './model.ts';

/** The HTTP and WebSocket APIs of all stacks. */
export class ApisV2 {
  readonly #byId = new Map<string, Api>();

  create(id: string, stackName: string, kind: Api['kind'], settings: ApiSettings): Api {
    const api: Api = {
      ...settings,
      id,
      stackName,
      kind,
      routes: new Map(),
      responses: new Map(),
      integrations: new Map(),
      authorizers: new Map(),
      deployments: new Map(),
      stages: new Map(),
    };
    this.#byId.set(id, api);
    return api;
  }

  find(id: string): Api | undefined {
    return this.#byId.get(id);
  }

  ofStack(stackName: string): Api[] {
    return [...this.#byId.values()].filter((api) => api.stackName === stackName);
  }

  /** Throws AwsError NotFoundException. */
  get(id: string): Api {
    const api = this.#byId.get(id);
    if (!api) throw new AwsError('NotFoundException', `Invalid API identifier specified ${id}`, { status: 404 });
    return api;
  }

  /** The API, whose routes are about to change. Throws AwsError NotFoundException. */
  changing(id: string): Api {
    const api = this.get(id);
    api.current = undefined;
    return api;
  }

  remove(id: string): void {
    this.#byId.delete(id);
  }
}

/** What the stage serves now. */
export function deployedTo(api: Api, { deploymentId }: Stage): Deployed | undefined {
  if (deploymentId !== undefined) return api.deployments.get(deploymentId);
  api.current ??= deployedNow(api);
  return api.current;
}

/** What the API looks like at this moment. */
export function deployedNow(api: Api): Deployed {
  const answered = new Set([...api.responses.values()].map(({ routeId }) => routeId));
  const byKey = new Map<string, ServedRoute>();
  const paths = new PathTree<ServedRoute>();
  for (const { id, key, target, selectsResponse, authorizerId = '' } of api.routes.values()) {
    const integration = target === undefined ? undefined : api.integrations.get(target.replace(/^integrations\//, ''));
    const authorizer = api.authorizers.get(authorizerId);
    const route = {
      key,
      responds: selectsResponse && answered.has(id),
      ...(integration && { integration }),
      ...(authorizer && { authorizer }),
    };
    byKey.set(key, route);
    const [method = '', path] = key.split(' ');
    if (path !== undefined) paths.add(path, method, route);
  }
  return { byKey, paths };
}

/** What a Lambda permission's SourceArn names a route by, after the stage: `GET/games/*`, `$connect`. */
export function routeSource(key: string, method: string): string {
  const [, path] = key.split(' ');
  return path === undefined ? key : `${method}${withWildcards(path)}`;
}
