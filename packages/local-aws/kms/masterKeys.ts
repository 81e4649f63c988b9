import { z } from 'zod';
import { arnOf, isArnOf, parseArn } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import type { PolicyDocument } from '../core/service.ts';
import { ACCOUNT, kind, type Owner } from '../core/store/index.ts';
import { newMaterial } from './cipher.ts';
import { accountPolicy, managedKeyPolicy } from './policies.ts';

/** What a key encrypts with since `sinceMs`; those before decrypt what was encrypted with them. */
export interface Material {
  id: string;
  /** 256 bits, base64. */
  bytes: string;
  sinceMs: number;
}

/** A KMS key. */
export interface MasterKey {
  owner: Owner;
  id: string;
  arn: string;
  /** The resource of the stack that it belongs to. */
  logicalId?: string;
  description: string;
  /** AWS's own keys are made when a service first needs them, and nobody changes them. */
  manager: 'AWS' | 'CUSTOMER';
  isEnabled: boolean;
  /** Left out: the key is not rotated. */
  rotationDays?: number;
  policy: PolicyDocument;
  createdMs: number;
  /** When it is gone; left out where nobody wants it deleted. */
  deletedAtMs?: number;
  /** Oldest first. */
  materials: Material[];
}

/** A name for a key, `alias/...`. */
export interface Alias {
  owner: Owner;
  name: string;
  keyId: string;
}

/** What of a key its template says. */
export type KeySettings = Pick<MasterKey, 'description' | 'isEnabled' | 'policy'> & {
  rotationDays: number | undefined;
};

const KEYS = kind<MasterKey>(
  'kms/keys',
  z.looseObject({
    owner: z.string(),
    id: z.string(),
    arn: z.string(),
    materials: z.array(z.looseObject({ id: z.string(), bytes: z.string(), sinceMs: z.number() })).min(1),
  }),
);
const ALIASES = kind<Alias>('kms/aliases', z.looseObject({ owner: z.string(), name: z.string(), keyId: z.string() }));

const DAY_MS = 86_400_000;

export const aliasArn = (name: string): string => arnOf('kms', name);

const notFound = (message: string) => new AwsError('NotFoundException', message);

type Needs = Pick<Core, 'clock' | 'newId' | 'store'>;

/** All keys with their material, and the names that they go by. Material stands in the state folder, and nowhere else. */
export class MasterKeys {
  readonly #core: Needs;
  readonly #byId = new Map<string, MasterKey>();
  readonly #aliases = new Map<string, Alias>();

  constructor(core: Needs) {
    this.#core = core;
    for (const { value } of core.store.all(KEYS)) this.#byId.set(value.id, value);
    for (const { value } of core.store.all(ALIASES)) this.#aliases.set(value.name, value);
  }

