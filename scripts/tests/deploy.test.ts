import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../workspace.ts';

/** A machine on which nobody has set credentials. */
const NO_CREDENTIALS = { HOME: '/nowhere', USERPROFILE: '/nowhere' };

const deploy = (...args: string[]) => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/deploy.ts'), ...args], {
    encoding: 'utf8',
    env: NO_CREDENTIALS,
  });
  return { status, stderr };
};

describe('a deployment', () => {
  it.each([
    ['without a stage', ['deploy'], '--stage is missing'],
    ['of the stage that is the laptop', ['deploy', '--stage', 'local'], "the stage 'local' runs on this machine"],
    [
      'of a stage that no stack can be named after',
      ['deploy', '--stage', 'My Stage'],
      "--stage is 'My Stage': a stage's name",
    ],
    ['of such a stage, in reverse,', ['remove', '--stage', 'my_stage'], "--stage is 'my_stage': a stage's name"],
    ['without credentials', ['deploy', '--stage', 'dev'], 'No AWS credentials were found'],
    ['with an option that there is not', ['deploy', '--stage', 'dev', '--param', 'a=b'], '--param="name=value"'],
    ['that is to take what is retained', ['deploy', '--stage', 'dev', '--retained'], '--retained is for a removal'],
    ['by a command that there is not', ['destroy', '--stage', 'dev'], 'npm run deploy -- --stage <stage>'],
  ])('%s is refused before anything is called, and says what to do', (_what, args, sentence) => {
    const { status, stderr } = deploy(...args);

    expect(stderr).toContain(sentence);
    expect(status).toBe(2);
  });
});
