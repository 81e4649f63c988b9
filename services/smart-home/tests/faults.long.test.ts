import { expect, it } from '@jest/globals';
import { surviveFaults } from './faults.ts';

it.each([2, 3, 4, 5])(
  'ends each of many directives in one answer in time, or keeps it, whatever goes wrong (seed %i)',
  async (seed) => {
    const { wrong, said } = await surviveFaults({ homes: 20, seed });

    expect([said, wrong]).toEqual([160, []]);
  },
  20 * 60_000,
);
