import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LOCK_FILES, lockState, OLD_STATE_ENTRIES, STATE_ENTRIES } from './core/store/index.ts';
import { KEYS_FILE } from './keys.ts';
import { CODE_FOLDER } from './lambda/code/uploads.ts';
import { BODIES_FOLDER } from './s3/bodies.ts';

/**
 * The folder of state in the repository that `from` lies in (its root is the nearest with a pnpm-workspace.yaml): `named` (default:
 * LOCAL_AWS_STATE), relative to that root, or `.local-aws`.
 */
export function defaultStateFolder(from: string, named: string | undefined = process.env.LOCAL_AWS_STATE): string {
  const name = named || '.local-aws';
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return resolve(folder, name);
  }
  return resolve(from, name);
}

/** The state folder is not what it should be; the message is a sentence for whoever named it. */
export class StateFolderError extends Error {
  override readonly name = 'StateFolderError';
}

/** All that local-aws ever writes into its state folder. */
const OWN_ENTRIES = new Set<string>([
  ...STATE_ENTRIES,
  ...OLD_STATE_ENTRIES,
  ...LOCK_FILES,
  KEYS_FILE,
  BODIES_FOLDER,
  CODE_FOLDER,
  'logs',
]);

/**
 * Forgets the state of earlier runs. Throws StateFolderError, and removes nothing, when the folder holds something that local-aws did not
 * write: `--state` may have been given the wrong folder. Throws StateError when another local-aws holds the folder.
 */
export async function dropState(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const foreign = (await readdir(folder)).filter((entry) => !OWN_ENTRIES.has(entry));
  if (foreign.length > 0) {
    throw new StateFolderError(`${folder} is not dropped: it holds '${foreign[0]}', which local-aws did not write.`);
  }
  const lock = lockState(folder);
  try {
    // The lock's file stays: another process may be waiting at it.
    const entries = (await readdir(folder)).filter((entry) => !(LOCK_FILES as readonly string[]).includes(entry));
    for (const entry of entries) await rm(join(folder, entry), { recursive: true });
  } finally {
    lock.release();
  }
}
