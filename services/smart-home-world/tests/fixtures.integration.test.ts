import { fixturesOf, PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SERVICE_FOLDER, startReceiver, startWorld, type World } from './aws.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, PATIENCE_MS);
afterAll(() => world?.stop());

it('each fixture makes its function do what it is there for', async () => {
  const receiver = await startReceiver();
  const fixtures = await fixturesOf(SERVICE_FOLDER);
  const known: Record<string, string> = { 'http://127.0.0.1:9/changes': receiver.url };
  const play = async (file: string) => {
    const answer = await fixtures.play(world.aws, file, (text) =>
      Object.entries(known).reduce((changed, [from, to]) => changed.replaceAll(from, to), text),
    );
    return answer.body ? { ...answer, body: JSON.parse(answer.body) } : answer;
  };

  const { body: made } = await play('console.json');
  expect(made).toMatchObject({ linked: true });
  known['11111111-1111-4111-8111-111111111111'] = made.homeId;
  known['THE-PAGES-KEY'] = made.token;
  known['THE-VENDORS-TOKEN'] = await world.vendorTokenOf(made.homeId);

  expect((await play('console.utterance.json')).body).toMatchObject({ speech: 'OK.' });
  expect((await play('home.misbehaviour.json')).body).toMatchObject({ latencyMs: 0, lostPushRate: 0.5 });
  expect((await play('home.bulb.json')).body).toMatchObject({ state: { power: 'ON' } });
  expect((await play('home.json')).body.conversation).toMatchObject([{ text: 'Alexa, turn on the kitchen light' }]);
  expect(await play('vendor.json')).toMatchObject({ statusCode: 200, body: { state: { power: 'ON' } } });
  expect((await play('vendor.devices.json')).body.devices).toHaveLength(8);
  expect(await play('tokens.json')).toMatchObject({ statusCode: 400, body: { error: 'invalid_grant' } });
  expect(await play('gateway.json')).toMatchObject({ statusCode: 401 });
  expect(await play('hub.json')).toMatchObject({ statusCode: 200, headers: { etag: '"1"' } });
  expect(await play('push.json')).toEqual({ batchItemFailures: [] });

  expect(fixtures.left()).toEqual([]);
  await receiver.stop();
});
