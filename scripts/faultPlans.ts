import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Fault plans that can be started by their names. */
const PLANS = join(import.meta.dirname, 'faults');
const ENDING = '.yml';

/** The names of the plans that there are. */
export const planNames = (): string[] =>
  readdirSync(PLANS)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => basename(file, ENDING))
    .sort();

/** The file of a fault plan: that of a name, or `wanted` itself. Throws an Error that names the plans when there is neither. */
export function planFile(wanted: string): string {
  const named = join(PLANS, `${wanted}${ENDING}`);
  if (existsSync(named)) return named;
  if (existsSync(wanted)) return wanted;
  throw new Error(`--faults: there is no file '${wanted}', and no plan of that name: ${planNames().join(', ')}`);
}
