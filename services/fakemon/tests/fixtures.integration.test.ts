import { fixturesOf, PATIENCE_MS, withoutSchedules } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Game, SERVICE_FOLDER, startGame } from './aws.ts';

let game: Game;
beforeAll(async () => {
  game = await startGame({ transform: withoutSchedules });
}, PATIENCE_MS);
afterAll(() => game.stop());

it('each fixture makes its function do what it is there for', async () => {
  const fixtures = await fixturesOf(SERVICE_FOLDER);
  const play = async (file: string) => {
    const answer = await fixtures.play(game.aws, file);
    await game.aws.idle();
    return answer;
  };
  const countOf = async (table: string) => (await game.itemsOf(table)).length;
  await game.place({ units: 2, unitsLeft: 2 });

  await play('connect.json');
  expect(await countOf('connections')).toBe(1);
  expect(await play('ping.json')).toEqual({ statusCode: 200, body: '{"type":"pong","nowMs":1893456000000}' });
  // Nobody is behind the connection of the fixture: whoever tells it something finds it gone.
  await play('notify.json');
  expect(await countOf('connections')).toBe(0);
  await play('connect.json');
  await play('world.appeared.json');
  expect(await countOf('connections')).toBe(0);
  await play('connect.json');
  await play('world.json');
  expect(await countOf('connections')).toBe(0);
  await play('connect.json');
  await play('disconnect.json');
  expect(await countOf('connections')).toBe(0);
  expect(await play('authorize.json')).toMatchObject({ policyDocument: { Statement: [{ Effect: 'Deny' }] } });

  await play('capture.json');
  expect(await game.itemsOf('attempts')).toMatchObject([{ outcome: 'captured', fakemonId: 'f-1', unitsLeft: 1 }]);
  await play('collection.json');
  await play('ranking.json');
  expect(await countOf('collection')).toBe(1);
  expect(await game.itemsOf('ranking')).toEqual(
    expect.arrayContaining([expect.objectContaining({ board: 'all', captures: 1, name: 'Ann' })]),
  );

  await play('spawn.json');
  expect(await countOf('world')).toBe(1 + 8);
  const { lastSeq } = game.aws.cloud.journal;
  await play('alarmRaised.json');
  expect(JSON.stringify(game.aws.journal(lastSeq))).toContain('fakemon.alarm_changed');

  expect(fixtures.left()).toEqual([]);
});
