import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/resource.ts';
import type { RawAnswer } from '../core/service.ts';
import type { Functions } from '../lambda/index.ts';
import { Apis } from './registry.ts';
import type { IncomingRequest } from './request.ts';
import { deploymentType, stageType } from './resources/deployment.ts';
import { accountType, gatewayResponseType } from './resources/gatewayResponse.ts';
import { methodType } from './resources/method.ts';
import { modelType, requestValidatorType } from './resources/models.ts';
import { resourceType, restApiType } from './resources/restApi.ts';
import { serve } from './serve.ts';

export type { IncomingRequest } from './request.ts';

/** The path prefix that REST APIs are served under: `/_api/<apiId>/<stage>/...`. */
export const API_PREFIX = '/_api/';

/** API Gateway: REST APIs from templates, and the requests to them. */
export type ApiGateway = LocalService & {
  /** Answers a request to a path below `API_PREFIX`. */
  handle(request: IncomingRequest): Promise<RawAnswer>;
};

/**
 * REST APIs as templates describe them: Lambda integrations (proxy, and mapped by templates) and mocks, with request
 * validation, gateway responses and Lambda permissions.
 */
export function createApiGateway(
  core: Core,
  { lambda }: { lambda: { functions: Pick<Functions, 'invoke'> } },
): ApiGateway {
  const apis = new Apis();
  const backends = { core, functions: lambda.functions };
  return {
    resources: [
      restApiType(apis),
      resourceType(apis),
      methodType(apis),
      deploymentType(apis),
      stageType(apis),
      modelType(apis),
      requestValidatorType(apis),
      gatewayResponseType(apis),
      accountType,
    ],
    handle: (request) => core.clock.track(serve(backends, apis, request)),
  };
}
