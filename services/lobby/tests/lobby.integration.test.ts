import { createDocumentClient } from '@arcade/dynamodb';
import type { AnyEvent } from '@arcade/events';
import { captureFailed, captureSucceeded, fakemonAppeared } from '@arcade/events/contracts/fakemon';
import { gameEnded } from '@arcade/events/contracts/mafia';
import { ballHit, pointScored } from '@arcade/events/contracts/ping-pong';
import { directiveAnswered } from '@arcade/events/contracts/smart-home';
import { statusUpdated, trialCounted } from '@arcade/events/contracts/space-invaders';
import { buildEvent, onceEach } from '@arcade/events/testing';
import { PATIENCE_MS, receiveAll } from '@arcade/local-aws/testkit';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHunters } from '../storage/hunters.ts';
import { type Lobby, startLobby } from './aws.ts';
import { NOW_MS } from './parts.ts';

let lobby: Lobby;
beforeAll(async () => {
  lobby = await startLobby();
}, PATIENCE_MS);
afterAll(() => lobby.stop());

/** No two tests have the same events. */
let round = 0;
beforeEach(() => {
  round += 1;
});
const id = (name: string) => `${name}-${round}`;
const chain = (name: string) => ({ id: id(name), correlationId: `chain-of-${id(name)}` });

const attempt = () => ({ player: 'sub-of-ann', name: 'Ann', attemptId: id('attempt'), fakemonId: id('f') });
const captured = (more = {}, envelope = {}) =>
  buildEvent(
    captureSucceeded,
    { ...attempt(), species: 'pebblo', unitsLeft: 1, capturedAtMs: NOW_MS, ...more },
    { ...chain('captured'), ...envelope },
  );
const rally = (strokes: number, name = 'point') =>
  buildEvent(pointScored, { rally: 7, strokes, winner: 'ping', game: 1, score: { ping: 1, pong: 0 } }, chain(name));
const counted = (score: number) =>
  buildEvent(
    trialCounted,
    {
      sessionId: 's-1',
      player: 'sub-of-ann',
      name: 'Ann',
      trial: 1,
      score,
      level: 3,
      isOver: true,
      countedAtMs: NOW_MS,
    },
    chain('trial'),
  );

const feed = async (limit = 500) => (await lobby.ask('GET', `/feed?limit=${limit}`)).body.happenings;
const hall = async () => (await lobby.ask('GET', '/hall-of-fame')).body.records;
const recordOf = async (wanted: string) =>
  (await hall()).find(({ discipline }: { discipline: string }) => discipline === wanted);

