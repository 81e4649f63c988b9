import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../workspace.ts';

/** Where the help of `npm run bench` lists them. */
const BENCHES = /there are (.*)$/m;

const run = (script: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts', `${script}.ts`), ...args], { encoding: 'utf8' });

describe('a command that is asked for help', () => {
  it.each([
    ['validate', ['--help'], 'npm run validate [-- <service> ...]'],
    ['deploy', ['deploy', '--help'], 'npm run deploy -- --stage <stage>'],
    ['deploy', ['remove', '--help'], 'npm run remove -- --stage <stage>'],
    ['rehearse', ['--help'], 'npm run rehearse [-- --verbose] [tests]'],
    ['outputs', ['--help'], 'npm run outputs [-- --stage <stage>]'],
    ['bench', ['--help'], 'npm run bench [-- <name> ...]'],
    ['redrive', ['--help'], 'Services that have such a queue: fakemon.'],
    ['load', ['--help'], 'There is load for: space-invaders'],
    ['load', ['space-invaders', '--help'], 'npm run load -- space-invaders'],
  ])('%s %j says how it is called, and exits with 0', (script, args, sentence) => {
    const { status, stdout, stderr } = run(script, ...args);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(sentence);
  });
});

it('names each bench once, though several files share a name', () => {
  const names = BENCHES.exec(run('bench', '--help').stdout)?.[1]?.split(', ') ?? [];

  expect(names).toContain('space-invaders');
  expect(names).toEqual([...new Set(names)]);
});

describe('a command that was not understood', () => {
  it.each([
    ['validate', ['space-invader'], /^there is no service 'space-invader': .*space-invaders\n$/],
    ['rehearse', ['--stage', 'dev'], /^Unknown option '--stage'/],
    ['outputs', ['--stage', 'My Stage'], /^--stage is 'My Stage': a stage's name.*\n\nnpm run outputs/],
    ['secrets', ['--stage', 'My Stage'], /^--stage is 'My Stage': a stage's name.*\n\nnpm run secrets/],
    ['outputs', ['--stag', 'dev'], /^Unknown option '--stag'/],
    ['load', ['mafia'], /^npm run load -- <service>/],
    ['validate', ['--fast'], /^Unknown option '--fast'.*\n$/],
  ])('%s %j exits with 2 and says why', (script, args, sentence) => {
    const { status, stderr } = run(script, ...args);

    expect(stderr).toMatch(sentence);
    expect(status).toBe(2);
  });
});

it('start takes --only as often as it is said', () => {
  const { status, stdout } = run('start', '--only', 'nobody', '--only', 'mafia,ping-pong');

  expect(stdout).toContain("There is no service 'nobody'");
  expect(status).toBe(1);
});
