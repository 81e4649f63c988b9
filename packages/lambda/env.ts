import type { Schema } from '@arcade/events/schema';
// The words of messages; also where nothing else of events is loaded.
import '@arcade/events/schema';
import * as z from 'zod/mini';
import { VariableError } from './errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The schemas of variables, by name. */
export type EnvironmentSchemas = Readonly<Record<string, Schema>>;

/** What an environment gives: each variable, as its schema makes it. */
export type Environment<Schemas extends EnvironmentSchemas> = {
  readonly [Name in keyof Schemas]: z.output<Schemas[Name]>;
};

function read(name: string, schema: Schema, variables: Variables): unknown {
  const text = variables[name];
  if (text === undefined || text === '') throw new VariableError(name, 'is not set');
  const parsed = z.safeParse(schema, text);
  if (!parsed.success) throw new VariableError(name, `is '${text}': ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/**
 * The environment of a function, by the schemas of its variables. A variable is checked when it is read: do so while the
 * function is loaded (in wiring.ts), so that a wrong param fails it at once, for whatever it is asked, in a sentence that
 * names the variable. Reading throws VariableError.
 *
 * @example
 * const env = environment({ TABLE: z.string(), LIMIT: z.coerce.number().check(z.int(), z.gte(1)) });
 * createTable({ name: env.TABLE }); // 'the environment variable LIMIT is '0': Too small: expected number to be >=1'
 */
export function environment<const Schemas extends EnvironmentSchemas>(
  schemas: Schemas,
  variables: Variables = process.env,
): Environment<Schemas> {
  const getters = Object.entries(schemas).map(([name, schema]) => [
    name,
    { enumerable: true, get: () => read(name, schema, variables) },
  ]);
  return Object.defineProperties({}, Object.fromEntries(getters)) as Environment<Schemas>;
}
