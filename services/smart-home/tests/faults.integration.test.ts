import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { expect, it } from '@jest/globals';
import { surviveFaults } from './faults.ts';

it(
  'a fifth of all twice, functions that die, pushes lost, repeated and forged, a vendor that refuses: each directive ends in one answer in time, or is kept',
  async () => {
    const { said, ends, faults, wrong } = await surviveFaults({ homes: 3, seed: 1 });

    expect(wrong).toEqual([]);
    expect(said).toBe(24);
    expect(Object.keys(ends)).toEqual(expect.arrayContaining(['answered', 'refused']));
    expect(Object.keys(faults).sort()).toEqual(['crash-after', 'crash-before', 'crash-during', 'duplicate']);
  },
  2 * PATIENCE_MS,
);
