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

/** A file that serverless.yml takes from outside of the service's folder: `${file(../../resources/alarms.yml)}`. */
const OUTSIDE_FILE = /\$\{file\((\.\.\/[^):,]+)\)/g;

/**
 * A hash of everything that the compiled service follows from: its own files, those that its YAML takes from outside,
 * those of the workspace packages that it uses, the lock file, and `more`. (Not local-aws itself: its plugin does not
 * touch what is compiled. Other plugins are packages, whose versions are in the lock file.)
 */
export async function hashOfSources(serviceFolder: string, workspaceFolder: string, more: unknown): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(more));
  const add = async (name: string, file: string) => {
    const content = await readFile(file).catch(() => '');
    hash.update(`${name}\0`).update(content).update('\0');
    return content.toString();
  };
  for (const file of await filesIn(serviceFolder)) {
    const text = await add(relative(serviceFolder, file), file);
    if (!file.endsWith('.yml')) continue;
    for (const [, outside = ''] of text.matchAll(OUTSIDE_FILE)) await add(outside, join(serviceFolder, outside));
  }
  for (const folder of await workspacePackages(serviceFolder, workspaceFolder)) {
    for (const file of await filesIn(folder)) await add(relative(workspaceFolder, file), file);
  }
  await add('pnpm-lock.yaml', join(workspaceFolder, 'pnpm-lock.yaml'));
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
    const { dependencies, devDependencies } = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
    for (const [name, version] of Object.entries({ ...devDependencies, ...dependencies })) {
      if (!version.startsWith('workspace:') || name === '@arcade/local-aws') continue;
      const target = await realpath(join(from, 'node_modules', name));
      if (found.has(target) || !target.startsWith(workspaceFolder)) continue;
      found.add(target);
      await visit(target);
    }
  };
  await visit(folder);
  return [...found].sort();
}
