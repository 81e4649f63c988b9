import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import type { PoolProperties } from './resources/poolProperties.ts';

/**
 * What a hash costs: 16 MB and some 30 ms of another thread. It is kept with each hash, so that it can be raised.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
const COST = 16_384;
const BLOCK_SIZE = 8;
const HASH_BYTES = 32;

/** Of Node.js's four threads two stay free for all others: a thousand sign-ins at once must not hold up what is checked by signature. */
const AT_ONCE = 2;

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  if (running >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
  else running += 1;
  try {
    return await new Promise((resolve, reject) => {
      const options = { N: cost, r: BLOCK_SIZE, p: 1, maxmem: 256 * cost * BLOCK_SIZE };
      // One spelling of a password is as good as another that looks the same.
      scrypt(password.normalize('NFC'), salt, HASH_BYTES, options, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** What is kept of a password: `scrypt$<cost>$<salt>$<hash>`, in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return ['scrypt', COST, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether it is the password. Without a hash it is not, and takes as long: nobody shall hear who is not there. */
export async function isPassword(password: string, kept: string | undefined): Promise<boolean> {
  const [, cost, salt = '', hash = ''] = (kept ?? `scrypt$${COST}$${'A'.repeat(22)}$`).split('$');
  const found = await derive(password, Buffer.from(salt, 'base64url'), Number(cost));
  const wanted = Buffer.from(hash, 'base64url');
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

type Policies = PoolProperties['Policies'];

/** The policy of a pool whose template says nothing: https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html */
const DEFAULT_POLICY = {
  MinimumLength: 8,
  RequireLowercase: true,
  RequireUppercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  TemporaryPasswordValidityDays: 7,
};

export function passwordPolicyOf(policies: Policies) {
  return policies?.PasswordPolicy ?? DEFAULT_POLICY;
}

const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/;

/** Why a password does not fit the pool's policy, in Cognito's words; undefined when it does. */
export function policyProblem(policies: Policies, password: string): string | undefined {
  const policy = passwordPolicyOf(policies);
  const problems: [boolean, string][] = [
    [password.length < policy.MinimumLength, 'Password not long enough'],
    [policy.RequireUppercase && !/[A-Z]/.test(password), 'Password must have uppercase characters'],
    [policy.RequireLowercase && !/[a-z]/.test(password), 'Password must have lowercase characters'],
    [policy.RequireNumbers && !/\d/.test(password), 'Password must have numeric characters'],
    [policy.RequireSymbols && !SYMBOL.test(password), 'Password must have symbol characters'],
  ];
  return problems.find(([fails]) => fails)?.[1];
}

const LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A password for a user whom an administrator has made; it fits every policy. */
export function newTemporaryPassword(policies: Policies): string {
  const length = Math.max(12, passwordPolicyOf(policies).MinimumLength);
  return `aA1!${Array.from({ length: length - 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
}
