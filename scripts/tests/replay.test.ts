import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { progressBar } from '../replay/replay.ts';
import { ROOT } from '../workspace.ts';

const replay = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/replay.ts'), ...args], {
    encoding: 'utf8',
    // A port on which nothing listens.
    env: { LOCAL_AWS_PORT: '1' },
  });
  return { status, stdout, stderr };
};

describe('npm run replay', () => {
  it('tells how it is used', () => {
    const { status, stdout } = replay('--help');

    expect(stdout).toContain('--rule');
    expect(status).toBe(0);
  });

  it.each([
    [['--from', 'yesterday'], "--from is a time in ISO 8601, not 'yesterday'"],
    [['--everything'], "Unknown option '--everything'"],
    [[], 'No arcade runs at http://127.0.0.1:1: npm start'],
  ])('refuses %j with a sentence', (args, sentence) => {
    const { status, stderr } = replay(...args);

    expect(stderr).toContain(sentence);
    expect(status).toBe(2);
  });
});

describe('the bar', () => {
  it.each([
    [{ part: 0, reached: undefined }, '[------------------------------] 0 %, no event yet'],
    [
      { part: 0.505, reached: new Date('2030-01-01T00:12:05Z') },
      '[###############---------------] 50 %, at 2030-01-01T00:12:05Z',
    ],
    [{ part: 1.2, reached: new Date(0) }, '[##############################] 100 %, at 1970-01-01T00:00:00Z'],
  ])('of %j', (progress, bar) => {
    expect(progressBar(progress)).toBe(bar);
  });
});
