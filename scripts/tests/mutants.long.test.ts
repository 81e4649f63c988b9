import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ROOT } from '../workspace.ts';

/** Four minutes on two cores; a machine may be busy. */
const ALL_MUTANTS_MS = 60 * 60_000;

it(
  'every mutant of the services dies, or mutants.yml says why it may live',
  () => {
    const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'scripts/mutants.ts')], { encoding: 'utf8' });

    console.log(stdout);
    expect(status).toBe(0);
  },
  ALL_MUTANTS_MS,
);
