import { randomInt } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { surviveKills } from './kills/surviveKills.ts';

it('loses nothing that was acknowledged, and brings back nothing that was deleted, in 50 kills under load', async () => {
  const seed = randomInt(2 ** 31);

  const { known, wrong } = await surviveKills(50, seed);

  console.info(`seed ${seed}: the fate of ${known} things checked`);
  expect(wrong).toEqual([]);
}, 600_000);
