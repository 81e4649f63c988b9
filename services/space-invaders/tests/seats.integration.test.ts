import { PATIENCE_MS, receiveAll } from '@arcade/local-aws/testkit';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Invaders, type Player, startInvaders } from './aws.ts';
import { sessionOf } from './parts.ts';
import { stormOnTables } from './stormOnTables.ts';

let invaders: Invaders;
let ann: Player;
let ben: Player;
beforeAll(async () => {
  invaders = await startInvaders();
  [ann, ben] = [await invaders.enter('Ann'), await invaders.enter('Ben')];
}, PATIENCE_MS);
afterAll(() => invaders.stop());

/** Opens a session of its own for a test. */
async function opened(sessionId: string, overrides: Partial<ReturnType<typeof sessionOf>> = {}) {
  const session = sessionOf({ sessionId, openedAtMs: invaders.aws.clock.now(), ...overrides });
  await invaders.open(session);
  return session;
}
const itemOf = async ({ sub }: Player, sessionId: string) =>
  (await invaders.itemsOf('players')).find((item) => item.player === sub && item.sessionId === sessionId);
const takenOf = async (sessionId: string) =>
  Object.fromEntries(
    (await invaders.itemsOf('seats'))
      .filter(({ block }) => block.startsWith(`${sessionId}#`))
      .map(({ block, taken }) => [block, taken]),
  );