  aliases(): Alias[] {
    return [...this.#aliases.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  alias(name: string): Alias | undefined {
    return this.#aliases.get(name);
  }

  aliasesOf(keyId: string): string[] {
    return this.aliases().flatMap((alias) => (alias.keyId === keyId ? alias.name : []));
  }

  /** The key of a stack's resource. */
  ofResource(owner: Owner, logicalId: string): MasterKey | undefined {
    return [...this.#byId.values()].find((key) => key.owner === owner && key.logicalId === logicalId);
  }

  /** By id, ARN, alias or alias's ARN. Throws AwsError `NotFoundException`. */
  find(asked: string): MasterKey {
    const isArn = isArnOf('kms', asked);
    const name = isArn ? parseArn(asked).resource : asked;
    if (name.startsWith('alias/')) {
      const alias = this.#aliases.get(name) ?? this.#managedAlias(name);
      if (!alias) throw notFound(`Alias ${aliasArn(name)} is not found.`);
      return this.#found(alias.keyId);
    }
    const id = isArn ? name.replace(/^key\//, '') : name;
    if (!/^[\w-]{1,64}$/.test(id)) throw notFound(`Invalid keyId '${asked}'`);
    return this.#found(id);
  }

  /** The same, for a key that is to work. Throws AwsError `NotFoundException`, `DisabledException`, `KMSInvalidStateException`. */
  usable(asked: string): MasterKey {
    const key = this.find(asked);
    if (key.deletedAtMs !== undefined)
      throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
    if (!key.isEnabled) throw new AwsError('DisabledException', `${key.arn} is disabled.`);
    return key;
  }

  /** What the key encrypts with now: as often as it is to be rotated, something new. */
  materialOf(key: MasterKey): Material {
    const nowMs = this.#core.clock.now();
    const newest = key.materials.at(-1);
    const isFresh = key.rotationDays === undefined || (newest && nowMs < newest.sinceMs + key.rotationDays * DAY_MS);
    if (newest && isFresh) return newest;
    const material = this.#newMaterial();
    this.change(key, { materials: [...key.materials, material] });
    return material;
  }

  create(owner: Owner, logicalId: string, { rotationDays, ...settings }: KeySettings): MasterKey {
    return this.#keep({ ...this.#blank(owner), ...settings, logicalId, ...(rotationDays && { rotationDays }) });
  }

  change(key: MasterKey, settings: Partial<MasterKey>): MasterKey {
    return this.#keep({ ...key, ...settings });
  }

  /** Says anew all that the template says of a key. */
  set({ rotationDays: _before, ...key }: MasterKey, { rotationDays, ...settings }: KeySettings): MasterKey {
    return this.#keep({ ...key, ...settings, ...(rotationDays && { rotationDays }) });
  }

  /** It is gone after the waiting period, and does nothing before. Gives when, in milliseconds since the epoch. */
  scheduleDeletion(key: MasterKey, days: number): number {
    const deletedAtMs = this.#core.clock.now() + days * DAY_MS;
    this.#keep({ ...key, isEnabled: false, deletedAtMs });
    return deletedAtMs;
  }

  /** It stays, but is not enabled by that. */
  cancelDeletion({ deletedAtMs: _deleted, ...key }: MasterKey): void {
    this.#keep(key);
  }

  /** Its stack has it no more: it is the account's from now on. */
  release({ owner, logicalId: _, ...key }: MasterKey): MasterKey {
    const released = this.#keep({ ...key, owner: ACCOUNT });
    this.#core.store.collection(owner, KEYS).delete(key.id);
    return released;
  }

  putAlias(alias: Alias): void {
    this.#aliases.set(alias.name, alias);
    this.#core.store.collection(alias.owner, ALIASES).put(alias.name, alias);
  }

  /** It stays when its stack goes. */
  releaseAlias(name: string): void {
    const alias = this.#aliases.get(name);
    this.removeAlias(name);
    if (alias) this.putAlias({ ...alias, owner: ACCOUNT });
  }

  removeAlias(name: string): void {
    const alias = this.#aliases.get(name);
    this.#aliases.delete(name);
    if (alias) this.#core.store.collection(alias.owner, ALIASES).delete(name);
  }

  /** A key whose time has come is gone for good, and with it all that was encrypted with it. */
  #found(id: string): MasterKey {
    const key = this.#byId.get(id);
    if (key?.deletedAtMs !== undefined && key.deletedAtMs <= this.#core.clock.now()) {
      this.#byId.delete(id);
      this.#core.store.collection(key.owner, KEYS).delete(id);
      for (const name of this.aliasesOf(id)) this.removeAlias(name);
    }
    const there = this.#byId.get(id);
    if (!there) throw notFound(`Key '${arnOf('kms', `key/${id}`)}' does not exist`);
    return there;
  }

  /** `alias/aws/<service>` stands for the key that AWS makes for an account when the service first needs it. */
  #managedAlias(name: string): Alias | undefined {
    const service = /^alias\/aws\/(ssm)$/.exec(name)?.[1];
    if (service === undefined) return undefined;
    const key = this.#keep({
      ...this.#blank(ACCOUNT),
      manager: 'AWS',
      description: `Default key that protects what ${service} keeps when no other key is defined`,
      policy: managedKeyPolicy(service),
    });
    const alias = { owner: ACCOUNT, name, keyId: key.id };
    this.putAlias(alias);
    return alias;
  }

  #blank(owner: Owner): MasterKey {
    const id = this.#core.newId();
    return {
      owner,
      id,
      arn: arnOf('kms', `key/${id}`),
      description: '',
      manager: 'CUSTOMER',
      isEnabled: true,
      policy: accountPolicy(),
      createdMs: this.#core.clock.now(),
      materials: [this.#newMaterial()],
    };
  }

  #newMaterial(): Material {
    return { id: this.#core.newId(), bytes: newMaterial().toString('base64'), sinceMs: this.#core.clock.now() };
  }

  #keep(key: MasterKey): MasterKey {
    this.#byId.set(key.id, key);
    this.#core.store.collection(key.owner, KEYS).put(key.id, key);
    return key;
  }
}
