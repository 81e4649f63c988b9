import { z } from 'zod';
import type { Core } from '../core/cloud.ts';
import { AwsError, NotSupportedError } from '../core/errors.ts';
import { Regex } from '../core/regex/regex.ts';
import { ACCOUNT, kind, type Owner } from '../core/store/index.ts';
import { checkName, invalid, keyOf, type Selected } from './names.ts';

export const PARAMETER_TYPES = ['String', 'StringList', 'SecureString'] as const;
export const TIERS = ['Standard', 'Advanced', 'Intelligent-Tiering'] as const;

/** How long a value may be, by tier, in characters. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const MAX_VALUE = { Standard: 4096, Advanced: 8192 } as const;
/** So many versions are kept: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html */
const MAX_VERSIONS = 100;

/** What a parameter says, or said once. */
export interface Version {
  version: number;
  type: (typeof PARAMETER_TYPES)[number];
  /** Of a SecureString sealed, as those see it who do not ask for decryption. */
  value: string;
  /** Of a SecureString: the key that it is sealed by, as it was named. */
  keyId?: string;
  tier: keyof typeof MAX_VALUE;
  description?: string;
  allowedPattern?: string;
  changedMs: number;
  /** An ARN. */
  changedBy: string;
}

/** A parameter with its history, oldest first; without any version it is one of a template that somebody has deleted. */
export interface Parameter {
  owner: Owner;
  name: string;
  /** What the template says that it belongs to. */
  declared?: unknown;
  versions: Version[];
}

/** What is to be said by a parameter. */
export interface NewVersion {
  type: Version['type'];
  value: string;
  tier: (typeof TIERS)[number];
  description?: string | undefined;
  allowedPattern?: string | undefined;
  changedBy: string;
  /** Of a SecureString: how its value is kept. */
  sealed?: Pick<Version, 'value' | 'keyId'>;
}

const PARAMETERS = kind<Parameter>(
  'ssm/parameters',
  z.looseObject({
    owner: z.string(),
    name: z.string(),
    versions: z.array(z.looseObject({ version: z.int(), type: z.enum(PARAMETER_TYPES), value: z.string() })),
  }),
);

/** AWS says no more than the code. */
const notFound = () => new AwsError('ParameterNotFound', '');

/** All parameters, by name. What they say stands in their file and in the answers to those who may read it, and nowhere else. */
export class Parameters {
  readonly #core: Pick<Core, 'clock' | 'store'>;
  readonly #byKey = new Map<string, Parameter>();

  constructor(core: Pick<Core, 'clock' | 'store'>) {
    this.#core = core;
    for (const { value } of core.store.all(PARAMETERS)) {
      // What was sealed by no key, before there were any, is put anew.
      const versions = value.versions.filter(({ type, keyId }) => type !== 'SecureString' || keyId !== undefined);
      this.#byKey.set(keyOf(value.name), { ...value, versions });
    }
  }

