import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { writeEnvironmentCode } from '../runtime/environmentCode.ts';

const MOST_LOOKS = 100;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'environment-code-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The processes of esbuild that run in this process's tree; other suites may have left some. */
function bundlers(): string[] {
  const lines = execFileSync('ps', ['-e', '-o', 'ppid=,pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter(
    (line) => line.includes('esbuild') && !line.includes('<defunct>') && line.trim().startsWith(`${process.pid} `),
  );
}

it('is written for each local-aws, and leaves no bundler running', async () => {
  const before = bundlers();

  const { processFile, environmentFile } = await writeEnvironmentCode(folder);
  await rm(processFile);
  const again = await writeEnvironmentCode(folder);

  expect(again.processFile).toBe(processFile);
  expect(await readFile(processFile, 'utf8')).toContain('worker_threads');
  expect(await readFile(environmentFile, 'utf8')).not.toContain('interface ');
  // One that was told to end takes a moment.
  for (let looks = 0; bundlers().length > before.length && looks < MOST_LOOKS; looks += 1) await pause(50);
  expect(bundlers()).toEqual(before);
});
