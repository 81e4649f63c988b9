import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { PATIENCE_MS, receiveAll, withoutSchedules } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Game, type Player, startGame } from './aws.ts';

let game: Game;
let ann: Player;
let ben: Player;
/** What is sent in place of an id token, by what is wrong with it. */
const bad = new Map<string, string>();

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());

beforeAll(async () => {
  game = await startGame({ params: { syncTwin: 'true' }, transform: withoutSchedules });
  const eve = await game.enter('Eve');
  await game.aws.advance(3_600_001);
  [ann, ben] = [await game.enter('Ann'), await game.enter('Ben')];
  const [header, payload, signature] = ann.tokens.id.split('.');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signed = (text: string) => `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  const { alg: _, ...rest } = decoded(header);
  const hmac = `${encoded({ ...rest, alg: 'HS256' })}.${payload}`;
  for (const [what, token] of Object.entries({
    'no token at all': 'not-a-token',
    'one that has expired': eve.tokens.id,
    'one of another key': signed(`${header}.${payload}`),
    'one whose algorithm is none': `${encoded({ ...rest, alg: 'none' })}.${payload}.`,
    'one that a shared secret has signed': `${hmac}.${createHmac('sha256', 'secret').update(hmac).digest('base64url')}`,
    'one that says another player': `${header}.${encoded({ ...decoded(payload), sub: ben.sub })}.${signature}`,
    'an access token': ann.tokens.access,
    'one for another client': (await game.enterElsewhere('Ann')).id,
  }))
    bad.set(what, token);
}, PATIENCE_MS);
afterAll(() => game.stop());

const kinds = [
  ...['no token at all', 'one that has expired', 'one of another key', 'one whose algorithm is none'],
  ...[
    'one that a shared secret has signed',
    'one that says another player',
    'an access token',
    'one for another client',
  ],
];

describe.each([
  ['POST', '/captures', { fakemonId: 'f-1' }],
  ['POST', '/captures/sync', { fakemonId: 'f-1' }],
  ['GET', '/captures/a-1', undefined],
  ['GET', '/collection', undefined],
] as const)('%s %s', (method, path, body) => {
  it('is open to whoever has signed in, and to nobody without a token', async () => {
    expect((await ann.ask(method, path, body)).status).not.toBe(401);
    expect(await game.ask(method, path, body)).toMatchObject({ status: 401, body: { status: 401 } });
    expect(await game.ask(method, path, body, { authorization: '' })).toMatchObject({ status: 401 });
  });

  it.each(kinds)('is closed to %s', async (what) => {
    const answer = await game.ask(method, path, body, { authorization: bad.get(what) ?? '' });

    expect(answer).toMatchObject({ status: 401, body: { status: 401, title: 'Unauthorized' } });
  });
});

describe('a socket', () => {
  it('opens with an id token, and not without', async () => {
    const socket = await game.connect(`?token=${ann.tokens.id}`);
    await socket.close();
    await expect(game.connect('')).rejects.toThrow('answered 401');
    await expect(game.connect('?token=')).rejects.toThrow(/answered 40[13]/);
    await expect(game.connect(`?other=${ann.tokens.id}`)).rejects.toThrow('answered 401');
  });

  it.each(kinds)('stays shut to %s', async (what) => {
    await expect(game.connect(`?token=${bad.get(what)}`)).rejects.toThrow('answered 403');
  });

  it('leaves no token in the journal, in logs, or with whoever is connected', async () => {
    const socket = await game.connect(`?token=${ann.tokens.id}`);
    await socket.close();
    await game.aws.idle();

    const kept = JSON.stringify([
      game.aws.journal(),
      ...['authorize', 'connect', 'disconnect'].map((name) => game.aws.logs(`fakemon-local-${name}`)),
      await game.itemsOf('connections'),
    ]);
    for (const part of [ann.tokens.id, ...ann.tokens.id.split('.').slice(1)]) expect(kept).not.toContain(part);
  });
});

describe('a player', () => {
  it('acts and reads as nobody else', async () => {
    await game.place({ fakemonId: 'own', units: 2, unitsLeft: 2 });
    const attemptId = await ann.throwAt('own');
    await game.aws.idle();

    expect((await ann.ask('GET', `/captures/${attemptId}`)).status).toBe(200);
    expect((await ben.ask('GET', `/captures/${attemptId}`)).status).toBe(404);
    expect((await ben.ask('GET', `/captures/${encodeURIComponent(`../${ann.sub}/${attemptId}`)}`)).status).toBe(404);
    expect((await ben.ask('GET', `/collection?player=${ann.sub}`)).body).toEqual({ captures: [] });
    const forged = { fakemonId: 'own', player: ann.sub, name: 'Ann' };
    expect((await ben.ask('POST', '/captures', forged)).status).toBe(400);
    expect((await ben.ask('POST', '/captures/sync', forged)).status).toBe(400);
  });

  it("hears nobody else's outcome", async () => {
    const [anns, bens] = [await game.connect(`?token=${ann.tokens.id}`), await game.connect(`?token=${ben.tokens.id}`)];
    await game.place({ fakemonId: 'heard', units: 2, unitsLeft: 0, takenBy: 'Cid', takenAtMs: 1 });

    await ann.throwAt('heard');
    await game.aws.waitFor(() => anns.heard.length > 0);
    await game.aws.idle();

    expect(anns.heard).toMatchObject([{ type: 'fakemon.capture_failed', detail: { player: ann.sub } }]);
    expect(bens.heard).toEqual([]);
  });

  it('who repeats the id of another has an attempt of their own', async () => {
    await game.place({ fakemonId: 'same', units: 2, unitsLeft: 2 });
    const attemptId = crypto.randomUUID();

    await ann.throwAt('same', attemptId);
    await ben.throwAt('same', attemptId);
    await game.aws.idle();

    expect((await game.wilds.find('same'))?.unitsLeft).toBe(0);
    expect((await ben.ask('GET', `/captures/${attemptId}`)).body).toMatchObject({ outcome: 'captured' });
  });
});

describe('an event that is none of the contracts', () => {
  const letters = async () =>
    (await receiveAll(game.aws, 'fakemon-local-dead-letters')).map((body) => JSON.parse(body));

  it.each([
    ['capture', 'fakemon.capture_attempt', { id: 'x', type: 'fakemon.capture_attempt' }, 'correlationId'],
    [
      'collection',
      'fakemon.capture_succeeded',
      { type: 'fakemon.capture_succeeded', detail: { player: 'p' } },
      'version',
    ],
  ])('ends with %s in the dead-letter queue, with what does not fit', async (name, type, detail, field) => {
    await game.put(type, detail);
    await game.aws.advance(200_000);

    const ofFunction = (await letters()).filter(({ requestContext }) =>
      requestContext?.functionArn.includes(`fakemon-local-${name}`),
    );
    expect(ofFunction).toMatchObject([
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { detail },
        responsePayload: { errorType: 'EventRefusedError', errorMessage: expect.stringContaining(field) },
      },
    ]);
    expect(await game.itemsOf('ranking')).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ player: 'p' })]),
    );
  });
});

it(
  'an attempt that the bus does not take is no 202',
  async () => {
    const broken = await startGame({
      transform(template) {
        withoutSchedules(template);
        const { RequestTemplates } = template.Resources.ApiGatewayMethodCapturesPost?.Properties.Integration ?? {};
        const [type] = Object.keys(RequestTemplates);
        const { 'Fn::Sub': text } = RequestTemplates[type ?? ''];
        RequestTemplates[type ?? ''] = { 'Fn::Sub': text.replace('"Source": "fakemon"', '"Source": ""') };
      },
    });
    try {
      const player = await broken.enter('Ann');

      expect(await player.ask('POST', '/captures', { fakemonId: 'f-1' })).toMatchObject({
        status: 503,
        body: { status: 503, title: 'Service Unavailable' },
      });
    } finally {
      await broken.stop();
    }
  },
  PATIENCE_MS,
);
