import { serveCalled } from '@arcade/events/contracts/ping-pong';
import { buildEvent, onceEach } from '@arcade/events/testing';
import { snsEvent } from '@arcade/lambda/testing';
import { apiOf, receiveAll, withoutSchedules } from '@arcade/local-aws/testkit';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, it } from '@jest/globals';
import { newMatch } from '../domain/match.ts';
import { type Watched, watch } from './aws.ts';
import { expectOneBall, expectScoreAnnounced } from './invariants.ts';

const running: Watched[] = [];
afterEach(async () => {
  for (const { aws } of running.splice(0)) await aws.stop();
});

async function start(...options: Parameters<typeof watch>): Promise<Watched> {
  const watched = await watch(...options);
  running.push(watched);
  return watched;
}

const MINUTE_MS = 60_000;
/** By when a new rate rule has fired for the first time. */
const FIRST_TICK_MS = 1000;
/** Both players miss every ball but the serve, or none. */
const MISSING = { MISS_PROBABILITY: '1', MAX_RALLIES_PER_SERVE: '1' };
const ENDLESS = { MISS_PROBABILITY: '0', MAX_STROKES: '20', MAX_RALLIES_PER_SERVE: '1', LET_AFTER_SECONDS: '90' };

const deadLettersOf = async ({
  aws,
}: Watched): Promise<{ requestContext: { functionArn: string }; requestPayload: unknown }[]> =>
  (await receiveAll(aws, 'ping-pong-local-dead-letters')).map((body) => JSON.parse(body));

describe('the deployed game', () => {
  it('is served by the schedule, goes to and fro, and every point is announced once', async () => {
    const watched = await start({}, { settings: { MISS_PROBABILITY: '0.2', MAX_RALLIES_PER_SERVE: '25' } });
    const { aws, match, balls, announcements } = watched;

    await aws.advance(MINUTE_MS);

    const state = await match();
    expect(state.rally.number).toBeGreaterThanOrEqual(25);
    expectOneBall(balls);
    expect(onceEach(balls)).toHaveLength(balls.length);
    expectScoreAnnounced(announcements, state);
    expect(onceEach(announcements)).toHaveLength(announcements.length);
    // One of 25 games or so is still at deuce by then.
    const isDeuce = Math.min(state.game.score.ping, state.game.score.pong) >= 10;
    expect(state.gamesWon.ping + state.gamesWon.pong > 0 || isDeuce).toBe(true);
  });

  it('hands the serve to pong after two points, and ping answers the schedule for it', async () => {
    const { aws, balls } = await start({}, { settings: MISSING });

    await aws.advance(4 * MINUTE_MS);

    expect(balls.slice(0, 4).map(({ detail }) => detail)).toEqual([
      { rally: 1, stroke: 1, by: 'ping' },
      { rally: 2, stroke: 1, by: 'ping' },
      { rally: 3, stroke: 1, by: 'pong' },
      { rally: 4, stroke: 1, by: 'pong' },
    ]);
  });

  it('ends a rally that nobody loses at the limit: a let, and nobody scores', async () => {
    const { aws, match, announcements } = await start({}, { settings: ENDLESS });

    await aws.advance(FIRST_TICK_MS);

    expect(announcements.map(({ detail }) => detail)).toEqual([{ rally: 1, strokes: 20, reason: 'stroke-limit' }]);
    expect((await match()).game.score).toEqual({ ping: 0, pong: 0 });
  });

  it('calls a let when a ball is lost in every attempt, and serves again', async () => {
    const lossOfPong = { rules: [{ match: { service: 'lambda', target: '*-pong' }, crashBefore: 1 }] };
    const { aws, announcements, match } = await start({ faults: lossOfPong }, { settings: ENDLESS });

    await aws.advance(2.5 * MINUTE_MS);

    expect(announcements.map(({ detail }) => detail)).toEqual([{ rally: 1, strokes: 1, reason: 'ball-lost' }]);
    expect((await match()).rally).toMatchObject({ number: 2, server: 'ping', inPlay: true });
  });

  it('says by name which setting is wrong, whatever it is asked', async () => {
    const { aws, match } = await start({}, { settings: { MAX_RALLIES_PER_SERVE: '0' } });

    const failure = /MAX_RALLIES_PER_SERVE is '0': Too small: expected number to be >=1/;
    await expect(
      aws.invoke(
        'ping-pong-local-ping',
        snsEvent(buildEvent(serveCalled, { rally: 1, server: 'ping', ralliesLeft: 0 })),
      ),
    ).rejects.toThrow(failure);
    await expect(aws.invoke('ping-pong-local-serve', {})).rejects.toThrow(failure);
    expect((await match()).version).toBe(0);
  });

  it('puts a message that fits no contract into the dead-letter queue, with the reason', async () => {
    const watched = await start({}, { settings: MISSING });
    const { aws } = watched;
    const event = buildEvent(serveCalled, { rally: 9, server: 'pong', ralliesLeft: 0 });
    const broken = snsEvent({ ...event, detail: { rally: 'nine' } });

    const lambda = new LambdaClient(aws.rootClientConfig);
    const FunctionName = 'ping-pong-local-pong';
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(broken) }));
    lambda.destroy();
    await aws.advance(5 * MINUTE_MS);

    const [letter] = await deadLettersOf(watched);
    expect(letter).toMatchObject({
      requestPayload: broken,
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      responsePayload: { errorType: 'EventRefusedError', errorMessage: expect.stringContaining('detail.rally') },
    });
  });

  it('redrives a letter of pong to pong, by the function that the letter names', async () => {
    const watched = await start({}, { settings: ENDLESS, transform: withoutSchedules });
    const { aws, match, table, rawTable } = watched;
    await table.save({ ...newMatch(), version: 1, game: { ...newMatch().game, firstServer: 'pong' } });
    const call = buildEvent(serveCalled, { rally: 1, server: 'pong', ralliesLeft: 0 });
    const lambda = new LambdaClient(aws.rootClientConfig);
    const invoke = async (FunctionName: string | undefined, payload: unknown) => {
      await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(payload) }));
      await aws.advance(5 * MINUTE_MS);
    };
    // An item that nobody can read, until somebody mends it.
    await rawTable.change({ matchId: 'match' }, { set: { lastPoints: 'lost' } });
    await invoke('ping-pong-local-pong', snsEvent(call));
    const [letter] = await deadLettersOf(watched);
    expect(letter).toMatchObject({ requestContext: { functionArn: expect.stringMatching(/:ping-pong-local-pong:/) } });

    await rawTable.change({ matchId: 'match' }, { set: { lastPoints: [] } });
    await invoke(letter?.requestContext.functionArn, letter?.requestPayload);
    lambda.destroy();

    expect((await match()).rally).toMatchObject({ number: 1, server: 'pong' });
  });
});

