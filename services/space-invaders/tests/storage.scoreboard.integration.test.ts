import { PATIENCE_MS, receiveAll, withoutSchedules } from '@arcade/local-aws/testkit';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Contender } from '../domain/contender.ts';
import type { ContendersTable, SeatsTable } from '../domain/ports.ts';
import { rankOf } from '../domain/rank.ts';
import { createContendersTable } from '../storage/contendersTable.ts';
import { createSeatsTable } from '../storage/seatsTable.ts';
import { type Invaders, type Player, startInvaders } from './aws.ts';
import { NOW_MS, sessionOf } from './players.ts';

/** Long after the statuses arrived. */
const WRITTEN_AT_MS = NOW_MS + 90_000;

let invaders: Invaders;
let contenders: ContendersTable;
let seats: SeatsTable;
beforeAll(async () => {
  invaders = await startInvaders({ transform: withoutSchedules });
  contenders = createContendersTable(invaders.documents, 'space-invaders-local-players', {
    now: () => WRITTEN_AT_MS,
  });
  seats = createSeatsTable(invaders.documents, {
    players: 'space-invaders-local-players',
    seats: 'space-invaders-local-seats',
  });
}, PATIENCE_MS);
afterAll(() => invaders.stop());

describe('how a player stands', () => {
  /** Takes a seat, and gives the player as they are then. */
  async function seated(player: string, sessionId: string, name = player): Promise<Contender> {
    const block = { block: `${sessionId}#0`, capacity: 100 };
    expect(await seats.take({ player, sessionId, name, isBot: player === 'bot', atMs: NOW_MS }, block)).toBe('taken');
    const [known] = await contenders.findAll([{ player, sessionId }]);
    if (!known) throw new Error(`${player} has no seat`);
    return known;
  }

  /** The player after a status of so many points. */
  function after(known: Contender, score: number, sequence = 1): Contender {
    const shown = { trial: 1, sequence, score, lives: 3, shots: 9, level: 1 };
    const arrivedAtMs = NOW_MS + 20_000 + sequence;
    return {
      ...known,
      ...{ shown, latest: { ...shown, sentAtMs: NOW_MS, arrivedAtMs } },
      ...{ trialSinceMs: NOW_MS, missed: 6, seenAtMs: arrivedAtMs, rank: rankOf(shown, known.name) },
    };
  }

  const itemOf = async (player: string) => (await invaders.itemsOf('players')).find((item) => item.player === player);

  it('is kept beside the seat, and read as it was written', async () => {
    const known = await seated('ann', 'one', 'Ann');
    expect(known).toEqual({ player: 'ann', sessionId: 'one', name: 'Ann', seatedAtMs: NOW_MS, seenAtMs: NOW_MS });

    const next = after(known, 15);
    expect(await contenders.keep(known, next)).toBe('kept');

    expect(await contenders.findAll([known, { player: 'nobody', sessionId: 'one' }])).toEqual([next]);
    expect(await itemOf('ann')).toMatchObject({ seatBlock: 'one#0', board: 'one', seenSlot: NOW_MS + 15_000 });
    expect(await itemOf('ann')).toMatchObject({ latest: { sequence: 1, writtenAtMs: WRITTEN_AT_MS } });
  });

  it('is kept by whoever has seen it as it is, and by no other', async () => {
    const known = await seated('ben', 'two');
    const first = after(known, 5);
    expect(await contenders.keep(known, first)).toBe('kept');

    expect(await contenders.keep(known, after(known, 10, 2))).toEqual({ refused: first });
    const unseen = { ...first, latest: first.latest && { ...first.latest, sequence: 9 } };
    expect(await contenders.keep(unseen, after(known, 10, 10))).toEqual({ refused: first });
    const otherShown = { ...first, shown: first.shown && { ...first.shown, trial: 9 } };
    expect(await contenders.keep(otherShown, after(known, 10, 10))).toEqual({ refused: first });
    expect(await contenders.keep({ ...first, seenAtMs: 1 }, after(known, 10, 10))).toEqual({ refused: first });
    expect(await contenders.keep(first, after(first, 10, 2))).toBe('kept');
  });

  it('is not kept when the seat was freed meanwhile, but by whoever knows that it was', async () => {
    const known = await seated('cleo', 'three');
    await seats.free({ player: 'cleo', sessionId: 'three', seatBlock: 'three#0' }, NOW_MS + 30_000);

    const written = await contenders.keep(known, after(known, 5));
    expect(written).toEqual({ refused: { ...known, freedAtMs: NOW_MS + 30_000 } });
    const freed = { ...known, freedAtMs: NOW_MS + 30_000 };
    expect(await contenders.keep(freed, after(freed, 5))).toBe('kept');

    expect(await itemOf('cleo')).not.toHaveProperty('seenSlot');
  });

  it('is on the board in its order, and off it again', async () => {
    for (const [player, points] of Object.entries({ dora: 15, emil: 45, bot: 30 })) {
      const known = await seated(player, 'four');
      expect(await contenders.keep(known, after(known, points))).toBe('kept');
    }
    const [emil] = await contenders.findAll([{ player: 'emil', sessionId: 'four' }]);
    const ranks = await Promise.all([1, 2, 3, 4].map((place) => contenders.rankAt('four', place)));
    expect(ranks.map((rank) => rank?.split('.').at(-1))).toEqual(['emil', 'bot', 'dora', undefined]);
    expect(await itemOf('bot')).toMatchObject({ isBot: true });

    if (!emil) throw new Error('emil is gone');
    expect(await contenders.keep(emil, { ...after(emil, 50, 2), rank: undefined })).toBe('kept');

    expect(await contenders.rankAt('four', 1)).toMatch(/bot$/);
    expect(await itemOf('emil')).not.toHaveProperty('board');
  });

  it('makes no player out of nothing', async () => {
    const ghost = { player: 'ghost', sessionId: 'five', name: 'Ghost', seatedAtMs: NOW_MS, seenAtMs: NOW_MS };

    expect(await contenders.keep(ghost, after(ghost, 5))).toEqual({ refused: undefined });
    expect(await itemOf('ghost')).toBeUndefined();
  });
});

