import type { Backends } from '../apigateway/integrations/invoke.ts';
import type { Core } from '../core/cloud.ts';
import { type LocalService, RawAnswer } from '../core/service.ts';
import { type ApiSource, type ServedApi, stageFirst } from '../front-door/apiTable.ts';
import { refuseHandshake } from '../front-door/upgrade.ts';
import type { Functions } from '../lambda/index.ts';
import { locateHttp, serveHttp } from './http/serve.ts';
import { createManagementApi, isConnectionPath } from './management.ts';
import type { Api } from './model.ts';
import { ApisV2, deployedTo } from './registry.ts';
import { apiType } from './resources/api.ts';
import { authorizerType } from './resources/authorizer.ts';
import { integrationType } from './resources/integration.ts';
import { routeResponseType, routeType } from './resources/route.ts';
import { deploymentType, stageType } from './resources/stage.ts';
import { WebSocketGateway } from './websocket/gateway.ts';

/** HTTP and WebSocket APIs from templates, and what serves them. */
export type ApiGatewayV2 = LocalService & {
  apis: ApiSource;
  /** `@connections`: what functions do with the connections of WebSocket APIs. */
  management: LocalService;
};

/** HTTP APIs (payload format 2.0, CORS) and WebSocket APIs (with authorizers), as templates describe them, with functions behind them. */
export function createApiGatewayV2(
  core: Core,
  { lambda, iam }: { lambda: { functions: Pick<Functions, 'invoke'> }; iam: Backends['iam'] },
): ApiGatewayV2 {
  const apis = new ApisV2();
  const backends = { core, functions: lambda.functions, iam };
  const gateway = new WebSocketGateway(backends);
  const served = (api: Api): ServedApi => {
    const common = { id: api.id, stackName: api.stackName };
    return api.kind === 'http'
      ? {
          ...common,
          kind: 'http',
          locate: (rest) => locateHttp(api, rest),
          mainStage: () => (api.stages.has('$default') ? '$default' : api.stages.keys().next().value),
          has: (stageName, method, path) => hasRoute(api, stageName, method, path),
          serve: (stageName, path, request) => core.clock.track(serveHttp(backends, api, stageName, path, request)),
        }
      : {
          ...common,
          kind: 'websocket',
          locate: stageFirst,
          mainStage: () => api.stages.keys().next().value,
          has: () => false,
          serve: async (_stageName, path) => (isConnectionPath(path) ? undefined : forbidden()),
          connect: (stageName, path, handshake) =>
            path === '/'
              ? core.clock.track(gateway.connect(api, stageName, handshake))
              : Promise.resolve(refuseHandshake(handshake.socket, 403, 'Forbidden')),
        };
  };
  return {
    id: 'apigatewayv2',
    resources: [
      apiType(apis, core.endpoint, (api) => gateway.drop(api)),
      integrationType(apis),
      authorizerType(apis, backends),
      routeType(apis),
      routeResponseType(apis),
      deploymentType(apis),
      stageType(apis),
    ],
    apis: {
      find(apiId) {
        const api = apis.find(apiId);
        return api && served(api);
      },
      ofStack: (stackName) => apis.ofStack(stackName).map(served),
    },
    management: createManagementApi(apis, gateway),
    async close() {
      gateway.drop();
    },
  };
}

/** A plain request to a WebSocket API that is none to its connections. */
function forbidden(): RawAnswer {
  return new RawAnswer(403, { 'content-type': 'application/json' }, '{"message":"Forbidden"}');
}

function hasRoute(api: Api, stageName: string, method: string, path: string): boolean {
  const stage = api.stages.get(stageName);
  const deployed = stage && deployedTo(api, stage);
  return deployed !== undefined && (deployed.paths.find(method, path) !== undefined || deployed.byKey.has('$default'));
}
