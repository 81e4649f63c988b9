import { z } from 'zod';
import type { CallContext } from '../core/service.ts';
import { withAttempt } from './attempts.ts';
import { codeMismatch, expiredCode, usernameExists } from './errors.ts';
import { type CodeDelivery, newCode } from './mail.ts';
import type { CodePurpose, PoolClient, User } from './model.ts';
import type { Pool } from './pools.ts';
import type { PoolState } from './service.ts';
import { attributesFor } from './triggers.ts';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html */
const SIGN_UP_CODE_MS = 24 * 60 * 60_000;

/** Puts a new user into a pool. Throws AwsError UsernameExistsException when the name is taken. */
export function addUser(
  { core }: PoolState,
  pool: Pool,
  name: string,
  user: Pick<User, 'attributes' | 'status'> & Partial<User>,
): User {
  if (pool.users.find(name)) throw usernameExists('User already exists');
  const nowMs = core.clock.now();
  return pool.users.save({
    name,
    sub: core.newId(),
    enabled: true,
    createdAtMs: nowMs,
    changedAtMs: nowMs,
    groups: [],
    codes: {},
    attempts: {},
    ...user,
  });
}

/** The client that a user acts by, and what it says. */
export interface Chosen {
  clientId?: string;
  clientMetadata?: Record<string, string> | undefined;
}

/** Tells the pool's function of somebody who is confirmed now. Its failure is the caller's, the user stays confirmed. */
export async function afterConfirmation(
  { triggers }: PoolState,
  pool: Pool,
  user: User,
  source: 'PostConfirmation_ConfirmSignUp' | 'PostConfirmation_ConfirmForgotPassword',
  { clientId: id, clientMetadata: metadata }: Chosen,
  context: CallContext,
): Promise<void> {
  const request = { userAttributes: attributesFor(user), ...(metadata && { clientMetadata: metadata }) };
  await triggers.call(
    pool,
    'PostConfirmation',
    { source, userName: user.name, clientId: id, request },
    z.unknown(),
    context,
  );
}

/** Mails a code that confirms a sign-up. */
export async function sendSignUpCode(
  state: PoolState,
  pool: Pool,
  user: User,
  source: 'CustomMessage_SignUp' | 'CustomMessage_ResendCode',
  chosen: Chosen,
  context: CallContext,
): Promise<CodeDelivery> {
  const secret = newCode();
  const expiresAtMs = state.core.clock.now() + SIGN_UP_CODE_MS;
  pool.users.change(user, ({ codes }) => ({ codes: { ...codes, signUp: { code: secret, expiresAtMs } } }));
  return state.mail.send(pool, user, source, { secret, ...chosen }, context);
}

/** Takes a code for what it was sent for; it is good once. Throws AwsError CodeMismatchException, ExpiredCodeException. */
export function takeCode({ core }: PoolState, pool: Pool, user: User, purpose: CodePurpose, given: string): User {
  const known = user.codes[purpose];
  if (!known || known.expiresAtMs <= core.clock.now())
    throw expiredCode('Invalid code provided, please request a code again.');
  if (known.code !== given) throw codeMismatch('Invalid verification code provided, please try again.');
  return pool.users.change(user, ({ codes: { [purpose]: _taken, ...codes } }) => ({ codes }));
}

/** Makes a user one who may sign in. */
export function confirm({ core }: PoolState, pool: Pool, user: User, more: Record<string, string> = {}): User {
  return pool.users.change(user, ({ attributes }) => ({
    status: 'CONFIRMED',
    attributes: { ...attributes, ...more },
    changedAtMs: core.clock.now(),
  }));
}

/** Counts an attempt of a user. Throws AwsError LimitExceededException. */
export function countAttempt({ core }: PoolState, pool: Pool, user: User, attempt: keyof User['attempts']): User {
  return pool.users.change(user, ({ attempts }) => ({ attempts: withAttempt(attempts, attempt, core.clock.now()) }));
}

/** Whether a client tells nobody which users there are. */
export const hidesUsers = ({ properties }: PoolClient): boolean => properties.PreventUserExistenceErrors === 'ENABLED';
