import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LOCAL_REGION } from '../../core/arn.ts';
import type { Core } from '../../core/cloud.ts';
import { type Collection, kinds, type Owner } from '../../core/store/index.ts';
import type { RoleSettings } from './roleSettings.ts';

/** Who has signed in with a provider, as an identity pool knows him. */
interface Identity {
  /** `eu-west-1:<UUID>` */
  id: string;
}

const identitiesOf = kinds<Identity>('cognito/identities/', z.looseObject({ id: z.string() }));

/** A client of a user pool whose tokens an identity pool takes. */
export interface Provider {
  /** `cognito-idp.eu-west-1.amazonaws.com/<user pool>` */
  name: string;
  clientId: string;
  /** Whether tokens of sessions that have been ended, and of users that are gone, are refused. */
  asksServer: boolean;
}

/** An identity pool. */
export interface IdentityPool {
  id: string;
  owner: Owner;
  name: string;
  providers: readonly Provider[];
  roles?: RoleSettings | undefined;
  /** Which identity belongs to a sign-in, by provider and `sub`. */
  identities: Map<string, string>;
}

const signInOf = (provider: string, sub: string): string => `${provider} ${sub}`;

/** The identity pools of all stacks. Identities are kept: who signs in again is the same one. */
export class IdentityPools {
  readonly #core: Core;
  readonly #byId = new Map<string, IdentityPool>();
  /** Which pool an identity is of. */
  readonly #poolsByIdentity = new Map<string, IdentityPool>();

  constructor(core: Core) {
    this.#core = core;
  }

  find(id: string): IdentityPool | undefined {
    return this.#byId.get(id);
  }

  ofIdentity(identityId: string): IdentityPool | undefined {
    return this.#poolsByIdentity.get(identityId);
  }

  /** The pool under this name, which is the same at each start, with the identities that an earlier run has left it. */
  put(owner: Owner, madeFor: string, settings: Pick<IdentityPool, 'name' | 'providers'>): IdentityPool {
    const id = idFrom(madeFor);
    const pool = { id, owner, ...settings, identities: new Map<string, string>() };
    this.#byId.set(id, pool);
    for (const [signIn, identity] of this.#kept(pool).entries()) this.#hold(pool, signIn, identity.id);
    return pool;
  }

  remove(id: string): void {
    const pool = this.#byId.get(id);
    if (!pool) return;
    this.#byId.delete(id);
    for (const [signIn, identityId] of pool.identities) {
      this.#poolsByIdentity.delete(identityId);
      this.#kept(pool).delete(signIn);
    }
  }

  /** The identity of who has signed in, known or new. */
  identify(pool: IdentityPool, provider: string, sub: string): string {
    const signIn = signInOf(provider, sub);
    const known = pool.identities.get(signIn);
    if (known !== undefined) return known;
    const id = `${LOCAL_REGION}:${this.#core.newId()}`;
    this.#hold(pool, signIn, id);
    this.#kept(pool).put(signIn, { id });
    return id;
  }

  /** Whether the identity is that of who has signed in. */
  isHis(pool: IdentityPool, identityId: string, provider: string, sub: string): boolean {
    return pool.identities.get(signInOf(provider, sub)) === identityId;
  }

  #hold(pool: IdentityPool, signIn: string, identityId: string): void {
    pool.identities.set(signIn, identityId);
    this.#poolsByIdentity.set(identityId, pool);
  }

  #kept({ owner, id }: IdentityPool): Collection<Identity> {
    return this.#core.store.collection(owner, identitiesOf(id));
  }
}

/** A UUID that follows from `text` alone, in the region. */
function idFrom(text: string): string {
  const hex = createHash('sha256').update(`identity pool ${text}`).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `${LOCAL_REGION}:${parts.join('-')}`;
}
