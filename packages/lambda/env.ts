import type { ObjectSchema, Schema } from '@arcade/events/schema';
// The words of messages; also where nothing else of events is loaded.
import '@arcade/events/schema';
import * as z from 'zod/mini';
import { VariableError } from './errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The schemas of variables, by name. */
export type EnvironmentSchemas = Readonly<Record<string, Schema>>;

/** What a service's variables may be: its `settings.ts`. */
export interface Settings<Schemas extends EnvironmentSchemas = EnvironmentSchemas> {
  /** Each variable by itself; one whose schema takes `undefined` may be missing, or empty. */
  variables: Schemas;
  /** What some must be to each other, as the refinement of an object of them; asked for in functions that have them all. */
  together?: readonly ObjectSchema[];
}

/** What an environment gives: each variable, as its schema makes it. */
export type Environment<Schemas extends EnvironmentSchemas> = {
  readonly [Name in keyof Schemas]: z.output<Schemas[Name]>;
};

function read({ variables: schemas, together = [] }: Settings, name: string, variables: Variables): unknown {
  const text = variables[name];
  if (text === undefined || text === '') {
    const without = z.safeParse(schemas[name] as Schema, undefined);
    if (!without.success) throw new VariableError(name, 'is not set');
    return without.data;
  }
  const parsed = z.safeParse(schemas[name] as Schema, text);
  if (!parsed.success) throw new VariableError(name, `is '${text}': ${parsed.error.issues[0]?.message}`);
  for (const group of together) checkTogether(group, name, variables);
  return parsed.data;
}

/** Throws when the variable and others that the function has do not fit together. One that is wrong by itself is told elsewhere. */
function checkTogether(group: ObjectSchema, name: string, variables: Variables): void {
  const names = Object.keys(group._zod.def.shape);
  if (!names.includes(name) || names.some((one) => !variables[one])) return;
  const misfit = z.safeParse(group, variables).error?.issues.find(({ path }) => path.length === 0);
  if (!misfit) return;
  // The same sentence, whichever of them is read: who reads all tells it once.
  const [first = name, ...others] = names;
  const values = [`is '${variables[first]}'`, ...others.map((one) => `${one} '${variables[one]}'`)];
  throw new VariableError(first, `${values.join(' and ')}: ${misfit.message}`);
}

/**
 * The environment of a function, by its service's settings. A variable is checked when it is read, with those that it must
 * fit: do so while the function is loaded (in wiring.ts), so that a wrong param fails it at once, for whatever it is asked, in
 * a sentence that names the variable. Reading throws VariableError.
 *
 * @example
 * const env = environment({ variables: { TABLE: z.string(), LIMIT: z.coerce.number().check(z.int(), z.gte(1)) } });
 * createTable({ name: env.TABLE }); // 'the environment variable LIMIT is '0': Too small: expected number to be >=1'
 */
export function environment<const Schemas extends EnvironmentSchemas>(
  settings: Settings<Schemas>,
  variables: Variables = process.env,
): Environment<Schemas> {
  const getters = Object.keys(settings.variables).map((name) => [
    name,
    { enumerable: true, get: () => read(settings, name, variables) },
  ]);
  return Object.defineProperties({}, Object.fromEntries(getters)) as Environment<Schemas>;
}
