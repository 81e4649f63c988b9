import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** What is in a service's or package's folder but no part of what is compiled. */
const LEFT_OUT = new Set([
  'node_modules',
  '.serverless',
  '.esbuild',
  '.cache',
  '.local-aws',
  '.bench',
  'coverage',
  'tests',
]);

/** Whether a file or folder of this name is left out when a service is compiled. */
export function isLeftOut(name: string): boolean {
  return LEFT_OUT.has(name);
}

/** The folder at or above `from` with a file called `name`. Throws when there is none. */
export function findUp(from: string, name: string): string {
  if (existsSync(join(from, name))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error(`there is no ${name} at or above the folder`);
  return findUp(parent, name);
}

/**
 * A hash of everything that the compiled service follows from: its own files, those of the workspace packages that
 * its code imports, the lock file. (Plugins are development dependencies: their versions are in the lock file.)
 */
export async function hashOfSources(serviceFolder: string, workspaceFolder: string, more: unknown): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(more));
  const folders = [serviceFolder, ...(await workspacePackages(serviceFolder, workspaceFolder))];
  for (const folder of folders) {
    for (const file of await filesIn(folder)) {
      hash
        .update(`${relative(workspaceFolder, file)}\0`)
        .update(await readFile(file))
        .update('\0');
    }
  }
  hash.update(await readFile(join(workspaceFolder, 'pnpm-lock.yaml')).catch(() => ''));
  return hash.digest('hex').slice(0, 16);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    if (isLeftOut(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesIn(path)));
    else if (entry.isFile()) files.push(path);
  }
  return files;
}

/** The folders of the workspace packages that a package depends on, directly or not. */
async function workspacePackages(folder: string, workspaceFolder: string): Promise<string[]> {
  const found = new Set<string>();
  const visit = async (from: string) => {
    const text = await readFile(join(from, 'package.json'), 'utf8').catch(() => '{}');
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    for (const [name, version] of Object.entries(dependencies)) {
      if (!version.startsWith('workspace:')) continue;
      const target = await realpath(join(from, 'node_modules', name));
      if (found.has(target) || !target.startsWith(workspaceFolder)) continue;
      found.add(target);
      await visit(target);
    }
  };
  await visit(folder);
  return [...found].sort();
}
