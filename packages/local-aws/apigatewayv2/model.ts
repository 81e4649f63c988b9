import type { PathTree } from '../apigateway/router.ts';
import type { StageThrottling } from '../apigateway/throttling.ts';
import type { RequestAuthorizer } from './websocket/requestAuthorizer.ts';

/** `AWS_PROXY` to a function: the only kind of integration that is executed. */
export interface ProxyIntegration {
  functionArn: string;
  timeoutMs: number;
}

/** A route as a template has it. */
export interface Route {
  id: string;
  /** `GET /games/{gameId}`, `$connect`, `$default`. */
  key: string;
  /** `integrations/<id>` */
  target?: string;
  /** Of `$connect`, where not everybody may. */
  authorizerId?: string;
  /** Of a WebSocket API: what the function answers goes to the client, if there is a route response as well. */
  selectsResponse: boolean;
}

/** A route as it is served. */
export interface ServedRoute {
  key: string;
  integration?: ProxyIntegration;
  authorizer?: RequestAuthorizer;
  responds: boolean;
}

/** What a stage serves: the routes as they were when they were deployed. */
export interface Deployed {
  byKey: ReadonlyMap<string, ServedRoute>;
  /** Of an HTTP API. */
  paths: PathTree<ServedRoute>;
}

/** A stage. */
export interface Stage {
  name: string;
  /** Left out where every change is deployed at once. */
  deploymentId?: string;
  variables: Record<string, string>;
  throttling: StageThrottling;
}

/** The CORS configuration of an HTTP API. */
export interface Cors {
  origins: readonly string[];
  methods: readonly string[];
  headers: readonly string[];
  exposed: readonly string[];
  allowsCredentials: boolean;
  maxAgeSeconds?: number;
}

/** What a template says of an API itself. */
export interface ApiSettings {
  name: string;
  cors?: Cors;
  /** Of a WebSocket API: `$request.body.action`. */
  routeSelection?: string;
}

/** An HTTP or WebSocket API. */
export interface Api extends ApiSettings {
  id: string;
  stackName: string;
  kind: 'http' | 'websocket';
  routes: Map<string, Route>;
  /** The routes that have a route response, by id. */
  responses: Map<string, { routeId: string }>;
  integrations: Map<string, ProxyIntegration>;
  authorizers: Map<string, RequestAuthorizer>;
  deployments: Map<string, Deployed>;
  stages: Map<string, Stage>;
  /** What stages that deploy by themselves serve; undefined after a change. */
  current?: Deployed | undefined;
}
