import { afterEach, describe, expect, it } from '@jest/globals';
import { proxyTo, startApi, type TestApi, type TestApiOptions, type TestMethod } from './api.ts';

let api: TestApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

const METHODS: TestMethod[] = [
  { path: '/games/{gameId}', method: 'GET', properties: proxyTo('echo') },
  { path: '/games/{gameId}', method: 'PUT', properties: proxyTo('echo') },
  { path: '/any', method: 'ANY', properties: proxyTo('echo') },
];
const settings = (ResourcePath: string, HttpMethod: string, rate?: number, burst?: number) => ({
  ResourcePath,
  HttpMethod,
  ...(rate !== undefined && { ThrottlingRateLimit: rate }),
  ...(burst !== undefined && { ThrottlingBurstLimit: burst }),
});
const start = async (MethodSettings: object[], more: TestApiOptions = {}) => {
  api = await startApi(METHODS, { deployment: { StageDescription: { MethodSettings } }, ...more });
  return api;
};
const statuses = async (path: string, count: number, method = 'GET') => {
  const found: number[] = [];
  for (let sent = 0; sent < count; sent += 1) found.push((await fetch(`${api?.url}${path}`, { method })).status);
  return found;
};

describe('throttling', () => {
  it('answers 429 beyond the burst, and lets requests through again as time fills the bucket', async () => {
    const { clock, url, cloud } = await start([settings('/*', '*', 2, 3)]);

    expect(await statuses('/games/7', 4)).toEqual([200, 200, 200, 429]);
    const refused = await fetch(`${url}/games/7`);
    expect([refused.headers.get('x-amzn-errortype'), await refused.json()]).toEqual([
      'TooManyRequestsException',
      { message: 'Too Many Requests' },
    ]);
    expect(cloud.journal.entries().at(-1)).toMatchObject({ outcome: 'error', error: { code: 'THROTTLED' } });

    await clock.advance(1000);
    expect(await statuses('/games/8', 3)).toEqual([200, 200, 429]);
    await clock.advance(60_000);
    expect(await statuses('/games/8', 4)).toEqual([200, 200, 200, 429]);
  });

  it('counts each method for itself, whatever the path parameters and, under ANY, the method', async () => {
    await start([settings('/*', '*', 1, 1)]);

    expect(await statuses('/games/7', 1)).toEqual([200]);
    expect(await statuses('/games/8', 1)).toEqual([429]);
    expect(await statuses('/games/7', 2, 'PUT')).toEqual([200, 429]);
    expect([...(await statuses('/any', 1)), ...(await statuses('/any', 1, 'POST'))]).toEqual([200, 429]);
  });

  it("takes a method's own setting before that for all", async () => {
    await start([settings('/*', '*', 1, 1), settings('/~1games~1{gameId}', 'PUT', 1, 2)]);

    expect(await statuses('/games/7', 2)).toEqual([200, 429]);
    expect(await statuses('/games/7', 3, 'PUT')).toEqual([200, 200, 429]);
  });

  it('closes a method whose rate and burst are nought, and no other', async () => {
    await start([settings('/~1any', 'ANY', 0, 0)]);

    expect(await statuses('/any', 1)).toEqual([429]);
    expect(await statuses('/games/7', 10)).toEqual(Array(10).fill(200));
  });

  it("is said by the stage's own resource as well, and gets the answer of the API's gateway response", async () => {
    await start([], {
      deployment: {},
      resources: {
        Throttled: {
          Type: 'AWS::ApiGateway::GatewayResponse',
          Properties: {
            RestApiId: { Ref: 'Api' },
            ResponseType: 'THROTTLED',
            ResponseParameters: { 'gatewayresponse.header.Retry-After': "'1'" },
            ResponseTemplates: { 'application/problem+json': '{"title":$context.error.messageString}' },
          },
        },
        Stage: {
          Type: 'AWS::ApiGateway::Stage',
          DependsOn: ['Deployment1'],
          Properties: {
            RestApiId: { Ref: 'Api' },
            DeploymentId: { Ref: 'Deployment1' },
            StageName: 'slow',
            MethodSettings: [settings('/*', '*', 1, 1)],
          },
        },
      },
    });
    const slow = `${api?.cloud.endpoint}/_api/${api?.apiId}/slow/games/7`;

    expect((await fetch(slow)).status).toBe(200);
    const refused = await fetch(slow);
    expect(await statuses('/games/7', 2)).toEqual([200, 200]);
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
      429,
      '1',
      { title: 'Too Many Requests' },
    ]);
  });

  it.each([
    ['a method that is not there', settings('/~1games', 'GET', 1, 1), 'Invalid method setting path: /~1games/GET'],
    ['all methods of a path', settings('/~1any', '*', 1, 1), 'must name one method'],
  ])('of %s is refused when it is deployed', async (_what, setting, message) => {
    await expect(start([setting])).rejects.toThrow(message);
  });
});
