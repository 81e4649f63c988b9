import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { StateError } from './store.ts';

/** The files of the lock, in the state folder. */
export const LOCK_FILES = ['lock', 'holder.json'] as const;
const [LOCK, HOLDER] = LOCK_FILES;

const holderSchema = z.object({ pid: z.number(), since: z.string(), isOpen: z.boolean().default(false) });

/** Stands for a state folder that is this one's alone. */
export interface StateLock {
  /** Whether the one before ended without closing its files, all of which have a log then. */
  wasLeftOpen: boolean;
  /** Says that all files are open now, or are about to be closed. */
  markOpen(isOpen: boolean): void;
  release(): void;
}

/**
 * Takes the state folder, and makes it where there is none. The lock is SQLite's on an empty file, thus one of the operating
 * system's: it ends with the process that holds it, however that ends. Throws StateError, a sentence that names the holder.
 */
export function lockState(folder: string): StateLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  refuseForeign(folder);
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
  const wasLeftOpen = readHolder(folder)?.isOpen ?? false;
  const since = new Date().toISOString();
  const markOpen = (isOpen: boolean) =>
    writeFileSync(join(folder, HOLDER), JSON.stringify({ pid: process.pid, since, isOpen }), { mode: 0o600 });
  // What was left open stays so until it is looked at.
  markOpen(wasLeftOpen);
  return {
    wasLeftOpen,
    markOpen,
    release() {
      if (!database.isOpen) return;
      rmSync(join(folder, HOLDER), { force: true });
      database.close();
    },
  };
}

function holderOf(folder: string): string {
  const end = 'end it, or use another folder (--state, LOCAL_AWS_STATE)';
  const holder = readHolder(folder);
  return holder ? `the local-aws of process ${holder.pid}, since ${holder.since}: ${end}` : `another local-aws: ${end}`;
}

function readHolder(folder: string): z.output<typeof holderSchema> | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(join(folder, HOLDER), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whose folder it is may open it to others again. */
function refuseForeign(folder: string): void {
  const { uid } = statSync(folder);
  if (process.getuid && uid !== process.getuid())
    throw new StateError(
      `The state folder ${folder} belongs to another user (${uid}): use one of your own (--state, LOCAL_AWS_STATE).`,
    );
}
