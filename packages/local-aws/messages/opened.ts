import { structureIn } from '../core/boundedJson.ts';

/** What stands behind a member's name whose text was JSON, or base64 of it, and is shown as that. */
const JSON_MARK = ' (JSON)';
const BASE64_MARK = ' (base64 JSON)';

/** The shortest base64 of an object with one member. */
const LEAST_BASE64 = 8;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A value whose members that are JSON as text (`Message`, `body`, `Detail`), or base64 of it (`Data`), are what they say; the name of such a
 * member says so: `Message (JSON)`. Bytes that are no such thing are base64.
 */
export function opened(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (Array.isArray(value)) return value.map(opened);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(openedMember));
}

function openedMember([name, value]: [string, unknown]): [string, unknown] {
  const text = Buffer.isBuffer(value) ? value.toString() : value;
  if (typeof text !== 'string') return [name, opened(value)];
  const inner = structureIn(text);
  if (inner) return [name + JSON_MARK, opened(inner)];
  const decoded = text.length >= LEAST_BASE64 && text.length % 4 === 0 && BASE64.test(text);
  const bytes = decoded ? structureIn(Buffer.from(text, 'base64').toString()) : undefined;
  return bytes ? [name + BASE64_MARK, opened(bytes)] : [name, opened(value)];
}

/** What was opened, as it was before: compact JSON, as JavaScript writes it. */
export function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const text = JSON.stringify(closed(member));
      if (name.endsWith(BASE64_MARK)) return [name.slice(0, -BASE64_MARK.length), Buffer.from(text).toString('base64')];
      return name.endsWith(JSON_MARK) ? [name.slice(0, -JSON_MARK.length), text] : [name, closed(member)];
    }),
  );
}
