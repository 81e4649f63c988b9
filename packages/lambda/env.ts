import { MissingVariableError } from './errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The value of an environment variable. Throws MissingVariableError, which names it, when it is unset or empty. */
export function readEnv(name: string, environment: Environment = process.env): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new MissingVariableError(name);
  return value;
}

/** The value of an environment variable as a number. Throws MissingVariableError when it is unset or no number. */
export function readNumberEnv(name: string, environment: Environment = process.env): number {
  const text = readEnv(name, environment);
  const value = Number(text);
  if (!Number.isFinite(value)) throw new MissingVariableError(name, `is '${text}', not a number`);
  return value;
}
