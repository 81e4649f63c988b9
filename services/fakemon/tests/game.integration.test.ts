import { type OpenSocket, PATIENCE_MS, withoutSchedules } from '@arcade/local-aws/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Game, startGame } from './aws.ts';

let game: Game;
beforeAll(async () => {
  game = await startGame({ transform: withoutSchedules });
}, PATIENCE_MS);
afterAll(() => game.stop());

const open: OpenSocket[] = [];
afterEach(async () => {
  for (const socket of open.splice(0)) await socket.close();
  await game.aws.idle();
});
const connected = async (token: string) => {
  const socket = await game.connect(`?token=${token}`);
  open.push(socket);
  return socket;
};
/** Waits until the socket has heard something of this type. */
const heard = (socket: OpenSocket, type: string) =>
  game.aws.waitFor(() => socket.heard.find((message) => message.type === type));
const typesOf = ({ heard }: OpenSocket) => heard.map(({ type }) => type);

describe('a throw that gets a unit', () => {
  it('is taken at once, decided, collected, counted and told: to the player all of it, to others that it is gone', async () => {
    const [ann, ben] = [await game.enter('Ann'), await game.enter('Ben')];
    const sockets = [await connected(ann.tokens.id), await connected(ann.tokens.id), await connected(ben.tokens.id)];
    const [one, other, bens] = sockets as [OpenSocket, OpenSocket, OpenSocket];
    await game.place({ fakemonId: 'w-1', units: 2, unitsLeft: 2 });

    const thrown = await ann.ask('POST', '/captures', { fakemonId: 'w-1' });

    expect(thrown).toMatchObject({ status: 202, body: { fakemonId: 'w-1', attemptId: expect.any(String) } });
    const { attemptId } = thrown.body;
    const told = await heard(one, 'fakemon.capture_succeeded');
    await game.aws.idle();
    expect(told).toMatchObject({
      id: `${ann.sub}.${attemptId}.outcome`,
      causationId: `${ann.sub}.${attemptId}`,
      correlationId: attemptId,
      detail: { player: ann.sub, name: 'Ann', attemptId, fakemonId: 'w-1', species: 'pebblo', unitsLeft: 1 },
    });
    for (const socket of [one, other])
      expect(typesOf(socket).sort()).toEqual(['fakemon.capture_succeeded', 'fakemon.unit_taken']);
    expect(bens.heard).toMatchObject([
      { type: 'fakemon.unit_taken', detail: { fakemonId: 'w-1', unitsLeft: 1, by: 'Ann' } },
    ]);
    expect(JSON.stringify(bens.heard)).not.toContain(`"player"`);

    const atMs = game.aws.clock.now();
    const known = await ann.ask('GET', `/captures/${attemptId}`);
    expect(known.body).toEqual({
      attemptId,
      fakemonId: 'w-1',
      outcome: 'captured',
      species: 'pebblo',
      decidedAtMs: told.detail.capturedAtMs,
    });
    expect((await ann.ask('GET', '/collection')).body).toEqual({
      captures: [{ attemptId, fakemonId: 'w-1', species: 'pebblo', capturedAtMs: told.detail.capturedAtMs }],
    });
    expect((await game.ask('GET', '/ranking')).body.ranking).toContainEqual({ name: 'Ann', captures: 1 });
    expect((await game.ask('GET', '/ranking?species=pebblo')).body.ranking).toEqual([{ name: 'Ann', captures: 1 }]);
    expect((await game.ask('GET', '/ranking?species=zaplet')).body).toEqual({ ranking: [] });
    const world = (await game.ask('GET', '/world')).body;
    expect(world.nowMs).toBe(atMs);
    expect(world.fakemon).toContainEqual({
      ...{ fakemonId: 'w-1', species: 'pebblo', x: 500, y: 500, units: 2, unitsLeft: 1 },
      ...{ appearsAtMs: expect.any(Number), expiresAtMs: expect.any(Number) },
    });
  });

  it('is one attempt, however often the request is sent', async () => {
    const cleo = await game.enter('Cleo');
    const socket = await connected(cleo.tokens.id);
    await game.place({ fakemonId: 'w-2', units: 3, unitsLeft: 3 });
    const attemptId = crypto.randomUUID();

    await cleo.throwAt('w-2', attemptId);
    await heard(socket, 'fakemon.capture_succeeded');
    await cleo.throwAt('w-2', attemptId);
    await game.aws.idle();

    expect((await game.wilds.find('w-2'))?.unitsLeft).toBe(2);
    expect((await cleo.ask('GET', '/collection')).body.captures).toHaveLength(1);
    const outcomes = socket.heard.filter(({ type }) => type === 'fakemon.capture_succeeded');
    expect(outcomes).toHaveLength(2);
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it('is unknown while it is only claimed, and goes on as it was claimed: at what and when', async () => {
    const fay = await game.enter('Fay');
    const atMs = game.aws.clock.now();
    await game.place({ fakemonId: 'over', expiresAtMs: atMs - 10 });
    await game.place({ fakemonId: 'other' });
    const attemptId = crypto.randomUUID();
    await game.attempts.begin({
      ...{ player: fay.sub, attemptId, fakemonId: 'over', thrownAtMs: atMs - 20, outcome: 'open' },
    });

    expect(await fay.ask('GET', `/captures/${attemptId}`)).toMatchObject({
      status: 404,
      body: { type: 'urn:arcade:fakemon:undecided' },
    });
    await fay.throwAt('other', attemptId);
    await game.aws.idle();

    expect((await fay.ask('GET', `/captures/${attemptId}`)).body).toMatchObject({
      ...{ outcome: 'captured', fakemonId: 'over' },
    });
    expect((await game.wilds.find('other'))?.unitsLeft).toBe(1);
  });
});

describe('a throw that gets nothing', () => {
  it.each([
    [
      'taken',
      { unitsLeft: 0, takenBy: 'Dan', takenAtMs: 1893456000000 },
      { takenBy: 'Dan', lateMs: expect.any(Number) },
    ],
    ['gone', { appearsAtMs: 1, expiresAtMs: 1000 }, { lateMs: expect.any(Number) }],
    ['unknown', { appearsAtMs: 4_000_000_000_000, expiresAtMs: 5_000_000_000_000 }, {}],
  ])('is told that it was %s, over the socket and by asking', async (reason, overrides, more) => {
    const eve = await game.enter(`Eve-${reason}`);
    const socket = await connected(eve.tokens.id);
    await game.place({ fakemonId: `lost-${reason}`, ...overrides });

    const attemptId = await eve.throwAt(`lost-${reason}`);

    expect(await heard(socket, 'fakemon.capture_failed')).toMatchObject({ detail: { reason, attemptId, ...more } });
    expect((await eve.ask('GET', `/captures/${attemptId}`)).body).toMatchObject({ outcome: reason, ...more });
    expect((await eve.ask('GET', '/collection')).body).toEqual({ captures: [] });
  });
});

describe('names and ids', () => {
  it('come through every template as they are, whatever is in them', async () => {
    const name = `Z"o'\\e}$#{`;
    const player = await game.enter(name);
    const socket = await connected(player.tokens.id);
    await game.place({ fakemonId: 'w-3', species: 'mossback' });

    const attemptId = await player.throwAt('w-3');

    expect((await heard(socket, 'fakemon.capture_succeeded')).detail.name).toBe(name);
    await game.aws.idle();
    expect((await game.ask('GET', '/ranking?species=mossback')).body).toEqual({ ranking: [{ name, captures: 1 }] });
    await game.place({ fakemonId: 'w-4', unitsLeft: 0, takenBy: name, takenAtMs: 1 });
    const lost = await player.throwAt('w-4');
    await game.aws.idle();
    expect((await player.ask('GET', `/captures/${lost}`)).body).toMatchObject({ takenBy: name, outcome: 'taken' });
    for (const odd of [`x"}`, `'`, '%5C', '$context.stage']) {
      expect((await player.ask('GET', `/captures/${encodeURIComponent(odd)}`)).status).toBe(404);
      expect((await game.ask('GET', `/ranking?species=${encodeURIComponent(odd)}`)).body).toEqual({ ranking: [] });
    }
    expect((await player.ask('GET', `/captures/${attemptId}`)).status).toBe(200);
  });

  it.each([
    ['no fakémon', {}],
    ['an empty id', { fakemonId: '' }],
    ['a long id', { fakemonId: 'x'.repeat(65) }],
    ['an id with a quote', { fakemonId: 'a"b' }],
    ['an attempt that is no UUID', { fakemonId: 'w-1', attemptId: 'mine' }],
    ['a player', { fakemonId: 'w-1', player: 'somebody-else' }],
    ['no object', []],
  ])('a body with %s is a 400, and nothing is put on the bus', async (_what, body) => {
    const fay = await game.enter(`Fay-${crypto.randomUUID()}`);
    const { lastSeq } = game.aws.cloud.journal;

    const answer = await fay.ask('POST', '/captures', body);

    expect(answer).toMatchObject({ status: 400, body: { status: 400, title: 'Bad Request' } });
    expect(game.aws.journal(lastSeq).filter(({ service }) => service === 'events')).toEqual([]);
  });
});

describe('a socket', () => {
  it('answers a ping with the time', async () => {
    const gus = await game.enter('Gus');
    const socket = await connected(gus.tokens.id);

    socket.say({ action: 'ping' });

    expect(await heard(socket, 'pong')).toEqual({ type: 'pong', nowMs: expect.any(Number) });
  });

  it('is forgotten when it is closed, and when it is found to be gone', async () => {
    const hal = await game.enter('Hal');
    const ofHal = async () => (await game.itemsOf('connections')).filter(({ player }) => player === hal.sub);
    const [one, other] = [await connected(hal.tokens.id), await connected(hal.tokens.id)];
    expect(await ofHal()).toHaveLength(2);
    for (const { expiresAt } of await ofHal())
      expect(expiresAt).toBe(Math.floor(game.aws.clock.now() / 1000) + 2 * 3600 + 600);

    await one.close();
    await game.aws.idle();
    expect(await ofHal()).toHaveLength(1);

    const [kept] = await ofHal();
    await game.aws.invoke('fakemon-local-connect', {
      requestContext: {
        connectionId: 'gone=',
        connectedAt: 1,
        requestTimeEpoch: 1,
        requestId: 'r',
        authorizer: { player: hal.sub },
      },
    });
    await game.place({ fakemonId: 'w-5' });
    await hal.throwAt('w-5');
    await heard(other, 'fakemon.capture_succeeded');
    await game.aws.idle();
    expect(await ofHal()).toEqual([kept]);
  });
});

describe('the world', () => {
  it('is told of what appears, and shows what is there or will be within the minute, and nothing of its secrets', async () => {
    const ivy = await game.enter('Ivy');
    const socket = await connected(ivy.tokens.id);

    await game.aws.invoke('fakemon-local-spawn', {
      'detail-type': 'Scheduled Event',
      id: 'tick-9',
      time: new Date(game.aws.clock.now()).toISOString(),
    });
    await game.aws.idle();

    const appeared = socket.heard.filter(({ type }) => type === 'fakemon.fakemon_appeared');
    expect(appeared).toHaveLength(8);
    const { fakemon } = (await game.ask('GET', '/world')).body;
    const ids = fakemon.map(({ fakemonId }: { fakemonId: string }) => fakemonId);
    expect(ids).toEqual(expect.arrayContaining(appeared.map(({ detail }) => detail.fakemonId)));
    expect(ids).not.toContain('lost-taken');
    expect(ids).not.toContain('lost-gone');
    expect(JSON.stringify(fakemon)).not.toMatch(/salt|winners/);
  });
});