describe('the API', () => {
  async function deployed(options: Parameters<typeof watch>[1]) {
    const watched = await start({}, options);
    const { aws } = watched;
    const api = apiOf(aws.apiUrl('ping-pong'));
    const request = (method: string, path: string) => api(method, path, undefined, { origin: 'http://localhost:4000' });
    return { ...watched, request };
  }

  it('shows the score, the server, the rally with its strokes and the last points', async () => {
    const { aws, request } = await deployed({ settings: MISSING });
    await aws.advance(FIRST_TICK_MS);

    const { status, headers, body } = await request('GET', '/match');

    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:4000');
    expect(body).toEqual({
      game: 1,
      score: { ping: 1, pong: 0 },
      games: { ping: 0, pong: 0 },
      server: 'ping',
      rally: {
        number: 1,
        inPlay: false,
        strokes: 1,
        recentStrokes: [{ stroke: 1, by: 'ping', at: expect.any(String) }],
      },
      lastPoints: [
        { rally: 1, strokes: 1, winner: 'ping', game: 1, score: { ping: 1, pong: 0 }, at: expect.any(String) },
      ],
    });
  });

  it('has the player serve whose turn it is', async () => {
    const { aws, balls, request } = await deployed({ settings: MISSING });
    await aws.advance(MINUTE_MS + FIRST_TICK_MS);

    const { status, body } = await request('POST', '/match/serve');
    await aws.idle();

    expect({ status, body }).toEqual({ status: 202, body: { rally: 3, server: 'pong' } });
    expect(balls.at(-1)?.detail).toEqual({ rally: 3, stroke: 1, by: 'pong' });
  });

  it('refuses a serve while a ball is in play', async () => {
    const { aws, request } = await deployed({
      settings: ENDLESS,
      transform: ({ Resources }) => {
        // The ball leaves ping, and nobody is there to hit it.
        delete Resources.PongSnsSubscriptionPing;
      },
    });
    await aws.advance(FIRST_TICK_MS);

    const { status, headers, body } = await request('POST', '/match/serve');

    expect(status).toBe(409);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ type: 'urn:arcade:ping-pong:ball-in-play', status: 409, rally: 1, strokes: 1 });
  });

  it('has a rally played again when it is asked to serve and the ball is lost', async () => {
    const { aws, announcements, match, request } = await deployed({
      settings: { ...ENDLESS, LET_AFTER_SECONDS: '20' },
      transform: ({ Resources }) => {
        delete Resources.PongSnsSubscriptionPing;
      },
    });
    await aws.advance(FIRST_TICK_MS + 20_000);

    const { status } = await request('POST', '/match/serve');
    await aws.idle();

    expect(status).toBe(202);
    expect(announcements.map(({ detail }) => detail)).toEqual([{ rally: 1, strokes: 1, reason: 'ball-lost' }]);
    expect((await match()).rally).toMatchObject({ number: 2, strokes: 1, inPlay: true });
  });

  it('starts one rally when it is asked twice at once', async () => {
    const { aws, balls, match, request } = await deployed({
      settings: { ...ENDLESS, MAX_STROKES: '1' },
      transform: withoutSchedules,
    });
    // Both have read the match before one of them writes.
    const bothWrite = Promise.withResolvers<void>();
    let writes = 0;
    aws.cloud.core.interceptors.push({
      async before({ operation }) {
        if (operation !== 'PutItem') return;
        writes += 1;
        if (writes === 2) bothWrite.resolve();
        await bothWrite.promise;
      },
    });

    const answers = await Promise.all([request('POST', '/match/serve'), request('POST', '/match/serve')]);
    await aws.idle();

    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(balls.map(({ detail }) => detail)).toEqual([{ rally: 1, stroke: 1, by: 'ping' }]);
    // The serve, and the let at the limit of strokes.
    expect(await match()).toMatchObject({ version: 2, rally: { number: 1, strokes: 1, inPlay: false } });
  });
});
