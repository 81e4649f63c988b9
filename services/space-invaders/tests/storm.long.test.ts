import { PATIENCE_MS, withoutSchedules } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Invaders, startInvaders } from './aws.ts';
import { stormOnTables } from './stormOnTables.ts';

let invaders: Invaders;
beforeAll(async () => {
  invaders = await startInvaders({ transform: withoutSchedules });
}, PATIENCE_MS);
afterAll(() => invaders?.stop());

it('of a thousand who join at once, with copies and crashes, 200 are in and 800 are told so, and the count is right after every run of reap', async () => {
  await stormOnTables(invaders, 1000, 200);

  expect.hasAssertions();
});
