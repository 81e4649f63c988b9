import { JavaDouble } from './arithmetic.ts';
import type { Work } from './work.ts';

/** As Java's `toString()` writes it: maps as `{a=1, b=2}`, lists as JSON, null as nothing. */
export function javaText(value: unknown, work: Work): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object' || value instanceof JavaDouble) return String(value);
  work.charge(1);
  if (Array.isArray(value)) return jsonText(value, work);
  const members = Object.entries(value).map(([key, member]) => work.copied(`${key}=${javaText(member, work)}`));
  return `{${members.join(', ')}}`;
}

/**
 * As JSON. It counts as it goes: a map that has another twice, which has another twice, and so on, is small and its JSON is
 * not.
 */
export function jsonText(value: unknown, work: Work): string {
  work.charge(1);
  if (value === undefined || value === null) return 'null';
  if (value instanceof JavaDouble) return String(value);
  if (typeof value !== 'object') return work.copied(JSON.stringify(value));
  if (Array.isArray(value)) return `[${value.map((one) => work.copied(jsonText(one, work))).join(',')}]`;
  const members = Object.entries(value).map(([key, member]) =>
    work.copied(`${JSON.stringify(key)}:${jsonText(member, work)}`),
  );
  return `{${members.join(',')}}`;
}