describe('a seat', () => {
  it('is taken once, kept by asking again, given back, and taken anew while there is room', async () => {
    const { sessionId } = await opened('20300101T000000Z-once', { seats: 1 });
    const seatedAtMs = invaders.aws.clock.now();

    const joined = await ann.ask('POST', '/allocate', { sessionId, isBot: true });
    await invaders.aws.advance(1000);
    const again = await ann.ask('POST', '/allocate', { sessionId });
    const full = await ben.ask('POST', '/allocate', { sessionId });

    expect(joined).toMatchObject({ status: 200, body: { sessionId, seatedAtMs, trial: 1 } });
    expect(again).toMatchObject({ status: 200, body: joined.body });
    expect(full).toMatchObject({ status: 409, body: { type: 'urn:arcade:space-invaders:session-full' } });
    expect(await itemOf(ann, sessionId)).toEqual({
      ...{ player: ann.sub, sessionId, name: 'Ann', isBot: true, seatedAtMs, seatBlock: `${sessionId}#0` },
      ...{ seenAtMs: seatedAtMs + 1000, seenSlot: Math.floor((seatedAtMs + 1000) / 15_000) * 15_000 },
    });

    expect((await ben.ask('POST', '/deallocate', { sessionId })).body).toEqual({ freed: false });
    expect((await ann.ask('POST', '/deallocate', { sessionId })).body).toEqual({ freed: true });
    expect((await ann.ask('POST', '/deallocate', { sessionId })).body).toEqual({ freed: false });
    expect(await itemOf(ann, sessionId)).toMatchObject({ freedAtMs: invaders.aws.clock.now() });
    expect(await itemOf(ann, sessionId)).not.toMatchObject({ seatBlock: expect.anything() });

    expect((await ben.ask('POST', '/allocate', { sessionId })).status).toBe(200);
    expect((await ann.ask('POST', '/allocate', { sessionId })).status).toBe(409);
    await ben.ask('POST', '/deallocate', { sessionId });
    expect((await ann.ask('POST', '/allocate', { sessionId })).status).toBe(200);
    expect(await itemOf(ann, sessionId)).not.toMatchObject({ freedAtMs: expect.anything() });
    expect(await itemOf(ann, sessionId)).not.toMatchObject({ isBot: expect.anything() });
    expect(await takenOf(sessionId)).toEqual({ [`${sessionId}#0`]: 1 });
  });

  it.each([
    ['of no session', { sessionId: 'none' }, 404, 'urn:arcade:space-invaders:no-session'],
    ['of a closed session', { sessionId: '20300101T000000Z-shut' }, 409, 'urn:arcade:space-invaders:session-closed'],
    ['without a session', {}, 400, 'about:blank'],
    ['for somebody else', { sessionId: 'x', player: 'y' }, 400, 'about:blank'],
  ])('%s is refused', async (_what, body, status, type) => {
    await opened('20300101T000000Z-shut', { closedAtMs: 1 });

    expect(await ann.ask('POST', '/allocate', body)).toMatchObject({ status, body: { status, type } });
  });

  it('of the only trial goes on after a break, and is not had again', async () => {
    const { sessionId } = await opened('20300101T000000Z-only', { gameType: 'SINGLE_TRIAL' });
    const play = (lives: number) =>
      invaders.documents.send(
        new UpdateCommand({
          TableName: 'space-invaders-local-players',
          Key: { player: ann.sub, sessionId },
          UpdateExpression: 'SET latest = :latest',
          ExpressionAttributeValues: { ':latest': { trial: 1, lives } },
        }),
      );
    await ann.ask('POST', '/allocate', { sessionId });
    await play(2);

    const refused = { status: 409, body: { type: 'urn:arcade:space-invaders:cannot-play-again' } };
    // On a page that was loaded anew, or a second one.
    expect(await ann.ask('POST', '/allocate', { sessionId })).toMatchObject(refused);
    expect(await ann.ask('POST', '/allocate', { sessionId, trial: 1 })).toMatchObject({ status: 200 });
    await ann.ask('POST', '/deallocate', { sessionId });

    expect(await ann.ask('POST', '/allocate', { sessionId })).toMatchObject(refused);
    expect(await ann.ask('POST', '/allocate', { sessionId, trial: 1 })).toMatchObject({ body: { trial: 2 } });
    await ann.ask('POST', '/deallocate', { sessionId });
    await play(0);
    expect(await ann.ask('POST', '/allocate', { sessionId, trial: 1 })).toMatchObject(refused);
  });

  it('is freed when the last of a player’s connections ends', async () => {
    const { sessionId } = await opened('20300101T000000Z-gone');
    const [one, other] = [await ann.connect(), await ann.connect()];
    await ann.ask('POST', '/allocate', { sessionId });
    await ben.ask('POST', '/allocate', { sessionId });

    await one.close();
    await invaders.aws.idle();
    expect(await takenOf(sessionId)).toEqual({ [`${sessionId}#0`]: 2 });
    await invaders.aws.advance(10);
    await other.close();
    await invaders.aws.idle();

    expect(await takenOf(sessionId)).toEqual({ [`${sessionId}#0`]: 1 });
    expect(await itemOf(ann, sessionId)).toMatchObject({ freedAtMs: invaders.aws.clock.now() });
  });

  it('is freed within 120 s of idling, and not of whoever was seen', async () => {
    const { sessionId } = await opened('20300101T000000Z-idle');
    await ann.ask('POST', '/allocate', { sessionId });
    await ben.ask('POST', '/allocate', { sessionId });

    await invaders.aws.advance(59_000);
    expect(await takenOf(sessionId)).toEqual({ [`${sessionId}#0`]: 2 });
    await ben.ask('POST', '/allocate', { sessionId });
    await invaders.aws.advance(55_000);
    await ben.ask('POST', '/allocate', { sessionId });
    await invaders.aws.advance(6_000);

    expect(await takenOf(sessionId)).toEqual({ [`${sessionId}#0`]: 1 });
    expect(await itemOf(ann, sessionId)).not.toMatchObject({ seatBlock: expect.anything() });
    // Whenever in the minutes of the schedule it was that the player was seen last.
    for (let round = 0; round < 2; round += 1) {
      expect((await ann.ask('POST', '/allocate', { sessionId })).status).toBe(200);
      await invaders.aws.advance(120_000);
      expect(await takenOf(sessionId)).toEqual({ [`${sessionId}#0`]: 0 });
      await invaders.aws.advance(61_000);
    }
  });
});

