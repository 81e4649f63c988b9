import { type ApiAnswer, apiOf, type LocalAws, PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { countItems, startMafia } from './aws.ts';

let aws: LocalAws;
let request: ReturnType<typeof apiOf>;
let gameId: string;

beforeAll(async () => {
  aws = await startMafia();
  request = apiOf(aws.apiUrl('mafia'));
}, PATIENCE_MS);

beforeEach(async () => {
  // A game that is started takes half a second of the throttle of POST /games.
  await aws.advance(2000);
  gameId = (await request('POST', '/games', { names: ['Ann', 'Ben', 'Cleo', 'Dan', 'Eve'], mafia: 2 })).body.gameId;
});

afterAll(() => aws.stop());

const ORIGIN = 'http://localhost:4000';
const UNKNOWN = '0'.repeat(20);

/** Plays the night and the day of the game. */
async function untilJudgement() {
  await request('POST', `/games/${gameId}/night`);
  return request('POST', `/games/${gameId}/day`);
}

describe('the API', () => {
  it('plays a round, with no body where none is needed', async () => {
    const started = await request('POST', '/games');
    const night = await request('POST', `/games/${gameId}/night`);
    const day = await request('POST', `/games/${gameId}/day`);
    const living = day.body.players.find(({ identity }: { identity: string }) => identity === 'Uncovered');
    const judged = await request('POST', `/games/${gameId}/judgement`, { name: living.name });

    expect([started, night, day, judged].map(({ status }) => status)).toEqual([201, 200, 200, 200]);
    expect(started.body.players).toHaveLength(8);
    expect(night.body.message[0]).toBe('Night, time to sleep');
    expect(day.body.mostAccused.length).toBeGreaterThan(0);
    expect(judged.body.message[0]).toMatch(/^Mafia has (not )?been uncovered!$/);
  });

  it('takes the name from the query string too, as the workshop spells it', async () => {
    const { body } = await untilJudgement();
    const { name } = body.players.find(({ identity }: { identity: string }) => identity === 'Uncovered');

    const { status } = await request('POST', `/games/${gameId}/judgement?Name=${name}`);

    expect(status).toBe(200);
  });

  it('answers a judgement without body and query string with what it misses', async () => {
    await untilJudgement();

    const { status, headers, body } = await request('POST', `/games/${gameId}/judgement`);

    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body.errors).toEqual([{ field: 'name', message: expect.stringMatching(/whom to sentence/) }]);
  });

  it('answers a repeated Idempotency-Key as before, and refuses it for something else', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() };
    const first = await request('POST', `/games/${gameId}/night`, undefined, key);
    const again = await request('POST', `/games/${gameId}/night`, undefined, key);
    const other = await request('POST', `/games/${gameId}/day`, undefined, key);

    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(other).toMatchObject({ status: 422, body: { type: 'urn:arcade:mafia:key-reused' } });
  });

  it('keeps clients apart whom it does not know: a key that others may choose too is refused, and nothing is written', async () => {
    const before = await countItems(aws);

    const answers = [
      await request('POST', '/games', {}, { 'idempotency-key': '1' }),
      await request('POST', `/games/${gameId}/night`, {}, { 'idempotency-key': '1' }),
    ];

    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body.detail).toMatch(/may be that of another one, too\. Use a random one/);
    }
    expect(await countItems(aws)).toBe(before);
  });

  it('deals a game whose id does not follow from the key, and another one to the same key of another caller', async () => {
    const key = crypto.randomUUID();
    const first = await request('POST', '/games', {}, { 'idempotency-key': key });
    const again = await request('POST', '/games', {}, { 'idempotency-key': key });
    const other = (await aws.invoke('mafia-local-new-game', { idempotencyKey: key })) as { gameId: string };

    expect(again.body).toEqual(first.body);
    expect(other.gameId).toMatch(/^[0-9a-f]{20}$/);
    expect(other.gameId).not.toBe(first.body.gameId);
  });

  it('says of a finished game who has won', async () => {
    let turn = 'night';
    let outcome: string | undefined;
    while (!outcome) {
      const { body: seen } = await request('GET', `/games/${gameId}`);
      const { name } = seen.players.find(({ identity }: { identity: string }) => identity === 'Uncovered');
      ({ turn, outcome } = (
        await request('POST', `/games/${gameId}/${turn}`, turn === 'judgement' ? { name } : {})
      ).body);
    }

    for (const over of ['night', 'day', 'judgement?name=Ann']) {
      const { status, body } = await request('POST', `/games/${gameId}/${over}`);
      expect({ status, body }).toMatchObject({ status: 409, body: { type: 'urn:arcade:mafia:game-over', outcome } });
    }
  });
});

describe('who asks for too many games', () => {
  it('is told so after fifty at once, and gets two more with each second', async () => {
    await aws.advance(60_000);
    const ask = (count: number) =>
      Promise.all(Array.from({ length: count }, () => request('POST', '/games', { players: 2 })));
    const statuses = (answers: ApiAnswer[]) => answers.map(({ status }) => status).sort();

    const answers = await ask(53);
    await aws.advance(1000);
    const later = await ask(3);

    expect(statuses(answers)).toEqual([...Array(50).fill(400), 429, 429, 429]);
    expect(statuses(later)).toEqual([400, 400, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ status: 429, title: 'Too Many Requests' });
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect((await request('GET', '/games')).status).toBe(200);
  });
});

