import { statusUpdated } from '@arcade/events/contracts/space-invaders';
import { PATIENCE_MS, type Template, withoutSchedules } from '@arcade/local-aws/testkit';
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Invaders, type Player, startInvaders } from './aws.ts';
import { NOW_MS, sessionOf } from './parts.ts';

const STREAM = 'space-invaders-local-statuses';
const SESSION = '/space-invaders/local/session';
/** What would end a text of JSON that does not escape it. */
const ODD_NAME = `O'Neil"\\<name>ö`;
const { sessionId } = sessionOf();

let invaders: Invaders;
let ann: Player;
let odd: Player;
let ssm: SSMClient;
let kinesis: KinesisClient;
beforeAll(async () => {
  invaders = await startInvaders({ transform: withoutSchedules });
  ann = await invaders.enter('Ann');
  odd = await invaders.enter(ODD_NAME);
  ssm = new SSMClient(invaders.aws.rootClientConfig);
  kinesis = new KinesisClient(invaders.aws.rootClientConfig);
}, PATIENCE_MS);
afterAll(async () => {
  ssm.destroy();
  kinesis.destroy();
  await invaders.stop();
});

const statusOf = (overrides: object = {}) => ({
  ...{ sessionId, trial: 1, sequence: 7, sentAtMs: NOW_MS },
  ...{ score: 120, lives: 2, shots: 40, level: 1 },
  ...overrides,
});
const say = (session: unknown) =>
  ssm.send(new PutParameterCommand({ Name: SESSION, Value: JSON.stringify(session), Type: 'String', Overwrite: true }));
/** All that is on the stream, as text, with its key. */
async function records() {
  const from = { StreamName: STREAM, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(from));
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map(({ Data, PartitionKey }) => ({ text: Buffer.from(Data ?? []).toString(), key: PartitionKey }));
}
/** Does something while all calls of an operation are refused as too many. */
async function throttled(operation: string, work: () => Promise<void>) {
  const { faults } = invaders.aws.cloud.core;
  faults.change({ seed: 1, rules: [{ match: { operation }, throttle: 1 }] });
  try {
    await work();
  } finally {
    faults.change(undefined);
  }
}
beforeEach(() => invaders.aws.advance(2000));

describe('the configuration', () => {
  it('is open to everybody, and names what the pages need', async () => {
    const { status, body } = await invaders.ask('GET', '/config');

    const { UserPoolId, UserPoolClientId, IdentityPoolId } = invaders.aws.outputs('space-invaders-local');
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        region: 'eu-west-1',
        userPoolId: UserPoolId,
        clientId: UserPoolClientId,
        identityPoolId: IdentityPoolId,
        statusEveryMs: 300,
        boardEveryMs: 2000,
        manager: {
          parameter: SESSION,
          playersTable: 'space-invaders-local-players',
          sessionsTable: 'space-invaders-local-sessions',
          seatsTable: 'space-invaders-local-seats',
          stream: STREAM,
          seatsPerBlock: 200,
          managerEveryMs: 1500,
        },
      },
    });
  });
});