describe('what happens elsewhere', () => {
  it('is a sentence in the feed and at every socket, of each system in its own way, in its own chain', async () => {
    const [ann, ben] = [await lobby.enter(), await lobby.enter()];
    const events = [
      buildEvent(ballHit, { rally: 7, stroke: 1, by: 'pong' }, chain('serve')),
      rally(5),
      buildEvent(gameEnded, { gameId: 'g-1', outcome: 'innocents', days: 3 }, chain('game')),
      captured(),
      buildEvent(captureFailed, { ...attempt(), reason: 'dodged', species: 'gustrel' }, chain('dodged')),
      buildEvent(
        directiveAnswered,
        {
          directiveId: 'd',
          home: '0123abcd',
          endpointId: 'b',
          api: 'sync',
          outcome: 'response',
          power: 'ON',
          afterMs: 80,
        },
        chain('answered'),
      ),
    ] as const;
    const [serve, point, game, catching, dodging, answering] = events;
    await lobby.publish('pong', serve);
    await lobby.publish('announcements', point);
    await lobby.publish('gameEvents', game);
    await lobby.put(catching);
    await lobby.put(dodging);
    await lobby.publish('outcomes', answering);
    await lobby.aws.idle();

    const happenings = await feed();
    const chains = events.map(({ correlationId }) => correlationId).sort();
    expect(happenings.map((one: { chain: string }) => one.chain).sort()).toEqual(chains);
    expect(new Set(happenings.map((one: { cabinet: string }) => one.cabinet)).size).toBe(4);
    for (const { heard } of [ann, ben]) {
      const told = onceEach(heard.filter(({ type }) => type === 'lobby.happened'));
      expect(told.map(({ correlationId }) => correlationId).sort()).toEqual(chains);
      expect(told.map(({ detail }) => detail)).toEqual(expect.arrayContaining(happenings));
      const records = heard.filter(({ type }) => type === 'lobby.record_set');
      expect(records.map(({ detail }) => detail.discipline).sort()).toEqual([
        'best-hunter',
        'longest-rally',
        'shrewdest-town',
      ]);
      expect(records.every(({ correlationId }) => chains.includes(correlationId))).toBe(true);
    }
    expect(JSON.stringify([happenings, ann.heard, await hall()])).not.toContain('sub-of-ann');
    await ann.close();
    await ben.close();
  });

  it('comes twice, late and in disorder, and nothing counts twice', async () => {
    const before = (await lobby.itemsOf('lobby')).length;
    const [first, second] = [
      captured({ attemptId: id('a') }, chain('a')),
      captured({ attemptId: id('b') }, { ...chain('b'), time: new Date(NOW_MS + 1).toISOString() }),
    ];
    const caught = (await recordOf('best-hunter')).value;

    for (const event of [second, first, second, first]) await lobby.put(event);
    for (const strokes of [9, 12, 9, 11]) await lobby.publish('announcements', rally(strokes, `r-${strokes}`));
    await lobby.aws.idle();

    const latest = { atMs: NOW_MS + 1, chain: second.correlationId };
    expect(await recordOf('best-hunter')).toMatchObject({ value: caught + 2, holder: 'Ann', ...latest });
    expect(await recordOf('longest-rally')).toMatchObject({ value: 12, chain: chain('r-12').correlationId });
    const tale = (await feed()).find(({ chain: of }: { chain: string }) => of === chain('r-12').correlationId);
    await lobby.publish('announcements', { ...rally(12, 'r-12'), detail: { ...rally(1).detail, strokes: 2 } });
    await lobby.aws.idle();
    expect(await feed()).toContainEqual(tale);
    // Two captures and three rallies in the feed, and two attempts that were counted.
    expect((await lobby.itemsOf('lobby')).length - before).toBe(2 + 3 + 2);
  });

  it('is counted one by one where a hunter’s captures come at once, and gives each the same bag when it comes again', async () => {
    const client = createDocumentClient(lobby.aws.rootClientConfig);
    const hunters = createHunters(client, 'lobby-local-lobby');
    const captures = [1, 2, 3, 4].map((at) => captured({ player: 'sub-of-many', attemptId: `at-once-${at}` }));

    const bags = await Promise.all(captures.map(hunters.count));
    const again = await Promise.all(captures.map(hunters.count));

    expect(bags.map(({ caught }) => caught).sort()).toEqual([1, 2, 3, 4]);
    expect(again).toMatchObject(bags);
    client.destroy();
  });

  it('does not come across at all where nobody would hear of it', async () => {
    const before = (await feed()).length;
    const { lastSeq } = lobby.aws.cloud.journal;

    await lobby.publish('ping', buildEvent(ballHit, { rally: 7, stroke: 2, by: 'ping' }, chain('stroke')));
    await lobby.put(buildEvent(captureFailed, { ...attempt(), reason: 'unknown' }, chain('unknown')));
    await lobby.aws.idle();

    const hops = lobby.aws.journal(lastSeq);
    expect(hops.filter(({ kind }) => kind === 'invocation')).toEqual([]);
    const fields = hops.filter(({ kind }) => kind === 'no-match').map(({ detail }) => detail?.field);
    expect(fields).toEqual(expect.arrayContaining(['detail.stroke', 'detail.detail.reason']));
    expect((await feed()).length).toBe(before);
  });

  it('finds a socket gone, forgets it, and tells the others', async () => {
    const [ann, ben] = [await lobby.enter(), await lobby.enter()];
    const rows = await lobby.itemsOf('connections');
    expect(rows).toHaveLength(2);
    await ben.close();
    await lobby.aws.idle();
    expect(await lobby.itemsOf('connections')).toHaveLength(1);

    // `$disconnect` may go unheard: then a row stays for a socket that is gone.
    await lobby.aws.invoke('lobby-local-connect', {
      requestContext: { connectionId: 'gone=', connectedAt: NOW_MS, requestTimeEpoch: NOW_MS, requestId: 'r' },
    });
    await lobby.publish('announcements', rally(2, 'heard'));
    await lobby.aws.idle();

    expect(ann.heard).toMatchObject([{ type: 'lobby.happened', correlationId: chain('heard').correlationId }]);
    expect(await lobby.itemsOf('connections')).toHaveLength(1);
    ann.say({ action: 'ping' });
    await lobby.aws.waitFor(() => ann.heard.some(({ type }) => type === 'pong'));
    await ann.close();
  });

  it('is a dead letter with the reason where it fits no contract', async () => {
    const broken = { ...rally(3, 'broken'), detail: { rally: 'seven' } };

    await lobby.publish('announcements', broken);
    await lobby.aws.advance(4 * 60_000);

    const letters = await receiveAll(lobby.aws, 'lobby-local-dead-letters');
    expect(letters.length).toBeGreaterThan(0);
    for (const letter of letters) expect(letter).toContain('detail.rally');
  });

  it('is a dead letter with the reason and its place in the stream where a last status is none, and holds up no other; what is no JSON goes nowhere', async () => {
    const said = { player: 'sub-of-fay', name: 'Fay', trial: round, sequence: 1, sentAtMs: NOW_MS, lives: 0 };
    const whole = { ...said, sessionId: 's-1', score: 10, shots: 1, level: 1 };
    const broken = { ...buildEvent(statusUpdated, whole, chain('broken')), detail: { ...whole, score: 'many' } };

    await lobby.say('no JSON at all');
    await lobby.say(broken as unknown as AnyEvent);
    await lobby.say(buildEvent(statusUpdated, whole, chain('whole')));
    await lobby.aws.advance(10_000);

    const letters = (await receiveAll(lobby.aws, 'lobby-local-dead-letters')).map((letter) => JSON.parse(letter));
    const place = { stream: expect.stringMatching(/stream\/space-invaders-statuses$/), partitionKey: 'ann' };
    const reason = expect.stringContaining('detail.score');
    expect(letters).toMatchObject([{ ...place, reason, data: JSON.stringify(broken), encoding: 'utf8' }]);
    const chains = (await feed()).map((one: { chain: string }) => one.chain);
    expect(chains).toContain(chain('whole').correlationId);
    expect(chains).not.toContain(chain('broken').correlationId);
  });
});

