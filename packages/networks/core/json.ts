import type { Json } from './settings.ts';

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** By code unit: the same on every machine, whatever its locale. */
export const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The entries in the order of their keys. */
export const sortedEntries = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).sort(([one], [other]) => byText(one, other));

/** The same value with sorted keys and without undefined, deeply frozen. Throws a TypeError for what JSON cannot say. */
export const canonical = (value: unknown): Json => {
  if (Array.isArray(value)) return Object.freeze(value.map(canonical));
  if (isPlain(value)) {
    const defined = sortedEntries(value).filter(([, inner]) => inner !== undefined);
    return Object.freeze(Object.fromEntries(defined.map(([key, inner]) => [key, canonical(inner)])));
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return Object.is(value, -0) ? 0 : value;
  throw new TypeError(`A network holds JSON only, and ${String(value)} (${typeof value}) is not.`);
};

const texts = new WeakMap<object, string>();

/** The JSON of a canonical value, remembered: overlays compare the same nodes again and again. */
export const textOf = (value: object): string => {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
};

/** A setting's value, for messages. */
export const shown = (value: Json | undefined): string => (value === undefined ? 'not set' : JSON.stringify(value));

/** Whether two canonical values are the same. */
export const same = (one: unknown, other: unknown): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);
