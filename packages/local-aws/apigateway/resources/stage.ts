import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { inert, type ResourceType } from '../../core/resource.ts';
import type { Throttle } from '../../core/tokenBucket.ts';
import type { RestApi } from '../model.ts';
import type { Apis } from '../registry.ts';
import { type Limits, StageThrottling, throttleLimits, throttleOf } from '../throttling.ts';
import { badRequest } from './integration.ts';

/** How a stage may be called. */
export const stageName = z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/);

const flag = z.union([z.boolean(), z.stringbool()]);

const methodSettings = {
  ...throttleLimits,
  MetricsEnabled: inert('metrics are not gathered on a laptop'),
  LoggingLevel: inert('the journal has every request'),
  DataTraceEnabled: inert('the journal has every request'),
  CachingEnabled: flag.refine((enabled) => !enabled, 'answers are not cached').optional(),
};

/** What a stage is beside its API, deployment and name; a deployment's `StageDescription` says the same. */
export const stageSettings = {
  Variables: z.record(z.string().regex(/^\w+$/), z.coerce.string()).default({}),
  Description: inert('descriptions are for readers of the template'),
  TracingEnabled: inert('the journal has every hop of a chain'),
  AccessLogSetting: inert('the journal has every request'),
  Tags: inert('nothing reads tags on a laptop'),
  CacheClusterEnabled: flag.refine((enabled) => !enabled, 'answers are not cached').optional(),
  MethodSettings: z
    .array(
      z.strictObject({ ResourcePath: z.string().optional(), HttpMethod: z.string().optional(), ...methodSettings }),
    )
    .default([]),
};

/** `StageDescription` of AWS::ApiGateway::Deployment: beside the stage's settings those for all methods. */
export const stageDescriptionSchema = z.strictObject({ ...stageSettings, ...methodSettings });

const stage = z.strictObject({
  RestApiId: z.string(),
  DeploymentId: z.string(),
  StageName: stageName,
  ...stageSettings,
});
type StageProperties = z.output<typeof stage>;

/** AWS::ApiGateway::Stage. */
export function stageType(apis: Apis): ResourceType<StageProperties> {
  const put = ({ RestApiId, DeploymentId, StageName, ...settings }: StageProperties) => {
    const api = apis.get(RestApiId);
    serveAs(api, StageName, DeploymentId, settings);
    return { physicalId: StageName, attributes: {} };
  };
  return {
    type: 'AWS::ApiGateway::Stage',
    properties: stage as z.ZodType<StageProperties>,
    replaceOn: ['RestApiId', 'StageName'],
    async create(properties) {
      return put(properties);
    },
    async update(_current, properties) {
      return put(properties);
    },
    async remove(current, { RestApiId }) {
      apis.find(RestApiId)?.stages.delete(current.physicalId);
    },
  };
}

/**
 * Makes the stage, or points it to a newer deployment; without settings it keeps those that it has. Throws AwsError for a
 * deployment that is not there, or a setting for a method that the deployment does not have.
 */
export function serveAs(
  api: RestApi,
  name: string,
  deploymentId: string,
  settings?: Pick<StageProperties, 'Variables' | 'MethodSettings'> & Limits,
): void {
  if (!api.deployments.has(deploymentId))
    throw new AwsError('NotFoundException', `Invalid Deployment identifier specified: ${deploymentId}`, {
      status: 404,
    });
  const known = api.stages.get(name);
  api.stages.set(name, {
    deploymentId,
    variables: settings?.Variables ?? known?.variables ?? {},
    throttling: settings ? throttlingOf(api, deploymentId, settings) : (known?.throttling ?? new StageThrottling()),
  });
}

/** Which bucket a method's requests are counted in. */
export function throttlingKey(path: string, httpMethod: string): string {
  return `${httpMethod} ${path}`;
}

function throttlingOf(
  api: RestApi,
  deploymentId: string,
  { MethodSettings, ...all }: Pick<StageProperties, 'MethodSettings'> & Limits,
): StageThrottling {
  const byMethod = new Map<string, Throttle>();
  let others = throttleOf(all);
  for (const { ResourcePath: path = '/*', HttpMethod: method = '*', ...limits } of MethodSettings) {
    const throttle = throttleOf(limits);
    if (isForAll(path, method)) others = throttle ?? others;
    else {
      const key = throttlingKey(decodedPath(path), method);
      if (!hasMethod(api, deploymentId, key)) throw badRequest(`Invalid method setting path: ${path}/${method}`);
      if (throttle) byMethod.set(key, throttle);
    }
  }
  return new StageThrottling(byMethod, others);
}

/** A setting is for one method or for all: API Gateway knows nothing in between. */
function isForAll(path: string, method: string): boolean {
  const allPaths = path === '/*' || path === '*';
  if (allPaths !== (method === '*'))
    throw badRequest(`Invalid method setting path: ${path}/${method}: it must name one method, or be /* and *`);
  return allPaths;
}

/** `/~1games~1{gameId}` stands for `/games/{gameId}`, `/` for the root. */
function decodedPath(path: string): string {
  return path.startsWith('/~1') ? path.slice(1).replaceAll('~1', '/') : path;
}

function hasMethod(api: RestApi, deploymentId: string, key: string): boolean {
  const routes = api.deployments.get(deploymentId)?.targets ?? [];
  return routes.some(({ path, method }) => throttlingKey(path, method.httpMethod) === key);
}