it('is freed within two minutes after its session is closed, once, and the session is then left alone', async () => {
  const { sessionId } = await opened('20300101T000000Z-over');
  await ann.ask('POST', '/allocate', { sessionId });
  await opened(sessionId, { closedAtMs: invaders.aws.clock.now() });

  await invaders.aws.advance(121_000);

  const closed = (await invaders.itemsOf('sessions')).find((one) => one.sessionId === sessionId);
  expect(await takenOf(sessionId)).toEqual({ [`${sessionId}#0`]: 0 });
  expect(await itemOf(ann, sessionId)).toMatchObject({ name: 'Ann', freedAtMs: expect.any(Number) });
  expect(await itemOf(ann, sessionId)).not.toHaveProperty('seatBlock');
  expect(closed).toMatchObject({ closedAtMs: expect.any(Number) });
  expect(closed).not.toHaveProperty('unsettled');
});

it('is not lost while the board stands still for 200 s, and everything counts after it: whoever plays asks for the seat each half a minute, and whoever did not has it back by asking', async () => {
  const { aws } = invaders;
  const { sessionId } = await opened('20300101T000000Z-dead');
  const startedAtMs = aws.clock.now();
  const last = { [ann.name]: 0, [ben.name]: 0 };
  const post = async (player: Player) => {
    const sentAtMs = aws.clock.now();
    const sequence = (last[player.name] ?? 0) + 1;
    last[player.name] = sequence;
    const standing = { score: 5 * sequence, lives: 3, shots: sequence, level: 1 };
    const answer = await player.ask('POST', '/updatestatus', { sessionId, trial: 1, sequence, sentAtMs, ...standing });
    expect(answer.status).toBe(202);
  };
  const ask = async (player: Player) =>
    expect((await player.ask('POST', '/allocate', { sessionId, trial: 1 })).status).toBe(200);
  const play = async (untilMs: number, whoAsks: Player[]) => {
    for (let atMs = aws.clock.now() - startedAtMs; atMs < untilMs; atMs += 10_000) {
      if (atMs % 30_000 === 0) await Promise.all(whoAsks.map(ask));
      await Promise.all([post(ann), post(ben)]);
      await aws.advance(10_000);
    }
  };
  await Promise.all([ask(ann), ask(ben)]);

  aws.cloud.core.faults.change({ seed: 1, rules: [{ match: { target: '*scoreboard*' }, crashBefore: 1 }] });
  await play(200_000, [ann]);
  aws.cloud.core.faults.change(undefined);
  const held = { seatBlock: `${sessionId}#0`, seatedAtMs: startedAtMs };
  expect(await itemOf(ann, sessionId)).toMatchObject(held);
  expect(await itemOf(ann, sessionId)).not.toHaveProperty('latest');
  expect(await itemOf(ben, sessionId)).toMatchObject({ freedAtMs: expect.any(Number) });
  await play(260_000, [ann]);
  await ask(ben);
  await play(320_000, [ann, ben]);

  for (const player of [ann, ben]) {
    const item = await itemOf(player, sessionId);
    expect(item).toMatchObject({ seatBlock: held.seatBlock, latest: { sequence: last[player.name] } });
    expect(item).not.toHaveProperty('freedAtMs');
  }
  expect(await itemOf(ann, sessionId)).toMatchObject(held);
  const aside = (await receiveAll(aws, 'space-invaders-local-set-aside')).map((text) => JSON.parse(text).detail);
  expect(new Set(aside.map(({ name, reason }) => `${name} ${reason}`))).toEqual(new Set(['Ben no_seat']));
  expect(await receiveAll(aws, 'space-invaders-local-dead-letters')).toEqual([]);
}, 60_000);

it('of 200 who join at once, with copies and crashes, 40 are in and 160 are told so, and the count is right after every run of reap', async () => {
  await stormOnTables(invaders, 200, 40);

  expect.hasAssertions();
});
