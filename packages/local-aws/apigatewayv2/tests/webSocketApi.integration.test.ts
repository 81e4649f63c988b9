import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { JournalEntry } from '../../index.ts';
import { NotLetIn, openRoom, type Room } from './room.ts';

let room: Room | undefined;
let api: ApiGatewayManagementApiClient | undefined;
afterEach(async () => {
  api?.destroy();
  await room?.stop();
  room = undefined;
});

/** Where the owner posts to connections: the function's address, at the main port. */
const postingAt = ({ aws }: Room) =>
  new URL(new URL(aws.env('room-local-enter').SOCKET_URL ?? '').pathname, aws.endpoint).href;
const open = async (...options: Parameters<typeof openRoom>) => {
  room = await openRoom(...options);
  api = new ApiGatewayManagementApiClient({ ...room.aws.rootClientConfig, endpoint: postingAt(room), maxAttempts: 1 });
  return room;
};
const post = (ConnectionId: string, Data: string) => api?.send(new PostToConnectionCommand({ ConnectionId, Data }));
/** What the function of `$connect` and `$disconnect` wrote, without time and request id. */
const logged = () => (room?.aws.logs('room-local-enter') ?? []).map((line) => line.split('\t').at(-1) ?? '');
/** The events that it got. */
const events = () =>
  logged()
    .filter((line) => line.startsWith('{"headers"'))
    .map((line) => JSON.parse(line));
const hop = (action: string) => room?.aws.waitFor((hops) => hops.find((one: JournalEntry) => one.action === action));

const hopsTo = (action: string) => room?.aws.cloud.journal.ended().filter((one) => one.action === action) ?? [];

describe('a handshake', () => {
  it('runs $connect before it is answered, with headers and query and no body', async () => {
    const { enter, wsUrl } = await open();

    await enter('?name=ann&name=bob', { headers: { 'X-Player': 'ann' } });

    const [event] = events();
    expect(event).toMatchObject({
      queryStringParameters: { name: 'bob' },
      multiValueQueryStringParameters: { name: ['ann', 'bob'] },
      headers: { 'X-Player': 'ann' },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        messageDirection: 'IN',
        stage: 'local',
        connectedAt: Date.parse('2030-01-01T00:00:00Z'),
        requestTimeEpoch: Date.parse('2030-01-01T00:00:00Z'),
        requestTime: '01/Jan/2030:00:00:00 +0000',
        domainName: new URL(wsUrl ?? '').host,
        identity: { sourceIp: '127.0.0.1' },
        connectionId: expect.stringMatching(/^[\w-]{15}=$/),
      },
      isBase64Encoded: false,
    });
    expect(event).not.toHaveProperty('body');
    expect(await hop('$connect')).toMatchObject({ kind: 'call', outcome: 'ok', detail: { status: 200 } });
  });

  it.each([
    ['403', 403],
    ['401', 401],
    ['fail', 502],
  ])('is refused when $connect answers %s', async (answer, status) => {
    const { enter } = await open();

    await expect(enter(`?answer=${answer}`)).rejects.toEqual(new NotLetIn(status));
    expect(events()).toHaveLength(1);
  });

  it('agrees on the subprotocol that $connect names', async () => {
    const { enter } = await open();

    expect((await enter('', { protocol: 'room.v1' })).socket.protocol).toBe('room.v1');
  });

  it.each([
    ['a foreign host', { host: 'evil.example' }, 403],
    ['a page elsewhere', { origin: 'http://evil.example' }, 403],
  ])('is refused to %s, and no function hears of it', async (_who, headers, status) => {
    const { enter } = await open();

    await expect(enter('', { headers })).rejects.toEqual(new NotLetIn(status));
    expect(events()).toEqual([]);
  });

  it('is taken below /_api as well, and with the stage in the path', async () => {
    const { enter, aws, wsUrl } = await open();

    await expect(enter('local')).resolves.toBeDefined();
    await expect(enter('elsewhere')).rejects.toEqual(new NotLetIn(403));
    const socket = new WebSocket(aws.env('room-local-enter').SOCKET_URL ?? '');
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    socket.close();
    expect(wsUrl).toMatch(/^ws:\/\/localhost:\d+$/);
  });
});

