import { isDeepStrictEqual } from 'node:util';

/** A JSON Schema of draft 4, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What is said for people alone. */
const SAYINGS = new Set(['$schema', 'title', 'description', 'examples']);
/** What is looked into, piece by piece. */
const PARTS = new Set(['properties', 'required', 'items', 'enum']);

/**
 * What a change of an event's schema breaks, for those who read old events by the new one and for those who read new ones by the old, a
 * sentence each. Only a field that is added, and optional, breaks nothing: any other change makes another version.
 *
 * @example
 * breaks({ type: 'object', properties: { a: {} } }, { type: 'object', properties: {} });
 * // ['a was taken away']
 */
export function breaks(before: JsonSchema, after: JsonSchema, path = ''): string[] {
  const here = path || 'the event';
  const rules = new Set(
    [...Object.keys(before), ...Object.keys(after)].filter((rule) => !SAYINGS.has(rule) && !PARTS.has(rule)),
  );
  const changed = [...rules].filter((rule) => !isDeepStrictEqual(before[rule], after[rule]));
  return [
    ...changed.map((rule) => `${here} has another ${rule}: ${shown(before[rule])} before, ${shown(after[rule])} now`),
    ...valueBreaks(before, after, here),
    ...propertyBreaks(before, after, path),
    ...itemBreaks(before, after, path),
  ];
}

const shown = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value));

/** Fewer values are too few for old events, more are too many for old consumers. */
function valueBreaks(before: JsonSchema, after: JsonSchema, here: string): string[] {
  const [old, now] = [listIn(before.enum), listIn(after.enum)];
  if ((before.enum === undefined) !== (after.enum === undefined))
    return [`${here} ${after.enum === undefined ? 'may have any value now' : `must be one of ${shown(now)} now`}`];
  return [
    ...old.filter((value) => !now.includes(value)).map((value) => `${here} may not be ${shown(value)} any more`),
    ...now.filter((value) => !old.includes(value)).map((value) => `${here} may be ${shown(value)} now`),
  ];
}

function propertyBreaks(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const [old, now] = [membersIn(before.properties), membersIn(after.properties)];
  const [oldRequired, nowRequired] = [listIn(before.required), listIn(after.required)];
  const at = (name: string) => (path ? `${path}.${name}` : name);
  const kept = Object.entries(old).flatMap(([name, schema]) => {
    const found = now[name];
    if (!found) return [`${at(name)} was taken away`];
    const wasRequired = oldRequired.includes(name);
    const isRequired = nowRequired.includes(name);
    const change = isRequired ? `${at(name)} is required now` : `${at(name)} is optional now`;
    return [...(wasRequired === isRequired ? [] : [change]), ...breaks(schema, found, at(name))];
  });
  const added = Object.keys(now).filter((name) => !Object.hasOwn(old, name) && nowRequired.includes(name));
  return [...kept, ...added.map((name) => `${at(name)} is new, and required`)];
}

function itemBreaks({ items: before }: JsonSchema, { items: after }: JsonSchema, path: string): string[] {
  const here = `${path}[]`;
  if (isSchema(before) && isSchema(after)) return breaks(before, after, here);
  return isDeepStrictEqual(before, after)
    ? []
    : [`${here} is something else: ${shown(before)} before, ${shown(after)} now`];
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const membersIn = (value: unknown) => (isSchema(value) ? value : {}) as Readonly<Record<string, JsonSchema>>;