describe('a request that does not fit', () => {
  const game = (path: string) => () => `/games/${gameId}${path}`;
  const at = (path: string) => () => path;

  it.each<[string, string, () => string, unknown, number, RegExp]>([
    ['no JSON', 'POST', at('/games'), '{"players":', 400, /not JSON/],
    ['a JSON text', 'POST', at('/games'), '"eight"', 400, /body/],
    ['a list', 'POST', at('/games'), [8, 3], 400, /body/],
    ['null', 'POST', at('/games'), 'null', 400, /body/],
    ['text for a number', 'POST', at('/games'), { players: '8' }, 400, /players/],
    ['a negative count', 'POST', at('/games'), { players: -8 }, 400, /not -8/],
    ['a huge count', 'POST', at('/games'), { players: 1e300 }, 400, /players/],
    ['more mafia than half', 'POST', at('/games'), { players: 8, mafia: 4 }, 400, /fewer than half/],
    ['negative mafia', 'POST', at('/games'), { mafia: -1 }, 400, /not -1/],
    ['a control character', 'POST', at('/games'), { names: ['A\u0000', 'B', 'C'] }, 400, /names/],
    ['half a character', 'POST', at('/games'), '{"names":["\\ud800","B","C"]}', 400, /names/],
    ['a megabyte', 'POST', at('/games'), { names: ['x'.repeat(1e6)] }, 413, /65536/],
    ['a key of the prototype', 'POST', at('/games'), '{"__proto__":{"players":8}}', 400, /body|__proto__/],
    ['a huge list', 'GET', at('/games?count=1000000'), undefined, 400, /count/],
    ['a negative list', 'GET', at('/games?count=-1'), undefined, 400, /count/],
    ['no id', 'GET', at('/games/nonsense'), undefined, 400, /gameId/],
    ['an unknown id', 'GET', at(`/games/${UNKNOWN}`), undefined, 404, /no game/],
    ['a night of an unknown game', 'POST', at(`/games/${UNKNOWN}/night`), {}, 404, /no game/],
    ['a judgement of an unknown game', 'POST', at(`/games/${UNKNOWN}/judgement`), { name: 'Ann' }, 404, /no game/],
    ['a turn before its time', 'POST', game('/day'), {}, 409, /night/],
    ['a field that nobody knows', 'POST', game('/night'), { victim: 'Ann' }, 400, /victim|body/],
    ['a name that is no text', 'POST', game('/judgement'), { name: { S: 'Ann' } }, 400, /name/],
    ['an escape sequence', 'POST', game('/judgement'), { name: '\u001b[2J' }, 400, /name/],
    ['a newline in the query', 'POST', game('/judgement?name=A%0An'), undefined, 400, /name/],
  ])('gets a problem that says what is wrong, and nothing is written: %s', async (...request_) => {
    const [, method, path, body, expected, detail] = request_;
    const before = await countItems(aws);

    const answer = await request(method, path(), body);

    expect(answer.status).toBe(expected);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status: expected, title: expect.stringMatching(/\w/) });
    expect(JSON.stringify(answer.body)).toMatch(detail);
    expect(await countItems(aws)).toBe(before);
  });

  it('is refused for a key that is none, and for a body that is not declared as JSON', async () => {
    const key = await request('POST', `/games/${gameId}/night`, {}, { 'idempotency-key': 'a key' });
    const form = await request('POST', '/games', 'players=8', { 'content-type': 'application/x-www-form-urlencoded' });

    expect(key).toMatchObject({ status: 400, body: { errors: [{ field: 'Idempotency-Key' }] } });
    expect(form).toMatchObject({ status: 415 });
  });
});

describe('the page of another origin', () => {
  it.each([
    ['/games', 'POST'],
    ['/games', 'GET'],
    ['/games/id', 'GET'],
    ['/games/id/state', 'GET'],
    ['/games/id/night', 'POST'],
    ['/games/id/day', 'POST'],
    ['/games/id/judgement', 'POST'],
  ])('is asked in before: OPTIONS %s for %s', async (path, method) => {
    const { status, headers } = await request('OPTIONS', path, undefined, {
      origin: ORIGIN,
      'access-control-request-method': method,
      'access-control-request-headers': 'idempotency-key',
    });

    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.get('access-control-allow-methods')).toContain(method);
    expect(headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
  });

  it('may read answers and problems when it is the arcade’s, and no other', async () => {
    const from = (origin: string, path: string) => request('GET', path, undefined, { origin });

    const allowed = [await from(ORIGIN, `/games/${gameId}`), await from(ORIGIN, `/games/${UNKNOWN}`)];
    const stranger = await fetch(`${aws.apiUrl('mafia')}/games`, { headers: { origin: 'https://evil.example' } });

    for (const { headers } of allowed) expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(stranger.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  });
});
