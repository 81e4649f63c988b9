import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { checkedOperations } from '../core/checkedOperation.ts';
import type { Core } from '../core/cloud.ts';
import { type Permission, RawAnswer } from '../core/service.ts';
import { invalidParameter, notAuthorized, userNotFound } from './errors.ts';
import type { Mail } from './mail.ts';
import type { PoolClient, User } from './model.ts';
import type { PasswordGate } from './passwordGate.ts';
import type { Pool, UserPools } from './pools.ts';
import type { Triggers } from './triggers.ts';

/** What the operations of user pools work on. */
export interface PoolState {
  core: Core;
  pools: UserPools;
  triggers: Triggers;
  mail: Mail;
  gate: PasswordGate;
}

/** What AWS shows of a value that it refuses; of all others, which may be a secret, it does not. */
const SHOWN = new Set(['UserPoolId', 'GroupName', 'Limit', 'AuthFlow']);

/** An operation of user pools. What its input says wrongly is told without the value: it may be a password. */
export const poolOperation = checkedOperations('cognito-idp', (path, reason, missing, value) => {
  const name = path.slice(0, 1).toLowerCase() + path.slice(1);
  if (missing)
    return invalidParameter(
      `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  const shown = SHOWN.has(path) ? `Value '${value}'` : 'Value';
  return invalidParameter(`1 validation error detected: ${shown} at '${name}' failed to satisfy constraint: ${reason}`);
});

/** Parameters that many operations have: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html */
export const userPoolId = z
  .string()
  .max(55)
  .regex(/^[\w-]+_[0-9a-zA-Z]+$/, 'Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+');
export const clientId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\w+]+$/);
export const userName = z
  .string()
  .min(1)
  .max(128)
  .regex(
    /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u,
    'Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+',
  );
export const newPassword = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\S+$/, 'Member must satisfy regular expression pattern: [\\S]+');
export const code = z
  .string()
  .min(1)
  .max(2048)
  .regex(/^\S+$/, 'Member must satisfy regular expression pattern: [\\S]+');
export const attributeList = z
  .array(z.strictObject({ Name: z.string().min(1).max(32), Value: z.string().max(2048).default('') }))
  .max(50)
  .default([]);
export const clientMetadata = z.record(z.string(), z.string()).optional();
export const secretHash = z.string().optional();
export const most = z.int().min(1).max(60).default(60);

/** What IAM is asked for an operation on a pool. */
export function onPool(action: string, poolId: string): Permission[] {
  return [{ action: `cognito-idp:${action}`, resource: arnOf('cognito-idp', `userpool/${poolId}`) }];
}

/** The pool that a client belongs to, for the journal; undefined when there is none. */
export function targetOf({ pools }: Pick<PoolState, 'pools'>, id: string): string | undefined {
  return pools.find(pools.findClient(id)?.poolId ?? '')?.arn;
}

/** The answer of operations that AWS gives no body. */
export const noBody = () => new RawAnswer(200, { 'content-type': 'application/x-amz-json-1.1' }, '');

/** Throws AwsError NotAuthorizedException when a client with a secret does not show that it has it. */
export function checkSecret({ id, secret }: PoolClient, name: string, given: string | undefined): void {
  if (secret === undefined) return;
  const wanted = createHmac('sha256', secret)
    .update(name + id)
    .digest();
  const found = Buffer.from(given ?? '', 'base64');
  if (found.length !== wanted.length || !timingSafeEqual(found, wanted))
    throw notAuthorized(`Unable to verify secret hash for client ${id}`);
}

/** Attributes as the API has them. */
export function attributesFrom(list: readonly { Name: string; Value: string }[]): Record<string, string> {
  return Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));
}

export function attributesOf({ sub }: User, attributes: Readonly<Record<string, string>>) {
  return Object.entries({ ...attributes, sub }).map(([Name, Value]) => ({ Name, Value }));
}

/** A user whom an administrator names. Throws AwsError UserNotFoundException. */
export function findUser({ users }: Pool, name: string): User {
  const user = users.find(name);
  if (!user) throw userNotFound('User does not exist.');
  return user;
}

/** A time as the API has it: seconds since the epoch. */
export const seconds = (ms: number): number => ms / 1000;

/** A page of a list, and the token of the next. Throws AwsError InvalidParameterException. */
export function pageOf<T>(all: readonly T[], limit: number, token: string | undefined): { page: T[]; next?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('Invalid pagination token provided.');
  const page = all.slice(start, start + limit);
  const end = start + page.length;
  return { page, ...(end < all.length && { next: Buffer.from(String(end)).toString('base64url') }) };
}
