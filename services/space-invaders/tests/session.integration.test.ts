import type { Session } from '@arcade/events/contracts/space-invaders';
import { type OpenSocket, PATIENCE_MS, withoutSchedules } from '@arcade/local-aws/testkit';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Invaders, type Player, startInvaders } from './aws.ts';
import { NOW_MS, sessionOf } from './parts.ts';

const Name = '/space-invaders/local/session';
const waiting = sessionOf({ isSynchronized: true });
const { sessionId } = waiting;

let invaders: Invaders;
let ssm: SSMClient;
let mia: Player;
let ann: Player;
let sockets: [OpenSocket, OpenSocket, OpenSocket];
beforeAll(async () => {
  invaders = await startInvaders({ transform: withoutSchedules });
  ssm = new SSMClient(invaders.aws.rootClientConfig);
  [mia, ann] = [await invaders.enter('Mia', 'manager'), await invaders.enter('Ann')];
  sockets = [await mia.connect(), await ann.connect(), await ann.connect()];
}, PATIENCE_MS);
afterAll(async () => {
  ssm?.destroy();
  await invaders?.stop();
});

/** Has the parameter say something, as a manager's page does. */
const publish = (session: Session) =>
  ssm.send(new PutParameterCommand({ Name, Value: JSON.stringify(session), Type: 'String', Overwrite: true }));
const published = async (): Promise<Session> =>
  JSON.parse((await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value ?? '');
const kept = async () => (await invaders.itemsOf('sessions')).find((item) => item.sessionId === sessionId);
/** The answer to what a socket says. */
const answer = async (socket: OpenSocket, message: object) => {
  const before = socket.heard.length;
  const isAnswer = ({ type }: { type: string }) => ['started', 'refused', 'pong'].includes(type);
  socket.say(message);
  return invaders.aws.waitFor(() => socket.heard.slice(before).find(isAnswer));
};
const changesHeard = ({ heard }: OpenSocket) =>
  heard.filter(({ type }) => type === 'space_invaders.session_changed').map(({ detail }) => detail);

describe('a session', () => {
  it('that is opened in the parameter is told to everybody who is connected', async () => {
    await invaders.open(waiting);
    await publish(waiting);
    await invaders.aws.idle();

    for (const socket of sockets) expect(changesHeard(socket)).toEqual([waiting]);
  });

  it('starts when a manager calls, at the same moment for all, which table and parameter keep', async () => {
    const [mias, anns, other] = sockets;

    expect(await answer(anns, { action: 'start', sessionId })).toMatchObject({ type: 'refused', status: 403 });
    expect(await kept()).not.toMatchObject({ startsAtMs: expect.anything() });
    const startsAtMs = invaders.aws.clock.now() + 5000;
    expect(await answer(mias, { action: 'start', sessionId })).toEqual({ type: 'started', startsAtMs });
    await invaders.aws.idle();

    const called = { ...waiting, startsAtMs };
    expect(await kept()).toEqual({ kind: 'session', unsettled: 'session', ...called });
    expect(await published()).toEqual(called);
    // Once by `start` itself, at once, and once because the parameter has changed; under one id.
    for (const socket of [mias, anns, other]) {
      expect(changesHeard(socket).slice(1)).toEqual([called, called]);
      const ids = socket.heard.flatMap(({ id, detail }) => (detail?.startsAtMs ? [id] : []));
      expect(new Set(ids).size).toBe(1);
    }
  });

  it.each([
    ['that was called before', { sessionId }, 409],
    ['that there is not', { sessionId: 'none' }, 404],
  ])('%s is not started', async (_what, message, status) => {
    const [mias] = sockets;

    expect(await answer(mias, { action: 'start', ...message })).toEqual({
      ...{ type: 'refused', status, detail: expect.any(String) },
    });
  });

  it('whose time is over is closed in table and parameter, and told so', async () => {
    const timed = sessionOf({ sessionId: '20300101T000100Z-time', gameType: 'TIME_CONSTRAINED', minutes: 1 });
    await invaders.open(timed);
    await publish(timed);
    await invaders.aws.advance(60_000);

    await invaders.aws.invoke('space-invaders-local-reap', tick());
    await invaders.aws.idle();

    const closed = { ...timed, closedAtMs: NOW_MS + 60_000 };
    expect(await published()).toEqual(closed);
    for (const socket of sockets) expect(changesHeard(socket).at(-1)).toEqual(closed);
    expect(await ann.ask('POST', '/allocate', { sessionId: timed.sessionId })).toMatchObject({
      body: { type: 'urn:arcade:space-invaders:session-closed' },
    });
  });
});

const tick = () => ({
  'detail-type': 'Scheduled Event',
  id: 'tick-1',
  time: new Date(invaders.aws.clock.now()).toISOString(),
});

describe('a socket', () => {
  it('answers a ping with the time', async () => {
    const askedAtMs = invaders.aws.clock.now();

    expect(await answer(sockets[1], { action: 'ping' })).toEqual({ type: 'pong', nowMs: askedAtMs });
  });

  it('that is gone holds up nobody, and is forgotten', async () => {
    await invaders.aws.invoke('space-invaders-local-connect', {
      requestContext: {
        ...{ connectionId: 'gone=', connectedAt: 1, requestTimeEpoch: 1, requestId: 'r' },
        authorizer: { player: 'nobody', isManager: 'false' },
      },
    });
    const later = sessionOf({ sessionId: '20300102T000000Z-next' });

    await publish(later);
    await invaders.aws.idle();

    for (const socket of sockets) expect(changesHeard(socket).at(-1)).toEqual(later);
    expect((await invaders.itemsOf('connections')).map(({ player }) => player)).not.toContain('nobody');
  });

  it('opens with an id token, and not without', async () => {
    await expect(invaders.connect('')).rejects.toThrow('answered 401');
    await expect(invaders.connect('?token=none')).rejects.toThrow('answered 403');
    await expect(invaders.connect(`?token=${ann.tokens.access}`)).rejects.toThrow('answered 403');
    const { id } = await invaders.enterElsewhere('Ann');
    await expect(invaders.connect(`?token=${id}`)).rejects.toThrow('answered 403');
  });

  it('leaves no token in the journal, in logs, or with whoever is connected', async () => {
    const kept = JSON.stringify([
      invaders.aws.journal(),
      ...['authorize', 'connect'].map((name) => invaders.aws.logs(`space-invaders-local-${name}`)),
      await invaders.itemsOf('connections'),
    ]);

    for (const part of ann.tokens.id.split('.').slice(1)) expect(kept).not.toContain(part);
  });
});

describe.each([
  ['POST', '/allocate', { sessionId }],
  ['POST', '/deallocate', { sessionId }],
  ['GET', '/session', undefined],
  ['GET', `/scoreboard?sessionId=${sessionId}`, undefined],
])('%s %s', (method, path, body) => {
  it('is closed to whoever has no id token', async () => {
    expect(await invaders.ask(method, path, body)).toMatchObject({ status: 401, body: { status: 401 } });
    for (const token of ['', 'none', ann.tokens.access])
      expect((await invaders.ask(method, path, body, { authorization: token })).status).toBe(401);
  });
});
