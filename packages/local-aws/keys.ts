import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The header in which the secret comes to `/_local/`. */
export const SECRET_HEADER = 'x-local-aws-secret';

/** Where the keys are, in the state folder. */
export const KEYS_FILE = 'keys.json';

const keysSchema = z.strictObject({
  /** Where the local-aws listens whose keys they are. */
  endpoint: z.string(),
  /** What lets one change local-aws, and bring code in: see SECRET_HEADER. */
  secret: z.string(),
  /** The laptop's owner, as AWS's own APIs know him. */
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
});

/**
 * What tells the laptop's owner from all others who reach the port. They are new at each start, so that whoever takes the port
 * afterwards gets nothing of use from those who believe him.
 */
export type Keys = z.output<typeof keysSchema>;

/** The keys of a local-aws cannot be had; the message is a sentence for whoever asked for them. */
export class KeysError extends Error {
  override readonly name = 'KeysError';
}

/** Makes keys that nobody can guess. */
export function newKeys(): Omit<Keys, 'endpoint'> {
  return {
    secret: randomBytes(32).toString('base64url'),
    accessKeyId: newAccessKeyId('AKIA'),
    secretAccessKey: newSecretAccessKey(),
  };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A random access key, as AWS writes them: `AKIA` for a user's, `ASIA` for a session's, and sixteen letters. */
export function newAccessKeyId(kind: 'AKIA' | 'ASIA'): string {
  return kind + [...randomBytes(16)].map((byte) => BASE32[byte % BASE32.length]).join('');
}

/** What belongs to it: forty random characters. */
export function newSecretAccessKey(): string {
  return randomBytes(30).toString('base64');
}

/** Whether somebody knows the secret. */
export function isSecret(given: string | undefined, { secret }: Pick<Keys, 'secret'>): boolean {
  const [one, other] = [Buffer.from(given ?? ''), Buffer.from(secret)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Puts keys into a state folder, where the owner alone can read them. */
export function writeKeys(folder: string, keys: Keys): void {
  removeKeys(folder);
  // `wx`: made by this very call, thus nobody's who waits for it with a file or a link of his own.
  writeFileSync(join(folder, KEYS_FILE), `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
}

/** Takes the keys away again: who finds none knows that nobody listens. */
export function removeKeys(folder: string): void {
  rmSync(join(folder, KEYS_FILE), { force: true });
}

/**
 * The keys of the local-aws at `url` (`http://127.0.0.1:4566`), which keeps its state in `folder`. Throws KeysError when they are
 * not there, another's, or not the owner's secret.
 */
export function readKeys(folder: string, url: string): Keys {
  const path = join(folder, KEYS_FILE);
  const elsewhere = `does the local-aws at ${url} keep its state in another folder (name it with LOCAL_AWS_STATE), or is it somebody else's?`;
  let keys: Keys;
  try {
    const { mode, uid } = statSync(path);
    if (process.getuid && (uid !== process.getuid() || (mode & 0o077) !== 0))
      throw new KeysError('others can read or write it: remove it, and start local-aws again');
    keys = keysSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const why =
      cause instanceof KeysError
        ? cause.message
        : `${isMissing ? 'it is not there' : 'it cannot be read'}: ${elsewhere}`;
    throw new KeysError(`The keys of local-aws in ${path} cannot be used: ${why}`, { cause });
  }
  if (new URL(keys.endpoint).port !== new URL(url).port)
    throw new KeysError(`The keys in ${path} are those of a local-aws at ${keys.endpoint}: ${elsewhere}`);
  return keys;
}
