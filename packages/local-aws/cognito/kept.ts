import { z } from 'zod';
import { type Kind, kind, kinds, type Owner, type Store } from '../core/store/index.ts';
import type { Group, KeptPool, PoolClient, Session, User } from './model.ts';

const anyObject = z.looseObject({});
const jwk = z.looseObject({ kty: z.literal('RSA'), kid: z.string(), n: z.string(), d: z.string() });

export const POOLS = kind<KeptPool>(
  'cognito/pools',
  z.looseObject({
    madeFor: z.string(),
    name: z.string(),
    properties: anyObject,
    keys: z.looseObject({ id: jwk, access: jwk, session: z.string() }),
  }),
);
export const CLIENTS = kind<PoolClient>(
  'cognito/clients',
  z.looseObject({ id: z.string(), poolId: z.string(), madeFor: z.string(), properties: anyObject }),
);
export const groupsOf = kinds<Group>('cognito/groups/', z.looseObject({ name: z.string() }));
export const usersOf = kinds<User>(
  'cognito/users/',
  z.looseObject({
    name: z.string(),
    sub: z.string(),
    attributes: z.record(z.string(), z.string()),
    status: z.string(),
    groups: z.array(z.string()),
    codes: anyObject,
    attempts: anyObject,
  }),
);
export const sessionsOf = kinds<Session>(
  'cognito/sessions/',
  z.looseObject({
    id: z.string(),
    sub: z.string(),
    clientId: z.string(),
    tokenHash: z.string(),
    expiresAtMs: z.number(),
  }),
);

/** What is kept under an id beside the pool itself. */
const PARTS = [groupsOf, usersOf, sessionsOf];

/** Forgets a pool and all that it has. */
export function forgetPool(store: Store, owner: Owner, poolId: string): void {
  for (const kindOf of PARTS) {
    const collection = store.collection<unknown>(owner, kindOf(poolId) as Kind<unknown>);
    for (const [key] of collection.entries()) collection.delete(key);
  }
  store.collection(owner, POOLS).delete(poolId);
}

/** Copies all that a pool has beside itself to another owner. */
export function copyPool(store: Store, from: Owner, to: Owner, poolId: string): void {
  for (const kindOf of PARTS) {
    const target = store.collection<unknown>(to, kindOf(poolId) as Kind<unknown>);
    for (const [key, value] of store.collection<unknown>(from, kindOf(poolId) as Kind<unknown>).entries())
      target.put(key, value);
  }
}
