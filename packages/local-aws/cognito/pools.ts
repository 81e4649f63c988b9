import { createHash } from 'node:crypto';
import { arnOf, LOCAL_REGION } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { ACCOUNT, type Owner } from '../core/store/index.ts';
import { resourceNotFound } from './errors.ts';
import { CLIENTS, copyPool, forgetPool, groupsOf, POOLS } from './kept.ts';
import type { Group, KeptPool, PoolClient } from './model.ts';
import { newKeys, PoolKeys } from './poolKeys.ts';
import type { PoolProperties } from './resources/poolProperties.ts';
import { Sessions } from './sessions.ts';
import { Users } from './users.ts';

/** A user pool. */
export interface Pool extends KeptPool {
  owner: Owner;
  /** `eu-west-1_Ab1Cd2Ef3` */
  id: string;
  arn: string;
  signing: PoolKeys;
  groups: Map<string, Group>;
  users: Users;
  sessions: Sessions;
}

/** Who asks for a pool or a client: a stack, and the name that the resource would have. */
export interface Origin {
  stackName: string;
  madeFor: string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The user pools of all stacks, with their clients and groups. Those that were kept are there again. */
export class UserPools {
  readonly #core: Core;
  readonly #byId = new Map<string, Pool>();
  readonly #clients = new Map<string, PoolClient>();

  constructor(core: Core) {
    this.#core = core;
    for (const { owner, key, value } of core.store.all(POOLS)) this.#open(owner, key, value);
    for (const { value } of core.store.all(CLIENTS)) this.#clients.set(value.id, value);
  }

  /** Where a pool's keys and tokens are from: `http://127.0.0.1:4566/eu-west-1_Ab1Cd2Ef3`. */
  issuerOf({ id }: Pick<Pool, 'id'>): string {
    return `${this.#core.endpoint()}/${id}`;
  }

