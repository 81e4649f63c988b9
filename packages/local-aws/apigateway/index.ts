import type { PoolTokens } from '../cognito/poolTokens.ts';
import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import { type ApiSource, type ServedApi, stageFirst } from '../front-door/apiTable.ts';
import type { Functions } from '../lambda/index.ts';
import type { Backends } from './integrations/invoke.ts';
import type { RestApi } from './model.ts';
import { Apis } from './registry.ts';
import { authorizerType } from './resources/authorizer.ts';
import { deploymentType } from './resources/deployment.ts';
import { accountType, gatewayResponseType } from './resources/gatewayResponse.ts';
import { methodType } from './resources/method.ts';
import { modelType, requestValidatorType } from './resources/models.ts';
import { resourceType, restApiType } from './resources/restApi.ts';
import { stageType } from './resources/stage.ts';
import { usagePlanType } from './resources/usagePlan.ts';
import { serve } from './serve.ts';

/** API Gateway: REST APIs from templates, and what serves them. */
export type ApiGateway = LocalService & { apis: ApiSource };

/**
 * REST APIs as templates describe them: Lambda integrations (proxy, and mapped by templates), services and mocks, with user pools'
 * authorizers, request validation, gateway responses and Lambda permissions.
 */
export function createApiGateway(
  core: Core,
  {
    lambda,
    iam,
    tokens,
  }: { lambda: { functions: Pick<Functions, 'invoke'> }; iam: Backends['iam']; tokens: PoolTokens },
): ApiGateway {
  const apis = new Apis();
  const backends = { core, functions: lambda.functions, iam };
  const served = (api: RestApi): ServedApi => ({
    id: api.id,
    stackName: api.stackName,
    kind: 'rest',
    locate: stageFirst,
    mainStage: () => api.stages.keys().next().value,
    has: (stageName, method, path) => routesIn(api, stageName)?.find(method, path) !== undefined,
    serve: (stageName, path, request) => core.clock.track(serve(backends, api, stageName, path, request)),
  });
  return {
    id: 'apigateway',
    resources: [
      restApiType(apis),
      resourceType(apis),
      methodType(apis, backends),
      deploymentType(apis),
      stageType(apis),
      authorizerType(apis, { core, tokens }),
      modelType(apis),
      requestValidatorType(apis),
      gatewayResponseType(apis),
      accountType,
      usagePlanType,
    ],
    apis: {
      find(apiId) {
        const api = apis.find(apiId);
        return api && served(api);
      },
      ofStack: (stackName) => apis.ofStack(stackName).map(served),
    },
  };
}

function routesIn(api: RestApi, stageName: string) {
  return api.deployments.get(api.stages.get(stageName)?.deploymentId ?? '');
}