describe('the session', () => {
  const none = { status: 404, body: { type: 'urn:arcade:space-invaders:no-session', status: 404 } };

  it('is none before the first, then the one that is open, and none again when it is closed', async () => {
    expect(await ann.ask('GET', '/session')).toMatchObject(none);

    const open = sessionOf({ startsAtMs: NOW_MS + 5000, isSynchronized: true });
    await say(open);
    expect(await ann.ask('GET', '/session')).toMatchObject({ status: 200, body: open });

    await say({ ...open, closedAtMs: NOW_MS });
    expect(await ann.ask('GET', '/session')).toMatchObject(none);
  });

  it('is asked of Parameter Store twenty times a second, and then not', async () => {
    await throttled('GetParameter', async () => {
      const { status, body, headers } = await ann.ask('GET', '/session');
      expect({ status, body }).toMatchObject({ status: 429, body: { status: 429, title: 'Too Many Requests' } });
      expect([headers.get('retry-after'), headers.get('content-type')]).toEqual(['1', 'application/problem+json']);
    });

    await invaders.aws.advance(1000);
    const all = await Promise.all(Array.from({ length: 21 }, () => ann.ask('GET', '/session')));
    // By the stage, before anybody asks Parameter Store.
    expect(all.filter(({ status }) => status === 429)).toMatchObject([{ body: { detail: 'Too Many Requests' } }]);
    // The stage's own limit is by method.
    expect((await ann.ask('GET', `/scoreboard?sessionId=${sessionId}`)).status).toBe(200);
  });

  it('leaves ten of the account’s forty reads a second to functions and managers, however many pages ask for it and the configuration', async () => {
    const asked = ['/session', '/config'].flatMap((path) => Array.from({ length: 40 }, () => ann.ask('GET', path)));
    const refused = (await Promise.all(asked)).filter(({ status }) => status === 429);
    const read = () => ssm.send(new GetParameterCommand({ Name: SESSION }));

    expect(refused).toHaveLength(50);
    await expect(Promise.all(Array.from({ length: 10 }, read))).resolves.toHaveLength(10);
    await expect(read()).rejects.toThrow('Rate exceeded');
  });

  it('is a 404 while somebody has deleted its parameter', async () => {
    await ssm.send(new DeleteParameterCommand({ Name: SESSION }));

    expect(await ann.ask('GET', '/session')).toMatchObject({ status: 404, body: { status: 404 } });
    await say(null);
  });
});

describe('the board', () => {
  const place = (rank: number, more: object = {}) => {
    const shown = { trial: 2, score: 1000 - rank, lives: 1, shots: 30, level: 3 };
    const latest = { ...shown, sequence: 9, sentAtMs: NOW_MS, arrivedAtMs: NOW_MS + rank };
    const Item = { player: `p-${rank}`, sessionId, board: sessionId, rank: `r${rank + 10}`, name: `P${rank}` };
    return invaders.documents.send(
      new PutCommand({ TableName: 'space-invaders-local-players', Item: { ...Item, shown, latest, ...more } }),
    );
  };

  it('shows the ten best of a session in their order, whatever they are called', async () => {
    for (let rank = 11; rank >= 0; rank -= 1) await place(rank);
    await place(0, { name: ODD_NAME, isBot: true });

    const { status, body } = await ann.ask('GET', `/scoreboard?sessionId=${sessionId}`);

    expect(status).toBe(200);
    expect(body.nowMs).toBe(invaders.aws.clock.now());
    expect(body.scoreboard.map(({ score }: { score: number }) => score)).toEqual(
      Array.from({ length: 10 }, (_, rank) => 1000 - rank),
    );
    expect(body.scoreboard.slice(0, 2)).toEqual([
      {
        ...{ name: ODD_NAME, isBot: true, trial: 2, score: 1000, lives: 1, shots: 30, level: 3 },
        arrivedAtMs: NOW_MS,
      },
      {
        ...{ name: 'P1', isBot: false, trial: 2, score: 999, lives: 1, shots: 30, level: 3 },
        arrivedAtMs: NOW_MS + 1,
      },
    ]);
    expect((await ann.ask('GET', '/scoreboard?sessionId=other')).body).toMatchObject({ scoreboard: [] });
  });

  it.each(['/scoreboard', '/scoreboard?sessionId='])('answers 400 to %s', async (path) => {
    expect(await ann.ask('GET', path)).toMatchObject({ status: 400, body: { status: 400 } });
  });

  it('breaks off for nothing that stands in the query', async () => {
    const asked = encodeURIComponent(`", "Limit": 1000, "x": "\\`);

    expect(await ann.ask('GET', `/scoreboard?sessionId=${asked}`)).toMatchObject({
      status: 200,
      body: { scoreboard: [] },
    });
  });

  it('is 429 where the table refuses to be read so often', () =>
    throttled('Query', async () => {
      expect(await ann.ask('GET', `/scoreboard?sessionId=${sessionId}`)).toMatchObject({
        status: 429,
        body: { status: 429 },
      });
    }));
});

