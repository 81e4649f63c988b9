import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { type Cloud, createCloud, createVirtualClock } from '../../index.ts';
import { compileService } from '../../testkit/index.ts';

const SERVICE = join(import.meta.dirname, 'fixture-service');
const API = { Ref: 'OldApi' };
/** A REST API beside the service's HTTP API: `GET /old` is a mock. */
const OLD_API = {
  OldApi: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'old' } },
  OldPath: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: { RestApiId: API, ParentId: { 'Fn::GetAtt': ['OldApi', 'RootResourceId'] }, PathPart: 'old' },
  },
  OldMethod: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: API,
      ResourceId: { Ref: 'OldPath' },
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
      MethodResponses: [{ StatusCode: '200' }],
      Integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': '{"statusCode":200}' },
        IntegrationResponses: [{ StatusCode: '200', ResponseTemplates: { 'application/json': '{"old":true}' } }],
      },
    },
  },
  OldDeployment: {
    Type: 'AWS::ApiGateway::Deployment',
    DependsOn: ['OldMethod'],
    Properties: { RestApiId: API, StageName: 'dev' },
  },
};

const clouds: Cloud[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const cloud of clouds.splice(0)) await cloud.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const start = async (stateFolder?: string) => {
  const cloud = await createCloud({ port: 0, clock: createVirtualClock(), ...(stateFolder && { stateFolder }) });
  clouds.push(cloud);
  return cloud;
};
const deploy = async (cloud: Cloud, more: object = {}) => {
  const { stackName, template, functions } = await compileService(SERVICE);
  const Resources = { ...(template.Resources as object), ...more };
  await cloud.stacks.deploy({ stackName, template: { ...template, Resources }, functions });
};
const listen = (cloud: Cloud) => cloud.apis.listen({ stackName: 'room-local', http: 0, websocket: 0 });
const idsOf = (cloud: Cloud) =>
  cloud.stacks
    .get('room-local')
    ?.resources.filter(({ type }) => type.endsWith('::Api'))
    .map(({ physicalId }) => physicalId);
const opened = (url: string | undefined) =>
  new Promise<void>((resolve, reject) => {
    const socket = new WebSocket(url ?? '');
    socket.on('open', () => {
      socket.terminate();
      resolve();
    });
    socket.on('error', reject);
  });

describe('the APIs of a stack', () => {
  it('share a port: the one that has something for a request answers it', async () => {
    const cloud = await start();
    await deploy(cloud, OLD_API);
    const { url } = await listen(cloud);

    expect(await (await fetch(`${url}/old`)).json()).toEqual({ old: true });
    expect(await (await fetch(`${url}/pages/one`)).json()).toMatchObject({ routeKey: 'GET /pages/{name}' });
  });

  it('are the same after a restart, under the same ids', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
    folders.push(folder);
    const before = await start(folder);
    await deploy(before);
    const ids = idsOf(before);
    await before.close();

    const after = await start(folder);
    // The code comes from whoever hosts the service.
    await after.stacks.place('room-local', (await compileService(SERVICE)).functions);
    const { url, wsUrl } = await listen(after);

    expect(idsOf(after)).toEqual(ids);
    expect((await fetch(`${url}/pages/one`)).status).toBe(200);
    await expect(opened(wsUrl)).resolves.toBeUndefined();
  });

  it('are gone with their stack, and so are their connections', async () => {
    const cloud = await start();
    await deploy(cloud);
    const { url, wsUrl } = await listen(cloud);
    const socket = new WebSocket(wsUrl ?? '');
    await new Promise((resolve) => socket.on('open', resolve));
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));

    await cloud.stacks.remove('room-local');

    expect(await closed).toBe(1006);
    expect((await fetch(`${url}/pages/one`)).status).toBe(404);
    await expect(opened(wsUrl)).rejects.toThrow('404');
  });
});
