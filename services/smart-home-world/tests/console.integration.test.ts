import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startWorld, type TestHome, type World } from './aws.ts';

let world: World;
let home: TestHome;
beforeAll(async () => {
  world = await startWorld();
  home = await world.enter();
}, PATIENCE_MS);
afterAll(() => world.stop());

const say = async (text: string) => (await home.ask('POST', '/utterances', { text })).body.speech;
const seen = async () => (await home.ask('GET', '')).body;

it('a new home has two bulbs of each kind, is linked, and Alexa knows its bulbs', async () => {
  const { bulbs, linked, conversation } = await seen();

  expect(linked).toBe(true);
  expect(bulbs.map(({ api }: { api: string }) => api).sort()).toEqual(
    ['optimistic', 'polling', 'push', 'sync'].flatMap((api) => [api, api]),
  );
  expect(conversation).toEqual([]);
  expect(await say('Alexa, discover my devices')).toBe('I found 8 devices.');
});
