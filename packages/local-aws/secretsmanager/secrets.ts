import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { parseJson } from '../core/boundedJson.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { ACCOUNT, kind, type Owner } from '../core/store/index.ts';

/** A secret with the one version that it has. */
export interface Secret {
  owner: Owner;
  name: string;
  /** With six letters behind the name, as AWS has it. */
  arn: string;
  description?: string;
  versionId: string;
  /** Undefined: it has no value yet. */
  value?: string;
  createdMs: number;
  changedMs: number;
  /** The service that looks after it (`events`). Such a secret is made anew by what it belongs to, and not kept. */
  owningService?: string;
}

const SECRETS = kind<Secret>(
  'secretsmanager/secrets',
  z.looseObject({ owner: z.string(), name: z.string(), arn: z.string(), value: z.string().optional() }),
);

const SUFFIX_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX_LENGTH = 6;
const CURRENT = 'AWSCURRENT';

const notFound = (what: string) =>
  new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}.`);

/** The ARN of a secret; without `suffix` the beginning of it. */
export const secretArn = (name: string, suffix = '') =>
  arnOf('secretsmanager', `secret:${name}${suffix && '-'}${suffix}`);

/** All secrets. What they say is handed to whoever may read it, and stands nowhere else. */
export class Secrets {
  readonly #core: Core;
  readonly #byName = new Map<string, Secret>();

  constructor(core: Core) {
    this.#core = core;
    for (const { value } of core.store.all(SECRETS)) this.#byName.set(value.name, value);
  }

  list(): Secret[] {
    return [...this.#byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  get(name: string): Secret | undefined {
    return this.#byName.get(name);
  }

  /** By name, by ARN, or by ARN without its last seven characters. Throws AwsError `ResourceNotFoundException`. */
  find(id: string): Secret {
    const secret =
      this.#byName.get(id) ??
      [...this.#byName.values()].find(({ arn }) => arn === id || arn.slice(0, -1 - SUFFIX_LENGTH) === id);
    if (!secret) throw notFound('secret');
    return secret;
  }

  /** The text of a secret. Throws AwsError `ResourceNotFoundException`. */
  valueOf(id: string, stage = CURRENT, versionId?: string): string {
    const { value, versionId: current } = this.find(id);
    if (value === undefined || stage !== CURRENT) throw notFound(`secret value for staging label: ${stage}`);
    if (versionId !== undefined && versionId !== current) throw notFound(`secret value for VersionId: ${versionId}`);
    return value;
  }

  /** Throws AwsError `ResourceExistsException`. `suffix`: of its ARN, where it is to be the same each time. */
  create(secret: Omit<Secret, 'arn' | 'versionId' | 'createdMs' | 'changedMs'>, suffix = newSuffix()): Secret {
    if (this.#byName.has(secret.name)) {
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the secret ${secret.name} already exists.`,
      );
    }
    const nowMs = this.#core.clock.now();
    const arn = secretArn(secret.name, suffix);
    return this.#put({ ...secret, arn, versionId: this.#core.newId(), createdMs: nowMs, changedMs: nowMs });
  }

  /** Another value is another version. */
  change(before: Secret, { description, value }: Pick<Secret, 'description' | 'value'>): Secret {
    if (before.description === description && before.value === value) return before;
    const { description: _description, value: _value, ...rest } = before;
    return this.#put({
      ...rest,
      ...(description !== undefined && { description }),
      ...(value !== undefined && { value }),
      ...(value !== before.value && { versionId: this.#core.newId() }),
      changedMs: this.#core.clock.now(),
    });
  }

  remove(name: string): void {
    const secret = this.#byName.get(name);
    this.#byName.delete(name);
    if (secret && !secret.owningService) this.#core.store.collection(secret.owner, SECRETS).delete(name);
  }

  /** It is the account's from now on. */
  retain(secret: Secret): void {
    this.#put({ ...secret, owner: ACCOUNT });
    this.#core.store.collection(secret.owner, SECRETS).delete(secret.name);
  }

  #put(secret: Secret): Secret {
    this.#byName.set(secret.name, secret);
    if (!secret.owningService) this.#core.store.collection(secret.owner, SECRETS).put(secret.name, secret);
    return secret;
  }
}

function newSuffix(): string {
  return Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]).join('');
}

const REFERENCE =
  /^(?<id>arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+|[^:]+)(?::SecretString(?::(?<key>[^:]*)(?::(?<stage>[^:]*)(?::(?<version>[^:]*))?)?)?)?$/;

/**
 * What `{{resolve:secretsmanager:<reference>}}` stands for; undefined when it leads to nothing.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export function resolveSecret(secrets: Secrets, reference: string): string | undefined {
  const { id, key, stage, version } = REFERENCE.exec(reference)?.groups ?? {};
  if (id === undefined) return undefined;
  try {
    const value = secrets.valueOf(id, stage || undefined, version || undefined);
    if (!key) return value;
    const members = parseJson(value) as Record<string, unknown> | null;
    return typeof members === 'object' && members !== null && Object.hasOwn(members, key)
      ? String(members[key])
      : undefined;
  } catch {
    return undefined;
  }
}
