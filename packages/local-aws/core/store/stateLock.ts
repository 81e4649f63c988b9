import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { StateError } from './store.ts';

/** The files of the lock, in the state folder. */
export const LOCK_FILES = ['lock', 'holder.json'] as const;
const [LOCK, HOLDER] = LOCK_FILES;

const holderSchema = z.object({ pid: z.number(), since: z.string() });

/** Stands for a state folder that is this one's alone. */
export interface StateLock {
  release(): void;
}

/**
 * Takes the state folder, and makes it where there is none. The lock is SQLite's on an empty file, thus one of the operating
 * system's: it ends with the process that holds it, however that ends. Throws StateError, a sentence that names the holder.
 */
export function lockState(folder: string): StateLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const path = join(folder, LOCK);
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = memory; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new StateError(`The state folder ${folder} is in use by ${holderOf(folder)}.`, { cause });
  }
  writeFileSync(join(folder, HOLDER), JSON.stringify({ pid: process.pid, since: new Date().toISOString() }), {
    mode: 0o600,
  });
  return {
    release() {
      if (!database.isOpen) return;
      rmSync(join(folder, HOLDER), { force: true });
      database.close();
    },
  };
}

function holderOf(folder: string): string {
  const end = 'end it, or use another folder (--state, LOCAL_AWS_STATE)';
  try {
    const { pid, since } = holderSchema.parse(JSON.parse(readFileSync(join(folder, HOLDER), 'utf8')));
    return `the local-aws of process ${pid}, since ${since}: ${end}`;
  } catch {
    return `another local-aws: ${end}`;
  }
}
