import { z } from 'zod';
import { stableId } from '../../apigateway/registry.ts';
import { badRequest } from '../../apigateway/resources/integration.ts';
import { StageThrottling, throttleLimits, throttleOf } from '../../apigateway/throttling.ts';
import { AwsError } from '../../core/errors.ts';
import { inert, type ResourceType } from '../../core/resource.ts';
import type { Throttle } from '../../core/tokenBucket.ts';
import type { Api, Stage } from '../model.ts';
import { type ApisV2, deployedNow, deployedTo } from '../registry.ts';

const deployment = z.strictObject({
  ApiId: z.string(),
  StageName: z.never('osls names the stage in a resource of its own').optional(),
  Description: inert('descriptions are for readers of the template'),
});
type DeploymentProperties = z.output<typeof deployment>;

/** AWS::ApiGatewayV2::Deployment: what the API's routes were when it was made. */
export function deploymentType(apis: ApisV2): ResourceType<DeploymentProperties> {
  return {
    type: 'AWS::ApiGatewayV2::Deployment',
    properties: deployment as z.ZodType<DeploymentProperties>,
    replaceOn: ['ApiId'],
    async create({ ApiId }, context) {
      const api = apis.get(ApiId);
      if (api.routes.size === 0)
        throw badRequest('At least one route is required before deploying the Api: does it lack a DependsOn?');
      const id = stableId(context).slice(0, 6);
      api.deployments.set(id, deployedNow(api));
      return { physicalId: id, attributes: { DeploymentId: id } };
    },
    async update(current) {
      return current;
    },
    async remove(current, { ApiId }) {
      apis.find(ApiId)?.deployments.delete(current.physicalId);
    },
  };
}

const flag = z.union([z.boolean(), z.stringbool()]);
const routeSettings = z.strictObject({
  ...throttleLimits,
  DetailedMetricsEnabled: inert('metrics are not gathered on a laptop'),
  LoggingLevel: inert('the journal has every request'),
  DataTraceEnabled: inert('the journal has every request'),
});

const stage = z.strictObject({
  ApiId: z.string(),
  StageName: z.string().regex(/^(\$default|[a-zA-Z0-9_-]{1,128})$/),
  AutoDeploy: flag.default(false),
  DeploymentId: z.string().optional(),
  StageVariables: z.record(z.string().regex(/^\w+$/), z.coerce.string()).default({}),
  DefaultRouteSettings: routeSettings.optional(),
  RouteSettings: z.record(z.string(), routeSettings).default({}),
  AccessLogSettings: inert('the journal has every request'),
  Description: inert('descriptions are for readers of the template'),
  Tags: inert('nothing reads tags on a laptop'),
});
type StageProperties = z.output<typeof stage>;

/** AWS::ApiGatewayV2::Stage. */
export function stageType(apis: ApisV2): ResourceType<StageProperties> {
  const put = (properties: StageProperties) => {
    const { ApiId, StageName: name, AutoDeploy, DeploymentId: deploymentId } = properties;
    const api = apis.get(ApiId);
    if (name === '$default' && api.kind === 'websocket') throw badRequest('Stage names must have letters only');
    if (deploymentId !== undefined && !api.deployments.has(deploymentId))
      throw new AwsError('NotFoundException', `Unable to find Deployment by ID ${deploymentId}`, { status: 404 });
    if (deploymentId === undefined && !AutoDeploy)
      throw badRequest(`The stage ${name} serves nothing: it has neither a DeploymentId nor AutoDeploy`);
    if (AutoDeploy && api.kind === 'websocket') throw badRequest('AutoDeploy is for HTTP APIs only');
    const made: Stage = {
      name,
      variables: properties.StageVariables,
      throttling: throttlingOf(properties),
      ...(deploymentId !== undefined && !AutoDeploy && { deploymentId }),
    };
    checkSettings(api, made, Object.keys(properties.RouteSettings));
    api.stages.set(name, made);
    return { physicalId: name, attributes: {} };
  };
  return {
    type: 'AWS::ApiGatewayV2::Stage',
    properties: stage as z.ZodType<StageProperties>,
    replaceOn: ['ApiId', 'StageName'],
    async create(properties) {
      return put(properties);
    },
    async update(_current, properties) {
      return put(properties);
    },
    async remove(current, { ApiId }) {
      apis.find(ApiId)?.stages.delete(current.physicalId);
    },
  };
}

function checkSettings(api: Api, made: Stage, keys: readonly string[]): void {
  const unknown = keys.find((key) => !deployedTo(api, made)?.byKey.has(key));
  if (unknown !== undefined)
    throw new AwsError(
      'NotFoundException',
      `Unable to find Route by key ${unknown} within the provided RouteSettings`,
      {
        status: 404,
      },
    );
}

function throttlingOf({ DefaultRouteSettings, RouteSettings }: StageProperties): StageThrottling {
  const byKey = new Map<string, Throttle>();
  for (const [key, settings] of Object.entries(RouteSettings)) {
    const throttle = throttleOf(settings);
    if (throttle) byKey.set(key, throttle);
  }
  return new StageThrottling(byKey, throttleOf(DefaultRouteSettings ?? {}));
}