describe('a message', () => {
  it('goes to the route that its body names, else to $default, with nothing of the handshake', async () => {
    const { enter } = await open();
    const client = await enter();

    client.say('hello');
    const event = JSON.parse(await client.next());
    client.say({ action: 'say', text: 'hi' });

    expect(await client.next()).toBe('hi');
    expect(event).toMatchObject({
      body: 'hello',
      isBase64Encoded: false,
      requestContext: { routeKey: '$default', eventType: 'MESSAGE', messageId: expect.any(String) },
    });
    expect(Object.keys(event).sort()).toEqual(['body', 'isBase64Encoded', 'requestContext']);
    expect(await hop('say')).toMatchObject({ detail: { connectionId: event.requestContext.connectionId } });
  });

  it('is answered only where the route has a response, whatever the status', async () => {
    const { enter } = await open();
    const client = await enter();

    client.say({ action: 'ask' });
    expect(await client.next()).toBe('since 2030-01-01T00:00:00.000Z');
    client.say({ action: 'say', text: 'one way' });
    client.say({ action: 'ask' });

    const both = [await client.next(), await client.next()];
    expect(both.sort()).toEqual(['one way', 'since 2030-01-01T00:00:00.000Z']);
  });

  it('whose function fails is answered with an error, and the connection stays', async () => {
    const { enter } = await open();
    const client = await enter();

    client.say({ action: 'say', fail: 'no voice' });

    expect(JSON.parse(await client.next())).toEqual({
      message: 'Internal server error',
      connectionId: expect.any(String),
      requestId: expect.any(String),
    });
    expect(await client.connectionId()).toHaveLength(16);
  });

  it('that no route is for is forbidden, and so is one that asks for the routes of the connection itself', async () => {
    const { enter } = await open({
      transform: ({ Resources }) => {
        delete Resources.SdefaultWebsocketsRoute;
        for (const resource of Object.values(Resources))
          if (resource.Type === 'AWS::ApiGatewayV2::Deployment')
            resource.DependsOn = (resource.DependsOn as string[]).filter((one) => one !== 'SdefaultWebsocketsRoute');
      },
    });
    const client = await enter();

    for (const message of ['hello', { action: '$connect' }, { action: 'sing' }]) {
      client.say(message);
      expect(JSON.parse(await client.next())).toMatchObject({ message: 'Forbidden' });
    }
  });

  it('is throttled as the stage says', async () => {
    const { enter, aws } = await open({
      transform: ({ Resources }) => {
        Object.assign(Resources.WebsocketsDeploymentStage?.Properties ?? {}, {
          RouteSettings: { say: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } },
        });
      },
    });
    const client = await enter();
    const say = async () => {
      client.say({ action: 'say', text: 'hi' });
      return client.next();
    };

    expect(await say()).toBe('hi');
    expect(JSON.parse(await say())).toMatchObject({ message: 'Too Many Requests' });
    await aws.advance(1000);
    expect(await say()).toBe('hi');
  });
});

