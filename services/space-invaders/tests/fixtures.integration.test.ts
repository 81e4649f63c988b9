import { fixturesOf, PATIENCE_MS, withoutSchedules } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Invaders, SERVICE_FOLDER, startInvaders } from './aws.ts';
import { NOW_MS, sessionOf } from './parts.ts';

let invaders: Invaders;
beforeAll(async () => {
  invaders = await startInvaders({ transform: withoutSchedules });
}, PATIENCE_MS);
afterAll(() => invaders.stop());

it('each fixture makes its function do what it is there for', async () => {
  const fixtures = await fixturesOf(SERVICE_FOLDER);
  const play = async (file: string) => {
    const answer = await fixtures.play(invaders.aws, file);
    await invaders.aws.idle();
    return answer;
  };
  const countOf = async (table: string) => (await invaders.itemsOf(table)).length;
  const taken = async () => (await invaders.itemsOf('seats')).map((item) => item.taken);
  await invaders.open(sessionOf());

  await play('connect.json');
  expect(await countOf('connections')).toBe(1);
  expect(await play('ping.json')).toEqual({ statusCode: 200, body: `{"type":"pong","nowMs":${NOW_MS}}` });
  expect(await play('authorize.json')).toMatchObject({ policyDocument: { Statement: [{ Effect: 'Deny' }] } });

  expect(JSON.parse((await play('allocate.json')).body)).toMatchObject({ seatedAtMs: NOW_MS, trial: 1 });
  expect(await taken()).toEqual([1]);
  expect(await play('scoreboard.json')).toEqual({ batchItemFailures: [] });
  expect(await invaders.itemsOf('players')).toMatchObject([{ name: 'Ann', shown: { score: 10, lives: 3 } }]);
  expect(JSON.parse((await play('deallocate.json')).body)).toEqual({ freed: true });
  expect(await taken()).toEqual([0]);

  await play('allocate.json');
  await play('disconnect.json');
  expect(await countOf('connections')).toBe(0);
  expect(await taken()).toEqual([0]);

  await play('allocate.json');
  await invaders.aws.advance(60_000);
  await play('reap.json');
  expect(await taken()).toEqual([0]);

  await invaders.open(sessionOf({ isSynchronized: true }));
  await play('connect.json');
  expect(JSON.parse((await play('start.json')).body)).toEqual({ type: 'started', startsAtMs: NOW_MS + 65_000 });
  // Nobody is behind the connection of the fixture: whoever tells it something finds it gone.
  expect(await countOf('connections')).toBe(0);
  await play('connect.json');
  await play('announce.json');
  expect(await countOf('connections')).toBe(0);

  await invaders.open(sessionOf({ sessionId: '20300101T000200Z-crwd', seats: 900 }));
  await play('scale.json');
  expect(await invaders.itemsOf('sessions')).toContainEqual(
    expect.objectContaining({ kind: 'scaling', from: 1, to: 2 }),
  );

  expect(fixtures.left()).toEqual([]);
});
