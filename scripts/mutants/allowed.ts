import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Service } from '../workspace.ts';
import type { Mutant } from './serviceMutants.ts';

/** The file of a service that says which mutants may live, and why. */
const FILE = 'mutants.yml';

type Identity = Pick<Mutant, 'where' | 'was' | 'becomes'>;

interface AllowedGroup {
  reason: string;
  mutants: Identity[];
}

const keyOf = ({ where, was, becomes }: Identity) => JSON.stringify([where, was, becomes]);

/** Whether two mutants are told apart by nothing that a reader sees. */
export const isSame = (one: Identity, other: Identity) => keyOf(one) === keyOf(other);

/** Mutants that may live, each for a reason that its file gives. */
export class Allowed {
  readonly #mutants = new Map<string, Identity>();

  /** Throws an Error for a group without a reason. */
  constructor(groups: readonly AllowedGroup[]) {
    for (const { reason, mutants } of groups) {
      if (!reason) throw new Error(`${FILE}: a reason is missing for ${mutants.map(keyOf).join(', ')}`);
      for (const mutant of mutants) this.#mutants.set(keyOf(mutant), mutant);
    }
  }

  has(mutant: Identity): boolean {
    return this.#mutants.has(keyOf(mutant));
  }

  /** Those that are none of `mutants`: their code has changed. */
  beside(mutants: readonly Identity[]): Identity[] {
    const keys = new Set(mutants.map(keyOf));
    return [...this.#mutants].filter(([key]) => !keys.has(key)).map(([, mutant]) => mutant);
  }
}

/** What a service allows; nothing when it has no such file. */
export function allowedOf({ folder }: Service): Allowed {
  const file = join(folder, FILE);
  return new Allowed(existsSync(file) ? (parse(readFileSync(file, 'utf8')) ?? []) : []);
}

/** Mutants as the file writes them, to be killed by a test or copied with a reason. */
export const asYaml = (mutants: readonly Identity[]): string =>
  stringify(
    mutants.map(({ where, was, becomes }) => ({ where, was, becomes })),
    { lineWidth: 0 },
  );