describe('a score', () => {
  it('is in the hall of fame when the service has counted it', async () => {
    await lobby.publish('trials', counted(12_300));
    await lobby.publish('trials', counted(900));
    await lobby.aws.idle();

    expect(await recordOf('best-score')).toMatchObject({
      value: 12_300,
      holder: 'Ann',
      chain: chain('trial').correlationId,
    });
  });

  it('that a player says themselves is a tale in the feed, once, and no record, whatever it says', async () => {
    const said = (lives: number, sequence: number) =>
      buildEvent(
        statusUpdated,
        {
          ...{ sessionId: 's-1', player: 'sub-of-eve', name: 'Eve', trial: round, sequence, sentAtMs: NOW_MS },
          ...{ score: 999_999_999, lives, shots: 1, level: 999 },
        },
        { id: id(`said-${sequence}`), correlationId: `chain-of-${id('said')}` },
      );
    const before = await recordOf('best-score');

    await lobby.say(said(1, 1));
    for (const sequence of [2, 3]) await lobby.say(said(0, sequence));
    await lobby.aws.advance(10_000);

    const tales = (await feed()).filter(({ facts }: { facts: { name?: string } }) => facts.name === 'Eve');
    expect(tales).toMatchObject([
      {
        sentence: 'Eve says the last life is gone, at 999,999,999 points on level 999.',
        chain: `chain-of-${id('said')}`,
      },
    ]);
    expect(await recordOf('best-score')).toEqual(before);
  });

  it.each(['lobby-local-tell', 'lobby-local-overhear'])(
    'is in there whatever %s does, whose role may write the feed only',
    async (name) => {
      const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = lobby.aws.env(name);
      const credentials = {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        sessionToken: AWS_SESSION_TOKEN,
      };
      const client = createDocumentClient({ ...lobby.aws.rootClientConfig, credentials });
      const put = (shelf: string) =>
        client.send(new PutCommand({ TableName: 'lobby-local-lobby', Item: { shelf, id: 'best-score' } }));

      await put('feed');
      for (const shelf of ['hall', 'hunter#ann'])
        await expect(put(shelf)).rejects.toMatchObject({ name: 'AccessDeniedException' });
      client.destroy();
    },
  );
});

describe('the feed', () => {
  it('is the newest five hundred, newest first, and fifty for whoever does not say', async () => {
    const many = Array.from({ length: 520 }, (_, at) =>
      buildEvent(
        fakemonAppeared,
        {
          fakemonId: `many-${at}`,
          species: 'cindle',
          x: at,
          y: 0,
          units: 1,
          appearsAtMs: NOW_MS,
          expiresAtMs: NOW_MS + 1,
        },
        { id: `many-${at}`, time: new Date(NOW_MS + (1 + at) * 1000).toISOString() },
      ),
    );
    for (const event of many.toReversed()) await lobby.put(event);
    await lobby.aws.idle();

    const xs = (happenings: { facts: { x: number } }[]) => happenings.map(({ facts }) => facts.x);
    const newest = Array.from({ length: 500 }, (_, at) => 519 - at);
    expect(xs(await feed())).toEqual(newest);
    const { status, headers, body } = await lobby.ask('GET', '/feed');
    expect(xs(body.happenings)).toEqual(newest.slice(0, 50));
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=1']);
    expect(body.nowMs).toBe(lobby.aws.clock.now());
  });

  it.each(['501', '0', '-1', '1.5', 'all'])('refuses a limit of %s with a problem', async (limit) => {
    const { status, headers, body } = await lobby.ask('GET', `/feed?limit=${limit}`);

    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(body).toMatchObject({ status: 400 });
    if (limit === '501') expect(body.type).toBe('urn:arcade:lobby:beyond-the-feed');
  });

  it('ends by itself: each happening goes after a week', async () => {
    const [item] = (await lobby.itemsOf('lobby')).filter(({ shelf, atMs }) => shelf === 'feed' && atMs);

    expect(item?.expiresAt).toBe(Math.floor((item?.atMs + 7 * 24 * 3600 * 1000) / 1000));
  });
});