describe('a status on its way to the board', () => {
  const sessionId = '20300101T000000Z-x7k2';
  /** Statuses are gathered for so long, and by then all of it is done. */
  const SOON_MS = 1_000;
  let kinesis: KinesisClient;
  let ann: Player;
  let ben: Player;
  let cleo: Player;
  beforeAll(async () => {
    kinesis = new KinesisClient(invaders.aws.rootClientConfig);
    await invaders.open(sessionOf({ sessionId, openedAtMs: NOW_MS }));
    [ann, ben, cleo] = [await invaders.enter('Ann'), await invaders.enter('Ben'), await invaders.enter('Cleo')];
    for (const { ask } of [ann, ben]) expect((await ask('POST', '/allocate', { sessionId })).status).toBe(200);
  }, PATIENCE_MS);
  afterAll(() => kinesis.destroy());

  async function post({ ask }: Player, sequence: number, score: number, overrides: object = {}) {
    const sentAtMs = invaders.aws.clock.now();
    const body = { sessionId, trial: 1, sequence, sentAtMs, score, lives: 3, shots: score / 5, level: 1, ...overrides };
    expect(await ask('POST', '/updatestatus', body)).toMatchObject({ status: 202 });
  }
  const putOnStream = (...texts: string[]) =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName: 'space-invaders-local-statuses',
        Records: texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: ann.sub })),
      }),
    );
  const board = async () => {
    const { body } = await ann.ask('GET', `/scoreboard?sessionId=${sessionId}`);
    return (body as { scoreboard: { name: string; score: number }[] }).scoreboard.map(
      ({ name, score }) => `${name} ${score}`,
    );
  };
  const received = async (queue: string) =>
    (await receiveAll(invaders.aws, `space-invaders-local-${queue}`)).map((text) => JSON.parse(text));
  const itemOfAnn = async () => (await invaders.itemsOf('players')).find(({ player }) => player === ann.sub);

  it('is on the board within a second, beside records that are none: those are dead letters then, each with its reason', async () => {
    const wrong = JSON.stringify({ type: 'space_invaders.status_updated', detail: { score: 'many' } });
    await post(ann, 1, 0);
    await putOnStream('{ "not": "a status', wrong);
    await post(ben, 1, 10);
    await post(ann, 2, 15);

    await invaders.aws.advance(SOON_MS);

    expect(await board()).toEqual(['Ann 15', 'Ben 10']);
    expect(await received('dead-letters')).toMatchObject(
      [
        { reason: 'event refused: not JSON', partitionKey: ann.sub, data: '{ "not": "a status' },
        { reason: expect.stringContaining('detail.score'), data: wrong },
      ].map((letter) => ({ ...letter, eventId: expect.stringMatching(/^shardId-000000000000:\d+$/) })),
    );
    await invaders.aws.advance(60_000);
    expect(await received('dead-letters')).toEqual([]);
    expect(await received('set-aside')).toEqual([]);
  });

  it('changes nothing when it is sent again, or after a newer one', async () => {
    const before = await itemOfAnn();
    expect(before?.latest).toMatchObject({ sequence: 2, score: 15 });

    await post(ann, 2, 15);
    await post(ann, 1, 0);
    await invaders.aws.advance(SOON_MS);

    expect(await itemOfAnn()).toEqual(before);
    expect(await received('set-aside')).toEqual([]);
  });

  it('is set aside when no game can give it, when its player has no seat, and when its clock is ahead', async () => {
    const ahead = { sentAtMs: invaders.aws.clock.now() + 6_000 };
    await post(ann, 3, 999_995, { shots: 4 });
    await post(ann, 4, 10, { shots: 4 });
    await post(ben, 2, 20, ahead);
    await post(cleo, 1, 0);
    await post(ann, 5, 20);

    await invaders.aws.advance(SOON_MS);

    expect(await board()).toEqual(['Ann 20', 'Ben 10']);
    const aside = (await received('set-aside')).map(({ detail }) => `${detail.name} ${detail.reason} ${detail.count}`);
    expect(aside.sort()).toEqual(['Ann score_fell 1', 'Ann too_many_points 1', 'Ben clock_ahead 1', 'Cleo no_seat 1']);
  });

  it('takes five a second of a player, and tells of the others in one message', async () => {
    for (let sequence = 10; sequence < 18; sequence += 1) await post(ben, sequence, 20);

    await invaders.aws.advance(SOON_MS);

    expect(await received('set-aside')).toMatchObject([{ detail: { name: 'Ben', reason: 'too_often', count: 3 } }]);
    expect(await board()).toEqual(['Ann 20', 'Ben 20']);
  });

  it('comes again until the table takes it', async () => {
    const { faults } = invaders.aws.cloud.core;
    faults.change({ seed: 1, rules: [{ match: { operation: 'UpdateItem' }, throttle: 1 }] });
    await post(ben, 20, 25);
    await invaders.aws.advance(1_500);
    expect(await board()).toEqual(['Ann 20', 'Ben 20']);

    faults.change(undefined);
    await invaders.aws.advance(10_000);

    expect(await board()).toEqual(['Ben 25', 'Ann 20']);
    expect([await received('set-aside'), await received('dead-letters')]).toEqual([[], []]);
  });

  it('does not count when the session is closed, and counts when it arrived before', async () => {
    await invaders.aws.advance(1_000);
    await post(ann, 30, 30);
    await invaders.aws.advance(10);
    await invaders.open(sessionOf({ sessionId, openedAtMs: NOW_MS, closedAtMs: invaders.aws.clock.now() }));
    await post(ann, 31, 35);

    await invaders.aws.advance(SOON_MS);

    expect(await board()).toEqual(['Ann 30', 'Ben 25']);
    expect(await received('set-aside')).toMatchObject([{ detail: { reason: 'session_over', count: 1 } }]);
  });
});
