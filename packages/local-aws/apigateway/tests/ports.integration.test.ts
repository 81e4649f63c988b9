import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type OwnPorts, PortError } from '../../index.ts';
import { proxyTo, startApi, type TestApi, type TestMethod } from './api.ts';

let api: TestApi;
const METHODS: TestMethod[] = [
  { path: '/games/{gameId}', method: 'GET', properties: proxyTo('echo') },
  { path: '/answer', method: 'POST', properties: proxyTo('answer') },
];

afterEach(async () => {
  await api.close();
});

const open = async (http = 0): Promise<OwnPorts> => {
  api = await startApi(METHODS);
  return api.cloud.apis.listen({ stackName: 'arcade', http });
};
/** Sends headers that fetch would not. */
const statusOf = (url: string, headers: Record<string, string>) =>
  new Promise((resolve, reject) => {
    const call = request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject).end();
  });

describe('a port of a stack of its own', () => {
  it('serves the REST API without the path of local-aws in front', async () => {
    const { url } = await open();

    const response = await fetch(`${url}/games/blue%20moon?page=2`, { headers: [['X-Player', 'ann']] });

    const event = (await response.json()) as { headers: Record<string, string>; requestContext: { requestId: string } };
    expect(event).toMatchObject({
      resource: '/games/{gameId}',
      path: '/games/blue%20moon',
      pathParameters: { gameId: 'blue moon' },
      queryStringParameters: { page: '2' },
      requestContext: { stage: 'dev', path: '/dev/games/blue%20moon', domainName: new URL(url ?? '').host },
    });
    expect(event.headers['X-Player']).toBe('ann');
    expect(response.headers.get('x-amzn-requestid')).toBe(event.requestContext.requestId);
    expect(response.headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  });

  it('answers by the latest deployment, and says so when the stack is gone', async () => {
    const { url } = await open();

    await api.redeploy([...METHODS, { path: '/', method: 'GET', properties: proxyTo('echo') }]);
    expect((await fetch(`${url}/`)).status).toBe(200);
    await api.cloud.stacks.remove('arcade');

    const gone = await fetch(`${url}/`);
    expect([gone.status, await gone.json()]).toEqual([
      404,
      { message: "The stack 'arcade' has no API now: is it deployed?" },
    ]);
  });

  it.each([
    ['a foreign host', { host: 'evil.example' }, 403],
    ['a foreign origin', { origin: 'http://evil.example' }, 403],
    ['the web app', { origin: 'http://localhost:4000' }, 200],
  ])('answers to its own only: %s', async (_who, headers, status) => {
    const { url } = await open();

    expect(await statusOf(`${url}/games/7`, headers)).toBe(status);
  });

  it('trusts pages of ports that are open, as long as they are', async () => {
    const first = await open();
    const second = await api.cloud.apis.listen({ stackName: 'arcade', http: 0 });
    const origin = second.url ?? '';
    const whileOpen = await statusOf(`${first.url}/games/7`, { origin });

    await second.close();

    expect(whileOpen).toBe(200);
    expect(await statusOf(`${first.url}/games/7`, { origin })).toBe(403);
  });

  it('refuses a body that is larger than anything takes, and lets the client read why', async () => {
    const { url } = await open();

    const response = await fetch(`${url}/answer`, { method: 'POST', body: Buffer.alloc(17 * 1024 * 1024) });

    expect(response.status).toBe(413);
  });

  it('is taken: the error names it and says what to do', async () => {
    const { url } = await open();

    const again = api.cloud.apis.listen({ stackName: 'arcade', http: Number(new URL(url ?? '').port) });

    await expect(again).rejects.toThrow(PortError);
    await expect(again).rejects.toThrow(/Port \d+ is already in use: stop the program that listens there\./);
  });

  it('is free again once it is closed, and when local-aws ends', async () => {
    const first = await open();
    const port = Number(new URL(first.url ?? '').port);

    await first.close();
    await expect(fetch(`${first.url}/games/7`)).rejects.toThrow();
    const second = await api.cloud.apis.listen({ stackName: 'arcade', http: port });
    await api.cloud.close();

    await expect(fetch(`${second.url}/games/7`)).rejects.toThrow();
  });

  it('is not opened for a stack that has no such API', async () => {
    await open();

    expect((await api.cloud.apis.listen({ stackName: 'other', http: 0, websocket: 0 })).url).toBeUndefined();
  });
});
