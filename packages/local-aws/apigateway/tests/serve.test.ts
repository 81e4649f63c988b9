import { describe, expect, it } from '@jest/globals';
import { type Clock, createRealClock, createVirtualClock } from '../../core/clock.ts';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import { Journal } from '../../core/journal.ts';
import type { Principal } from '../../core/principal.ts';
import type { AnyResourceType, ResourceContext } from '../../core/resource.ts';
import { Services } from '../../core/services.ts';
import { ApiTable } from '../../front-door/apiTable.ts';
import { createIam } from '../../iam/index.ts';
import type { Functions } from '../../lambda/index.ts';
import { type ApiGateway, createApiGateway } from '../index.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:game';

async function startApi(
  invoke: Functions['invoke'],
  { clock = createVirtualClock(), ...integration }: { clock?: Clock; TimeoutInMillis?: number } = {},
) {
  const journal = new Journal(clock);
  const core = {
    clock,
    journal,
    newId: () => '6f1c8a52-9d9f-4c36-8c55-5a1f0a5b9a01',
    services: new Services(),
  } as unknown as Core;
  const gateway = createApiGateway(core, {
    lambda: { functions: { invoke } },
    iam: createIam({ clock }),
    tokens: { check: async () => ({ refused: 'invalid' }) },
  });
  const create = creator(gateway);
  const table = new ApiTable([gateway.apis]);
  const api = await create('AWS::ApiGateway::RestApi', 'Api', { Name: 'arcade' });
  const RestApiId = api.physicalId;
  const games = await create('AWS::ApiGateway::Resource', 'Games', {
    RestApiId,
    ParentId: api.attributes.RootResourceId,
    PathPart: '{gameId}',
  });
  await create('AWS::ApiGateway::Method', 'Get', {
    RestApiId,
    ResourceId: games.physicalId,
    HttpMethod: 'ANY',
    Integration: {
      Type: 'AWS_PROXY',
      IntegrationHttpMethod: 'POST',
      ...integration,
      Uri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`,
    },
  });
  const first = await create('AWS::ApiGateway::Deployment', 'Deployment1', { RestApiId, StageName: 'dev' });
  const request = async (method: string, path: string) => {
    const answer = await table.serve({
      method,
      path: `/_api/${RestApiId}/dev${path}`,
      query: new URLSearchParams(),
      rawQuery: '',
      headers: {},
      rawHeaders: [],
      body: Buffer.alloc(0),
      requestId: 'request',
    });
    if (!answer) throw new Error('a REST API answers whatever comes');
    return answer;
  };
  return { journal, gateway, create, request, RestApiId, rootId: api.attributes.RootResourceId, first };
}

function creator({ resources }: ApiGateway) {
  return (typeName: string, logicalId: string, properties: Record<string, unknown>) => {
    const type = resources.find((one) => one.type === typeName) as AnyResourceType;
    const context: ResourceContext = { stackName: 's', logicalId, generateName: () => `s-${logicalId}` };
    return type.create(type.properties.parse(properties), context);
  };
}

const ok = { payload: '{"statusCode":200}', log: [], logStreamName: '', durationMs: 1 };

describe('serving', () => {
  it('invokes as API Gateway, for the stage, method and path of the request', async () => {
    const principals: (Principal | undefined)[] = [];
    const { request, RestApiId } = await startApi(async (_name, _payload, options) => {
      principals.push(options?.principal);
      return ok;
    });

    await request('PUT', '/7');

    expect(principals).toEqual([
      {
        kind: 'service',
        service: 'apigateway.amazonaws.com',
        sourceArn: `arn:aws:execute-api:eu-west-1:000000000000:${RestApiId}/dev/PUT/*`,
      },
    ]);
  });

  it('answers 500 when Lambda refuses, and the journal says why', async () => {
    const { request, journal } = await startApi(async () => {
      throw new AwsError('AccessDeniedException', 'no policy allows lambda:InvokeFunction', { status: 403 });
    });

    const { status, body } = await request('GET', '/7');

    expect([status, body]).toEqual([500, '{"message":"Internal server error"}']);
    expect(journal.entries().at(-1)).toMatchObject({
      outcome: 'error',
      to: FUNCTION,
      error: {
        code: 'API_CONFIGURATION_ERROR',
        message: 'AccessDeniedException: no policy allows lambda:InvokeFunction',
      },
    });
  });

  it('answers 504 when the function takes longer than the integration may', async () => {
    const clock = createRealClock();
    const { request } = await startApi(() => new Promise(() => {}), { clock, TimeoutInMillis: 50 });

    const { status, body } = await request('GET', '/7');

    expect([status, body]).toEqual([504, '{"message":"Endpoint request timed out"}']);
    clock.stop();
  });

  it('serves what was there when it was deployed, until it is deployed again', async () => {
    const { request, create, RestApiId, rootId } = await startApi(async () => ok);
    await create('AWS::ApiGateway::Method', 'Root', {
      RestApiId,
      ResourceId: rootId,
      HttpMethod: 'GET',
      Integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': '{statusCode: 204}' },
        IntegrationResponses: [{ StatusCode: '204' }],
      },
      MethodResponses: [{ StatusCode: 204 }],
    });

    expect((await request('GET', '/')).status).toBe(403);
    await create('AWS::ApiGateway::Deployment', 'Deployment2', { RestApiId, StageName: 'dev' });
    expect((await request('GET', '/')).status).toBe(204);
  });

  it('keeps the stage when an older deployment is removed, and loses it with its own', async () => {
    const { gateway, request, create, RestApiId, first } = await startApi(async () => ok);
    const type = gateway.resources.find((one) => one.type === 'AWS::ApiGateway::Deployment') as AnyResourceType;
    const remove = (current: typeof first) =>
      type.remove(current, { RestApiId }, { stackName: 's', logicalId: '', generateName: () => '' });
    const second = await create('AWS::ApiGateway::Deployment', 'Deployment2', { RestApiId, StageName: 'dev' });

    await remove(first);
    expect((await request('GET', '/7')).status).toBe(200);
    await remove(second);
    expect((await request('GET', '/7')).status).toBe(403);
  });
});

describe('what is not executed', () => {
  const method = { RestApiId: 'api', ResourceId: 'root', HttpMethod: 'GET' };
  const service = { Type: 'AWS', Credentials: 'arn:aws:iam::000000000000:role/r' };
  const uri = (tail: string) => `arn:aws:apigateway:eu-west-1:${tail}`;

  it.each([
    ['a service that is not there', { ...service, Uri: uri('ses:action/SendEmail') }, "the service 'ses'"],
    ['credentials of a mock', { Type: 'MOCK', Credentials: service.Credentials }, 'Credentials'],
    ['an HTTP integration', { Type: 'HTTP_PROXY', Uri: 'http://example.com' }, 'HTTP_PROXY'],
  ])('is refused by name: %s', async (_what, integration, name) => {
    const { create, RestApiId, rootId } = await startApi(async () => ok);

    const refused = create('AWS::ApiGateway::Method', 'M', {
      ...method,
      RestApiId,
      ResourceId: rootId,
      Integration: { IntegrationHttpMethod: 'POST', ...integration },
    });

    await expect(refused).rejects.toMatchObject({
      code: 'NotSupportedByLocalAws',
      message: expect.stringContaining(name),
    });
  });

  it.each([
    ['an authorizer', { AuthorizationType: 'AWS_IAM' }],
    ['an API key', { ApiKeyRequired: true }],
  ])('does not fit the schema: %s', async (_what, more) => {
    const { gateway } = await startApi(async () => ok);
    const type = gateway.resources.find((one) => one.type === 'AWS::ApiGateway::Method');

    expect(type?.properties.safeParse({ ...method, Integration: { Type: 'MOCK' } }).success).toBe(true);
    expect(type?.properties.safeParse({ ...method, Integration: { Type: 'MOCK' }, ...more }).success).toBe(false);
  });
});
