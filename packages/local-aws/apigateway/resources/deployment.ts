import { z } from 'zod';
import { inert, type ResourceType } from '../../core/resource.ts';
import { type Apis, routesOf, stableId } from '../registry.ts';
import { badRequest } from './integration.ts';
import { serveAs, stageDescriptionSchema, stageName } from './stage.ts';

const deployment = z.strictObject({
  RestApiId: z.string(),
  StageName: stageName.optional(),
  StageDescription: stageDescriptionSchema.optional(),
  Description: inert('descriptions are for readers of the template'),
});
type DeploymentProperties = z.output<typeof deployment>;

/**
 * AWS::ApiGateway::Deployment: what the API's paths and methods were when it was made. A method that is created after it
 * (for want of a DependsOn) is not served, as on AWS. Models, validators, authorizers and
 * gateway responses are served as they are now.
 */
export function deploymentType(apis: Apis): ResourceType<DeploymentProperties> {
  return {
    type: 'AWS::ApiGateway::Deployment',
    properties: deployment as z.ZodType<DeploymentProperties>,
    replaceOn: ['RestApiId'],
    async create({ RestApiId, StageName, StageDescription }, context) {
      const api = apis.get(RestApiId);
      const routes = routesOf(api);
      if (routes.targets.length === 0)
        throw badRequest("The REST API doesn't contain any methods: does the deployment lack a DependsOn?");
      const id = stableId(context).slice(0, 6);
      api.deployments.set(id, routes);
      if (StageName !== undefined) serveAs(api, StageName, id, StageDescription);
      return { physicalId: id, attributes: { DeploymentId: id } };
    },
    async update(current, { RestApiId, StageName, StageDescription }) {
      if (StageName !== undefined) serveAs(apis.get(RestApiId), StageName, current.physicalId, StageDescription);
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
