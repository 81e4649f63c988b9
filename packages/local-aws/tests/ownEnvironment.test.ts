import { expect, it } from '@jest/globals';
import { scrubbed } from '../ownEnvironment.ts';

it('keeps what programs need, what is named for local-aws, and what is asked for', () => {
  const kept = {
    PATH: '/bin',
    HOME: '/home/gamer',
    LC_ALL: 'C',
    Systemroot: 'C:\\Windows',
    LOCAL_AWS_PORT: '7566',
    ARCADE_PORT_BASE: '7100',
    WEB_PORT: '7000',
    LOCAL_AWS_KEEP_ENV: 'CI_REF,STAGE',
    STAGE: 'dev',
  };

  expect(scrubbed({ ...kept, AWS_PROFILE: 'work', GITHUB_TOKEN: 'x', NODE_OPTIONS: '--inspect', PATHS: '/x' })).toEqual(
    kept,
  );
});