describe('a status', () => {
  it('goes onto the stream as an event of the contract, on a line of its own, under the player of the token', async () => {
    const before = (await records()).length;

    expect(await odd.ask('POST', '/updatestatus', statusOf())).toMatchObject({ status: 202, body: {} });

    const [{ text = '', key } = {}, ...others] = (await records()).slice(before);
    expect(others).toEqual([]);
    expect(key).toBe(odd.sub);
    expect(text.split('\n')).toEqual([expect.stringContaining('{'), '']);
    const event = statusUpdated.schema.parse(JSON.parse(text));
    expect(event).toEqual({
      id: `${odd.sub}.${sessionId}.1.7`,
      time: new Date(invaders.aws.clock.now()).toISOString(),
      correlationId: `${odd.sub}.${sessionId}.1`,
      type: 'space_invaders.status_updated',
      source: 'space-invaders',
      version: 1,
      detail: { ...statusOf(), player: odd.sub, name: ODD_NAME },
    });
  });

  it.each<[title: string, body: object]>([
    ["another's name", { name: 'Ann' }],
    ['another player', { player: 'somebody' }],
    ['a time of its own', { arrivedAtMs: 1 }],
    ['a score below nothing', { score: -1 }],
    ['a score beyond all', { score: 1_000_000_000 }],
    ['a score that is text', { score: '120' }],
    ['half a shot', { shots: 0.5 }],
    ['a fourth life', { lives: 4 }],
    ['a level that is none', { level: 0 }],
    ['a sequence that is none', { sequence: 0 }],
    ['a session that would end its text', { sessionId: `s","player":"x` }],
    ['no session', { sessionId: undefined }],
  ])('with %s is refused, and is not on the stream', async (_title, more) => {
    const before = (await records()).length;

    expect(await ann.ask('POST', '/updatestatus', statusOf(more))).toMatchObject({
      status: 400,
      body: { status: 400, title: 'Bad Request' },
    });

    expect(await records()).toHaveLength(before);
  });

  it('is refused where nobody is known, and by an access token, and for what is no JSON', async () => {
    const path = '/updatestatus';
    const body = JSON.stringify(statusOf());
    const { status: nobody } = await invaders.ask('POST', path, statusOf());
    const { status: access } = await invaders.ask('POST', path, statusOf(), { authorization: ann.tokens.access });
    const text = await fetch(`${invaders.aws.apiUrl('space-invaders-local')}${path}`, {
      method: 'POST',
      headers: { authorization: ann.tokens.id, 'content-type': 'text/plain' },
      body,
    });

    expect([nobody, access, text.status]).toEqual([401, 401, 415]);
  });

  it('is 429 where a shard takes no more, as problem details that a page may read', () =>
    throttled('PutRecord', async () => {
      const { status, body, headers } = await ann.ask('POST', '/updatestatus', statusOf());

      expect({ status, body }).toMatchObject({ status: 429, body: { title: 'Too Many Requests' } });
      expect([headers.get('retry-after'), headers.get('access-control-allow-origin')]).toEqual([
        '1',
        'http://localhost:4000',
      ]);
    }));
});

describe('what a store refuses', () => {
  it('is 500 where it is ours, and 400 where it is the query’s, and nothing is told of what is behind', async () => {
    const broken = await startInvaders({
      transform(template) {
        withoutSchedules(template);
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Fn::Sub's own placeholder.
        changeRequest(template, 'ApiGatewayMethodUpdatestatusPost', '${StatusStream}', 'none');
        changeRequest(template, 'ApiGatewayMethodScoreboardGet', 'board = :board', 'hidden = :board');
      },
    });
    try {
      const player = await broken.enter('Ann');

      const ours = await player.ask('POST', '/updatestatus', statusOf());
      const theirs = await player.ask('GET', `/scoreboard?sessionId=${sessionId}`);

      expect(ours).toMatchObject({ status: 500, body: { title: 'Internal Server Error' } });
      expect(theirs).toMatchObject({ status: 400, body: { title: 'Bad Request' } });
      expect(JSON.stringify([ours.body, theirs.body])).not.toMatch(/none|hidden/);
    } finally {
      await broken.stop();
    }
  });
});

function changeRequest({ Resources }: Template, method: string, from: string, to: string): void {
  const { RequestTemplates } = Resources[method]?.Properties.Integration ?? {};
  for (const [type, template] of Object.entries(RequestTemplates as Record<string, { 'Fn::Sub': string }>))
    RequestTemplates[type] = { 'Fn::Sub': template['Fn::Sub'].replace(from, to) };
}
