import { expect, it } from '@jest/globals';
import { surviveKills } from './kills/surviveKills.ts';

it('loses nothing that was acknowledged, and brings back nothing that was deleted, when it is killed under load', async () => {
  const { known, wrong } = await surviveKills(3, 1);

  expect(wrong).toEqual([]);
  expect(known).toBeGreaterThan(20);
});
