import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { inert, type ResourceType } from '../../core/resource.ts';
import type { RestApi } from '../model.ts';
import { type Apis, routesOf, stableId } from '../registry.ts';
import { badRequest } from './integration.ts';

const STAGE_NAME = /^[a-zA-Z0-9_-]{1,128}$/;

const deployment = z.strictObject({
  RestApiId: z.string(),
  StageName: z.string().regex(STAGE_NAME).optional(),
  Description: inert('descriptions are for readers of the template'),
});
type DeploymentProperties = z.output<typeof deployment>;

/**
 * AWS::ApiGateway::Deployment: what the API's paths and methods were when it was made. A method that is created after it
 * (for want of a DependsOn) is not served, as on AWS. Models, validators and gateway responses are served as they are now.
 */
export function deploymentType(apis: Apis): ResourceType<DeploymentProperties> {
  return {
    type: 'AWS::ApiGateway::Deployment',
    properties: deployment as z.ZodType<DeploymentProperties>,
    replaceOn: ['RestApiId'],
    async create({ RestApiId, StageName }, context) {
      const api = apis.get(RestApiId);
      const routes = routesOf(api);
      if (routes.length === 0)
        throw badRequest("The REST API doesn't contain any methods: does the deployment lack a DependsOn?");
      const id = stableId(context).slice(0, 6);
      api.deployments.set(id, routes);
      if (StageName !== undefined) serveAs(api, StageName, id);
      return { physicalId: id, attributes: { DeploymentId: id } };
    },
    async update(current, { RestApiId, StageName }) {
      if (StageName !== undefined) serveAs(apis.get(RestApiId), StageName, current.physicalId);
      return current;
    },
    async remove(current, { RestApiId }) {
      const api = apis.find(RestApiId);
      api?.deployments.delete(current.physicalId);
      for (const [name, { deploymentId }] of api?.stages ?? [])
        if (deploymentId === current.physicalId) api?.stages.delete(name);
    },
  };
}

/** Makes the stage, or points it to a newer deployment. */
function serveAs({ stages }: RestApi, name: string, deploymentId: string): void {
  stages.set(name, { variables: stages.get(name)?.variables ?? {}, deploymentId });
}

const stage = z.strictObject({
  RestApiId: z.string(),
  DeploymentId: z.string(),
  StageName: z.string().regex(STAGE_NAME),
  Variables: z.record(z.string().regex(/^\w+$/), z.coerce.string()).default({}),
  Description: inert('descriptions are for readers of the template'),
  TracingEnabled: inert('the journal has every hop of a chain'),
  MethodSettings: inert('requests are neither throttled nor logged by stage on a laptop'),
  AccessLogSetting: inert('the journal has every request'),
  Tags: inert('nothing reads tags on a laptop'),
});
type StageProperties = z.output<typeof stage>;

/** AWS::ApiGateway::Stage. */
export function stageType(apis: Apis): ResourceType<StageProperties> {
  const put = ({ RestApiId, DeploymentId, StageName, Variables }: StageProperties) => {
    const api = apis.get(RestApiId);
    if (!api.deployments.has(DeploymentId))
      throw new AwsError('NotFoundException', `Invalid Deployment identifier specified: ${DeploymentId}`, {
        status: 404,
      });
    api.stages.set(StageName, { deploymentId: DeploymentId, variables: Variables });
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
