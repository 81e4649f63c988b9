import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { z } from 'zod';

/** How long what nobody asked for is kept: a day. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** The lock file stands for everything that is installed. */
const LOCK_FILE = 'pnpm-lock.yaml';

/**
 * What was made of files (and of variables of the environment, `env:NAME`), with the hash that each of them had. One that was
 * looked for in vain has an empty one.
 */
export interface Made<T> {
  inputs: Record<string, string>;
  /** When the making began, in milliseconds since the epoch. */
  madeMs: number;
  result: T;
}

/** Several that were made, by name. */
export type MadeFiles<T> = Record<string, Made<T>>;

const madeSchema = z.record(
  z.string(),
  z.object({ inputs: z.record(z.string(), z.string()), madeMs: z.number(), result: z.unknown() }),
);

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

/** What stands for a variable of the environment, in the place of a file. */
const VARIABLE = 'env:';

/** A file's hash, or that of a variable's value; empty for what is not there. */
async function hashOfInput(file: string): Promise<string> {
  if (file.startsWith(VARIABLE)) return hashOf(process.env[file.slice(VARIABLE.length)] ?? '');
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
    if (file.startsWith(VARIABLE)) return true;
    if (!isIn(workspace, file) || file.includes(`${sep}node_modules${sep}`)) return false;
    // Beside the service stands what it has in common with others.
    return isIn(dirname(folder), file) || isIn(import.meta.dirname, file) || !isIn(OWN_FOLDER, file);
  };
  const counted = [...new Set(files)].filter(counts);
  const hashes = [...counted, join(workspace, LOCK_FILE)].map(async (file) => [file, await hashOfInput(file)] as const);
  return Object.fromEntries(await Promise.all(hashes));
}

const isIn = (folder: string, file: string) => file.startsWith(folder + sep);

/** What was made before, and whose files are what they were. */
export async function takeMade<T>(file: string): Promise<MadeFiles<T>> {
  const made = madeSchema.safeParse(await readJson(file));
  // Nothing is there, or it is of another version of this code.
  if (!made.success) return {};
  const current = new Map<string, Promise<string>>();
  const isCurrent = async ([input, hash]: [string, string]) => {
    if (!current.has(input)) current.set(input, hashOfInput(input));
    return (await current.get(input)) === hash;
  };
  const fresh: MadeFiles<T> = {};
  for (const [name, one] of Object.entries(made.data)) {
    const same = await Promise.all(Object.entries(one.inputs).map(isCurrent));
    if (same.every(Boolean)) fresh[name] = one as Made<T>;
  }
  await markUsed(file);
  return fresh;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Keeps what was made, beside what there was before; gives all. What was made while one of its files was written is given and
 * not kept: nobody knows which version was read. Renamed into place, so that whoever reads meanwhile sees it whole.
 */
export async function keepMade<T>(file: string, before: MadeFiles<T>, made: MadeFiles<T>): Promise<MadeFiles<T>> {
  const sure: MadeFiles<T> = { ...before };
  for (const [name, one] of Object.entries(made)) {
    if ((await latestChange(Object.keys(one.inputs))) < one.madeMs) sure[name] = one;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, JSON.stringify(sure));
  await rename(`${file}.${process.pid}`, file);
  return { ...before, ...made };
}

async function latestChange(files: readonly string[]): Promise<number> {
  const times = files.map(async (file) => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0);
  return Math.max(0, ...(await Promise.all(times)));
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