describe('the limits', () => {
  it.each([
    ['a frame over 32 KB', 'x'.repeat(32 * 1024 + 1), 1009],
    ['a binary frame', Buffer.from('bytes'), 1003],
  ])('close the connection for %s', async (_what, data, code) => {
    const { enter } = await open();
    const { socket, closed } = await enter();

    socket.send(data);

    expect((await closed).code).toBe(code);
    expect(await hop('$disconnect')).toBeDefined();
    expect(room?.aws.journal().some(({ action }) => action === '$default')).toBe(false);
  });

  it('take a message of several frames, up to 128 KB', async () => {
    const { enter } = await open();
    const { socket, closed, next } = await enter();
    const part = 'x'.repeat(32 * 1024);

    socket.send(`${part.slice(10)}`, { fin: false });
    socket.send(part, { fin: true });
    expect(JSON.parse(await next()).body).toHaveLength(64 * 1024 - 10);
    for (let sent = 0; sent < 4; sent += 1) socket.send(part, { fin: false });
    socket.send('x', { fin: true });

    expect((await closed).code).toBe(1009);
  });

  it('end a connection that was idle for ten minutes, and none that was not', async () => {
    const { enter, aws } = await open();
    const quiet = await enter();
    const busy = await enter();
    await aws.advance(9 * 60_000);
    await busy.connectionId();

    await aws.advance(60_000);

    expect(await quiet.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(await busy.connectionId()).toHaveLength(16);
  });

  it('end every connection after two hours', async () => {
    const { enter, aws } = await open();
    const client = await enter();

    for (let minutes = 0; minutes < 120; minutes += 8) {
      await client.connectionId();
      await aws.advance(8 * 60_000);
    }

    expect(await client.closed).toMatchObject({ code: 1001 });
    expect(events().at(-1).requestContext).toMatchObject({ eventType: 'DISCONNECT', disconnectStatusCode: 1001 });
  });
});

describe('the end of a connection', () => {
  it.each([
    ['a close frame', 4000, 'enough', { disconnectStatusCode: 4000, disconnectReason: 'enough' }],
    [
      'no status',
      undefined,
      undefined,
      { disconnectStatusCode: 1005, disconnectReason: 'Client-side close frame status not set' },
    ],
  ])('with %s runs $disconnect once', async (_what, code, reason, expected) => {
    const { enter, aws } = await open();
    const client = await enter();
    const { length } = events();

    client.socket.close(code, reason);
    await hop('$disconnect');
    await aws.idle();

    const left = events().slice(length);
    expect(left).toHaveLength(1);
    expect(left[0]).toMatchObject({
      headers: { 'x-api-key': '', 'x-restapi': '' },
      requestContext: { routeKey: '$disconnect', eventType: 'DISCONNECT', ...expected },
    });
  });
});

it('ends its connections with its stack, and tells no function of it', async () => {
  const { aws, enter } = await open();
  const { closed } = await enter();
  const before = hopsTo('$disconnect');

  await aws.cloud.stacks.remove('room-local');

  expect((await closed).code).toBe(1006);
  await aws.idle();
  expect(hopsTo('$disconnect')).toEqual(before);
});

describe('@connections', () => {
  it('sends to a client, describes it, and lets it go', async () => {
    const { enter, aws } = await open();
    const client = await enter('', { headers: { 'User-Agent': 'a test' } });
    const ConnectionId = await client.connectionId();
    await aws.advance(5000);

    await post(ConnectionId, 'psst');
    const described = await api?.send(new GetConnectionCommand({ ConnectionId }));
    await api?.send(new DeleteConnectionCommand({ ConnectionId }));

    expect(await client.next()).toBe('psst');
    expect(described).toMatchObject({
      ConnectedAt: new Date('2030-01-01T00:00:00Z'),
      LastActiveAt: new Date('2030-01-01T00:00:05Z'),
      Identity: { SourceIp: '127.0.0.1', UserAgent: 'a test' },
    });
    expect(await client.closed).toEqual({ code: 1000, reason: 'Connection Closed Normally' });
    await aws.idle();
    expect(events().at(-1).requestContext).toMatchObject({ disconnectStatusCode: 1000 });
    expect(
      aws
        .journal()
        .filter(({ service }) => service === 'execute-api')
        .map(({ action, to }) => [action, to]),
    ).toEqual(
      expect.arrayContaining([
        ['PostToConnection', expect.stringMatching(/^arn:aws:execute-api:.*\/local\/POST\/@connections\//)],
        ['DeleteConnection', expect.stringMatching(/\/local\/DELETE\/@connections\//)],
      ]),
    );
  });

  it('finds those gone who left, who never were, and who are still on their way in', async () => {
    const { enter } = await open();
    const client = await enter('?post=1');
    const ConnectionId = await client.connectionId();
    client.socket.close();
    await hop('$disconnect');

    for (const id of [ConnectionId, 'PxWP8cfSDoECFYw='])
      await expect(post(id, 'hello?')).rejects.toMatchObject({
        name: 'GoneException',
        $metadata: { httpStatusCode: 410 },
      });
    expect(logged()).toContain('posting: GoneException');
  });

  it('refuses more than 128 KB, and another stage', async () => {
    const opened = await open();
    const ConnectionId = await (await opened.enter()).connectionId();
    const elsewhere = new ApiGatewayManagementApiClient({
      ...opened.aws.rootClientConfig,
      endpoint: postingAt(opened).replace(/local$/, 'prod'),
    });

    await expect(post(ConnectionId, 'x'.repeat(128 * 1024 + 1))).rejects.toMatchObject({
      name: 'PayloadTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
    await expect(elsewhere.send(new PostToConnectionCommand({ ConnectionId, Data: 'hello?' }))).rejects.toMatchObject({
      name: 'ForbiddenException',
      $metadata: { httpStatusCode: 403 },
    });
    elsewhere.destroy();
  });

  it('is there on the port of the WebSocket API too', async () => {
    const { enter, wsUrl = '' } = await open();
    const client = await enter();
    const ConnectionId = await client.connectionId();

    for (const path of ['', '/local']) {
      const own = new ApiGatewayManagementApiClient({
        ...room?.aws.rootClientConfig,
        endpoint: `${wsUrl.replace(/^ws/, 'http')}${path}`,
      });
      await own.send(new PostToConnectionCommand({ ConnectionId, Data: `by ${path}` }));
      own.destroy();
      expect(await client.next()).toBe(`by ${path}`);
    }
  });

  it('takes nothing that is not signed, and nothing that the role does not allow', async () => {
    const {
      enter,
      aws,
      wsUrl = '',
    } = await open({
      transform: ({ Resources }) => {
        Resources.SpeakIamRoleLambdaExecution?.Properties.Policies[0].PolicyDocument.Statement.pop();
      },
    });
    const client = await enter();

    client.say('who am I?');
    const { connectionId, message } = JSON.parse(await client.next());
    const unsigned = await fetch(`${wsUrl.replace(/^ws/, 'http')}/@connections/${connectionId}`, { method: 'POST' });

    expect(message).toBe('Internal server error');
    expect(unsigned.status).toBe(403);
    expect(
      aws.journal().find(({ service, outcome }) => service === 'execute-api' && outcome === 'error'),
    ).toMatchObject({
      error: { code: 'AccessDeniedException', message: expect.stringContaining('execute-api:ManageConnections') },
      detail: { role: expect.stringContaining('speak') },
    });
  });
});