  all(): Pool[] {
    return [...this.#byId.values()];
  }

  find(id: string): Pool | undefined {
    return this.#byId.get(id);
  }

  /** Throws AwsError ResourceNotFoundException. */
  get(id: string): Pool {
    const pool = this.#byId.get(id);
    if (!pool) throw resourceNotFound(`User pool ${id} does not exist.`);
    return pool;
  }

  /** The one that a stack has made before for this resource. */
  madeFor({ stackName, madeFor }: Origin): Pool | undefined {
    return this.all().find((pool) => pool.owner === stackName && pool.madeFor === madeFor);
  }

  async create({ stackName, madeFor }: Origin, properties: PoolProperties): Promise<Pool> {
    const keys = await newKeys();
    const nowMs = this.#core.clock.now();
    const id = this.#freeId(madeFor, (text) => `${LOCAL_REGION}_${idFrom(text, 9, LETTERS)}`, this.#byId);
    const kept = { madeFor, name: properties.UserPoolName ?? madeFor, properties, keys, createdAtMs: nowMs };
    const pool = this.#open(stackName, id, { ...kept, changedAtMs: nowMs });
    this.#save(pool);
    return pool;
  }

  change(pool: Pool, properties: PoolProperties): void {
    pool.properties = properties;
    pool.name = properties.UserPoolName ?? pool.madeFor;
    pool.changedAtMs = this.#core.clock.now();
    this.#save(pool);
  }

  remove(id: string): void {
    const pool = this.#byId.get(id);
    if (!pool) return;
    forgetPool(this.#core.store, pool.owner, id);
    this.#byId.delete(id);
  }

  /** Gives a stack's pool to the account, where it outlives the stack. */
  async retain(pool: Pool): Promise<void> {
    const { owner, id } = pool;
    if (owner === ACCOUNT) return;
    const { store } = this.#core;
    copyPool(store, owner, ACCOUNT, id);
    const { madeFor, name, properties, keys, createdAtMs, changedAtMs } = pool;
    const kept = { madeFor, name, properties, keys, createdAtMs, changedAtMs };
    store.collection(ACCOUNT, POOLS).put(id, kept);
    // Only what is safe in the one place goes from the other.
    await store.settled();
    forgetPool(store, owner, id);
    this.#open(ACCOUNT, id, kept);
  }

  putGroup({ owner, id, groups }: Pool, group: Group): void {
    groups.set(group.name, group);
    this.#core.store.collection(owner, groupsOf(id)).put(group.name, group);
  }

  /** Nobody is in it any more. */
  removeGroup({ owner, id, groups, users }: Pool, name: string): void {
    groups.delete(name);
    this.#core.store.collection(owner, groupsOf(id)).delete(name);
    for (const user of users.all())
      if (user.groups.includes(name)) users.save({ ...user, groups: user.groups.filter((other) => other !== name) });
  }

  findClient(id: string): PoolClient | undefined {
    return this.#clients.get(id);
  }

  /** Throws AwsError ResourceNotFoundException. */
  client(id: string): { client: PoolClient; pool: Pool } {
    const client = this.#clients.get(id);
    const pool = client && this.#byId.get(client.poolId);
    if (!client || !pool) throw resourceNotFound(`User pool client ${id} does not exist.`);
    return { client, pool };
  }

  clientMadeFor({ stackName, madeFor }: Origin): PoolClient | undefined {
    return [...this.#clients.values()].find((client) => client.owner === stackName && client.madeFor === madeFor);
  }

  createClient(
    { stackName, madeFor }: Origin,
    client: Pick<PoolClient, 'poolId' | 'properties'> & { secret?: string },
  ): PoolClient {
    const nowMs = this.#core.clock.now();
    const id = this.#freeId(madeFor, (text) => idFrom(`client ${text}`, 26, LOWER), this.#clients);
    const made = { ...client, id, owner: stackName, madeFor, createdAtMs: nowMs, changedAtMs: nowMs };
    this.saveClient(made);
    return made;
  }

  saveClient(client: PoolClient): void {
    this.#clients.set(client.id, client);
    this.#core.store.collection(client.owner, CLIENTS).put(client.id, client);
  }

  removeClient(id: string): void {
    const client = this.#clients.get(id);
    if (!client) return;
    this.#clients.delete(id);
    this.#core.store.collection(client.owner, CLIENTS).delete(id);
  }

  /** Gives a stack's client to the account. */
  async retainClient(client: PoolClient): Promise<void> {
    const { owner } = client;
    if (owner === ACCOUNT) return;
    this.saveClient({ ...client, owner: ACCOUNT });
    await this.#core.store.settled();
    this.#core.store.collection(owner, CLIENTS).delete(client.id);
  }

  /** The same at each start, unless one that a stack has left behind has it. */
  #freeId(madeFor: string, idOf: (text: string) => string, taken: ReadonlyMap<string, unknown>): string {
    const id = idOf(madeFor);
    return taken.has(id) ? idOf(`${madeFor} ${this.#core.newId()}`) : id;
  }

  #open(owner: Owner, id: string, kept: KeptPool): Pool {
    const { store, clock } = this.#core;
    const pool: Pool = {
      ...kept,
      owner,
      id,
      arn: arnOf('cognito-idp', `userpool/${id}`),
      signing: new PoolKeys(kept.keys),
      groups: new Map(store.collection(owner, groupsOf(id)).entries()),
      users: new Users(store, owner, id, kept.properties.UsernameConfiguration?.CaseSensitive ?? true),
      sessions: new Sessions(store, owner, id, clock),
    };
    this.#byId.set(id, pool);
    return pool;
  }

  #save({ owner, id, madeFor, name, properties, keys, createdAtMs, changedAtMs }: Pool): void {
    const kept = { madeFor, name, properties, keys, createdAtMs, changedAtMs };
    this.#core.store.collection(owner, POOLS).put(id, kept);
  }
}

/** How identity pools and their roles name a pool. */
export function providerName(poolId: string): string {
  return `cognito-idp.${LOCAL_REGION}.amazonaws.com/${poolId}`;
}

/** So many letters that follow from `text` alone. */
function idFrom(text: string, length: number, letters: string): string {
  const digest = createHash('sha512').update(`cognito ${text}`).digest();
  return [...digest.subarray(0, length)].map((byte) => letters[byte % letters.length]).join('');
}
