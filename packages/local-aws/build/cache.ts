import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** How long what nobody asked for is kept: a day. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** The lock file stands for everything that is installed. */
const LOCK_FILE = 'pnpm-lock.yaml';

/** What was made of files, with the hash that each of them had. A file that was looked for in vain has an empty one. */
export interface Made<T> {
  inputs: Record<string, string>;
  result: T;
}

/** The folder at or above `from` with a file called `name`. Throws when there is none. */
export function findUp(from: string, name: string): string {
  if (existsSync(join(from, name))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error(`there is no ${name} at or above the folder`);
  return findUp(parent, name);
}

/** The root of the workspace that a folder lies in. */
export function workspaceOf(folder: string): string {
  return findUp(folder, 'pnpm-workspace.yaml');
}

/** A short hash of anything that can be written as JSON. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** A file's hash, empty for a file that is not there. */
async function hashOfFile(file: string): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
      .slice(0, 16);
  } catch {
    return '';
  }
}

/** This package: it makes, and does not enter what is made. But for `build/`, where it is made. */
const OWN_FOLDER = dirname(import.meta.dirname);

/**
 * The hashes of the files that something was made of, for a service in `folder`. Installed packages are not among them,
 * because the lock file, which is added, stands for them.
 */
export async function hashesOf(
  files: Iterable<string>,
  { folder, workspace }: { folder: string; workspace: string },
): Promise<Record<string, string>> {
  const counts = (file: string) => {
    if (!isIn(workspace, file) || file.includes(`${sep}node_modules${sep}`)) return false;
    // Beside the service stands what it has in common with others.
    return isIn(dirname(folder), file) || isIn(import.meta.dirname, file) || !isIn(OWN_FOLDER, file);
  };
  const counted = [...new Set(files)].filter(counts);
  const hashes = [...counted, join(workspace, LOCK_FILE)].map(async (file) => [file, await hashOfFile(file)] as const);
  return Object.fromEntries(await Promise.all(hashes));
}

const isIn = (folder: string, file: string) => file.startsWith(folder + sep);

/** What was made before, when its files are what they were; undefined otherwise. */
export async function takeMade<T>(file: string): Promise<Made<T> | undefined> {
  let made: Made<T>;
  try {
    made = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
  const current = await Promise.all(
    Object.entries(made.inputs).map(async ([input, hash]) => (await hashOfFile(input)) === hash),
  );
  if (!current.every(Boolean)) return undefined;
  await markUsed(file);
  return made;
}

/**
 * Keeps what was made since `startedMs`. Not when one of its files was written meanwhile: nobody knows then which version
 * was read. Renamed into place, so that whoever reads meanwhile sees it whole.
 */
export async function keepMade(file: string, made: Made<unknown>, startedMs: number): Promise<void> {
  const times = Object.keys(made.inputs).map(async (input) => (await stat(input).catch(() => undefined))?.mtimeMs ?? 0);
  if (Math.max(...(await Promise.all(times))) >= startedMs) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, JSON.stringify(made));
  await rename(`${file}.${process.pid}`, file);
  await forgetUnused(dirname(file));
}

/** Says that a file or folder of the cache is in use. */
export async function markUsed(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => {});
}

/** Removes what nobody used for a day: each change of a source makes new entries. */
export async function forgetUnused(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const used = await stat(path).catch(() => undefined);
    if (used && Date.now() - used.mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true });
  }
}