  /** Those there are, by name. */
  list(): Parameter[] {
    return [...this.#byKey.values()]
      .filter(({ versions }) => versions.length > 0)
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Also one that was deleted, as long as its template has it. */
  known(name: string): Parameter | undefined {
    return this.#byKey.get(keyOf(name));
  }

  /** Throws AwsError `ParameterNotFound`. */
  find(key: string): Parameter {
    const parameter = this.#byKey.get(key);
    if (!parameter?.versions.length) throw notFound();
    return parameter;
  }

  /** One version of a parameter. Throws AwsError `ParameterNotFound`, `ParameterVersionNotFound`. */
  version({ key, selector }: Pick<Selected, 'key' | 'selector'>): { parameter: Parameter; version: Version } {
    const parameter = this.find(key);
    if (selector !== undefined && !/^:\d+$/.test(selector))
      throw new NotSupportedError(
        `the label '${selector.slice(1)}' of a parameter`,
        'It knows versions by their numbers',
      );
    const version = selector === undefined ? latest(parameter) : atNumber(parameter, Number(selector.slice(1)));
    if (!version) {
      const message = `Systems Manager could not find version ${selector?.slice(1)} of ${parameter.name}. Verify the version and try again.`;
      throw new AwsError('ParameterVersionNotFound', message);
    }
    return { parameter, version };
  }

  /** Whether the parameter may say that, and in which tier it then is. Throws AwsError. */
  tierOf(name: string, wanted: NewVersion): Version['tier'] {
    checkName(name);
    const before = this.known(name);
    const previous = before && latest(before);
    const tier = tierOf(wanted, previous);
    check(name, wanted, previous);
    return tier;
  }

  /** Adds a version to the parameter, which is made where there is none. Throws AwsError when it may not say that. */
  put(name: string, wanted: NewVersion, ownedBy: Partial<Pick<Parameter, 'owner' | 'declared'>> = {}): Version {
    const tier = this.tierOf(name, wanted);
    const before = this.known(name);
    const previous = before && latest(before);
    const version: Version = {
      version: (previous?.version ?? 0) + 1,
      type: wanted.type,
      value: wanted.value,
      ...wanted.sealed,
      tier,
      ...(wanted.description !== undefined && { description: wanted.description }),
      ...(wanted.allowedPattern !== undefined && { allowedPattern: wanted.allowedPattern }),
      changedMs: this.#core.clock.now(),
      changedBy: wanted.changedBy,
    };
    const versions = [...(before?.versions ?? []), version].slice(-MAX_VERSIONS);
    const { owner = before?.owner ?? ACCOUNT } = ownedBy;
    // Another stack knows it as deleted.
    if (before && before.owner !== owner) this.remove(name);
    this.#keep({ ...before, ...ownedBy, owner, name: previous ? (before?.name ?? name) : name, versions });
    return version;
  }

  /** Somebody deletes it. What a template has, its stack knows as deleted. Throws AwsError `ParameterNotFound`. */
  delete(key: string): Version | undefined {
    const parameter = this.find(key);
    if (parameter.owner === ACCOUNT) this.remove(parameter.name);
    else this.#keep({ ...parameter, versions: [] });
    return latest(parameter);
  }

  /** Its stack has it no more. */
  remove(name: string): void {
    const parameter = this.known(name);
    if (!parameter) return;
    this.#byKey.delete(keyOf(name));
    this.#core.store.collection(parameter.owner, PARAMETERS).delete(keyOf(name));
  }

  /** It is the account's from now on. */
  retain({ owner, declared: _, ...parameter }: Parameter): void {
    this.#keep({ ...parameter, owner: ACCOUNT });
    this.#core.store.collection(owner, PARAMETERS).delete(keyOf(parameter.name));
  }

  #keep(parameter: Parameter): void {
    this.#byKey.set(keyOf(parameter.name), parameter);
    this.#core.store.collection(parameter.owner, PARAMETERS).put(keyOf(parameter.name), parameter);
  }
}

/** What a parameter says now. */
export const latest = ({ versions }: Parameter): Version | undefined => versions.at(-1);

const atNumber = ({ versions }: Parameter, number: number) => versions.find(({ version }) => version === number);

function tierOf({ tier, value }: NewVersion, previous: Version | undefined): Version['tier'] {
  const isLong = value.length > MAX_VALUE.Standard;
  if (tier === 'Intelligent-Tiering') return isLong || previous?.tier === 'Advanced' ? 'Advanced' : 'Standard';
  if (tier === 'Standard' && previous?.tier === 'Advanced') {
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier.",
    );
  }
  if (value.length <= MAX_VALUE[tier]) return tier;
  throw invalid(`${tier} tier parameters support a maximum parameter value of ${MAX_VALUE[tier]} characters.`);
}

function check(name: string, { type, value, allowedPattern }: NewVersion, previous: Version | undefined): void {
  if (previous && previous.type !== type) {
    const change = `from ${previous.type} to ${type}`;
    throw new AwsError(
      'HierarchyTypeMismatchException',
      `The type of the parameter ${name} cannot be changed ${change}.`,
    );
  }
  if (value.length > MAX_VALUE.Advanced)
    throw invalid(`Parameters support a maximum parameter value of ${MAX_VALUE.Advanced} characters.`);
  if (allowedPattern === undefined) return;
  const pattern = patternOf(allowedPattern);
  const values = type === 'StringList' ? value.split(',') : [value];
  if (values.every((one) => pattern.isIn(one))) return;
  const message = `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`;
  throw new AwsError('ParameterPatternMismatchException', message);
}

function patternOf(source: string): Regex {
  try {
    return new Regex(source);
  } catch (cause) {
    throw new AwsError(
      'InvalidAllowedPatternException',
      `The allowed pattern '${source}' is not executed: ${String(cause)}`,
    );
  }
}
