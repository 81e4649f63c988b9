import type { ValidateFunction } from 'ajv';
import type { Regex } from '../core/regex/regex.ts';
import type { PoolAuthorizer } from './authorizers/poolAuthorizer.ts';
import type { PathTree } from './router.ts';
import type { StageThrottling } from './throttling.ts';

/** How bodies are mapped on their way to a backend and back. */
export interface Mapping {
  /** Templates by content type. */
  requestTemplates: Record<string, string>;
  /** What becomes of a body for whose content type there is no template. */
  passthrough: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  /** `CONVERT_TO_TEXT`: of the API's binary media types, a body comes in base64. */
  asText: boolean;
  responses: IntegrationResponse[];
}

/** One way to answer, chosen by what the backend said. */
export interface IntegrationResponse {
  status: number;
  /** Left out for the default. */
  selectionPattern?: Regex;
  /** Expressions by header name. */
  headers: Record<string, string>;
  /** Templates by content type. */
  templates: Record<string, string>;
  /** `CONVERT_TO_TEXT`: it stays text, though the client asks for one of the API's binary media types. */
  asText: boolean;
}

/** An operation of an AWS service, without a function between. */
export interface ServiceIntegration {
  kind: 'service';
  /** `dynamodb` */
  service: string;
  /** The operation (`action/GetItem`), or the path of the request (`path/000000000000/orders`). */
  target: { kind: 'action' | 'path'; value: string };
  httpMethod: string;
  /** The role that the service is called with. */
  roleArn: string;
  /** Expressions by name. */
  parameters: { header: Record<string, string>; querystring: Record<string, string>; path: Record<string, string> };
  timeoutMs: number;
  mapping: Mapping;
}

/** What answers a method. */
export type Integration =
  | { kind: 'proxy'; functionArn: string; timeoutMs: number }
  | { kind: 'lambda'; functionArn: string; timeoutMs: number; isEvent: boolean; mapping: Mapping }
  | ServiceIntegration
  | { kind: 'mock'; mapping: Mapping };

/** A method of a resource. */
export interface ApiMethod {
  httpMethod: string;
  /** Names like `method.request.querystring.page`; true where it must be given. */
  requestParameters: Record<string, boolean>;
  /** Model names by content type. */
  requestModels: Record<string, string>;
  validatorId?: string;
  /** Left out where everybody may call. */
  authorization?: { authorizerId: string; scopes: readonly string[] };
  integration: Integration;
}

/** One part of a path: `games`, `{gameId}`, `{proxy+}`; the root has none. */
export interface ApiResource {
  id: string;
  parentId?: string;
  pathPart: string;
}

/** What a request is checked against. */
export interface RequestValidator {
  validatesBody: boolean;
  validatesParameters: boolean;
}

/** How API Gateway itself answers for one type of error, where a template says so. */
export interface GatewayResponse {
  status?: number;
  /** Expressions by header name. */
  headers: Record<string, string>;
  /** Templates by content type. */
  templates: Record<string, string>;
}

/** A method that requests can be made to, as it was when the API was deployed. */
export interface Route {
  resourceId: string;
  /** `/games/{gameId}` */
  path: string;
  method: ApiMethod;
}

/** A stage: a deployment under a name. */
export interface Stage {
  deploymentId: string;
  variables: Record<string, string>;
  throttling: StageThrottling;
}

/** A REST API. */
export interface RestApi {
  id: string;
  stackName: string;
  name: string;
  rootId: string;
  binaryMediaTypes: readonly string[];
  resources: Map<string, ApiResource>;
  /** By resource id, then by HTTP method. */
  methods: Map<string, Map<string, ApiMethod>>;
  /** By name. */
  models: Map<string, ValidateFunction>;
  validators: Map<string, RequestValidator>;
  authorizers: Map<string, PoolAuthorizer>;
  /** By type. */
  gatewayResponses: Map<string, GatewayResponse>;
  /** What each deployment serves. */
  deployments: Map<string, PathTree<Route>>;
  stages: Map<string, Stage>;
}
