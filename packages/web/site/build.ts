import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';

const ROOT = dirname(import.meta.dirname);

/**
 * Builds the page for a deployed stage into a folder, which is made: its files, and one page for each route (`pages.ts`). What it must know of a
 * stage is not in it. Throws an Error when it cannot be built; why, the tools have said.
 */
export async function buildSite(folder: string): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, 'server/buildPage.ts'), resolve(folder), 'stage'], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the page could not be built (exit code ${code})`);
}

const [, script, folder] = process.argv;
if (script === import.meta.filename && folder !== undefined) await buildSite(folder);
