import type { CatalogueField } from '../../packages/events/catalogue.ts';

/** What of a JSON Schema is told in a table. */
interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  array: 'list',
};

const numbers = new Intl.NumberFormat('en');

/** `0 to 100`, `at least 1`; nothing for a bound that is the largest number there is. */
function rangeIn(least: number | undefined, most: number | undefined): string | undefined {
  const top = most !== undefined && most < Number.MAX_SAFE_INTEGER ? most : undefined;
  if (top === undefined) return least === undefined || least === 0 ? undefined : `at least ${numbers.format(least)}`;
  return least === undefined ? `at most ${numbers.format(top)}` : `${numbers.format(least)} to ${numbers.format(top)}`;
}

/** Names carry their unit. */
function unitOf(path: string): string | undefined {
  if (/(?:At|By)Ms$/.test(path)) return 'milliseconds since the epoch';
  return path.endsWith('Ms') ? 'milliseconds' : undefined;
}

const wordOf = ({ type = 'object' }: Schema): string =>
  [type]
    .flat()
    .map((one) => WORDS[one] ?? one)
    .join(', ')
    .replace(/, ([^,]+)$/, ' or $1');

/** A schema in words. */
function inWords(schema: Schema, path: string): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(', ');
  if (schema.anyOf) return `one of ${schema.anyOf.length}`;
  if (schema.type === 'array') {
    const many = rangeIn(schema.minItems, schema.maxItems);
    const what = schema.items?.type === 'object' ? '' : ` of ${inWords(schema.items ?? {}, '')}`;
    return `list${what}${many === undefined ? '' : `, ${many}`}`;
  }
  if (typeof schema.additionalProperties === 'object') return `names, each with ${wordOf(schema.additionalProperties)}`;
  const length = rangeIn(schema.minLength, schema.maxLength);
  const said = [
    schema.format ?? wordOf(schema),
    unitOf(path),
    rangeIn(schema.minimum, schema.maximum),
    // That it is not empty goes without saying.
    length === undefined || length === 'at least 1' ? undefined : `${length} characters`,
  ];
  return said.filter((one) => one !== undefined).join(', ');
}

/** By what the ways of a union are told apart: the field that is another word in each. */
function nameOf(way: Schema): string {
  const constant = Object.entries(way.properties ?? {}).find(([, { const: value }]) => value !== undefined);
  return constant ? `${constant[0]} is ${JSON.stringify(constant[1].const)}` : '';
}

/** The fields of an object's JSON Schema (draft 7), what is nested in it below what it is nested in. */
export function fieldsOf(schema: Schema, before = '', when = ''): CatalogueField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${before}${name}`;
    const isOptional = !(schema.required ?? []).includes(name);
    const own = { path, type: `${inWords(field, path)}${when && `, where ${when}`}`, isOptional };
    if (field.anyOf) return [own, ...field.anyOf.flatMap((way) => fieldsOf(way, `${path}.`, nameOf(way)))];
    if (field.items?.properties) return [own, ...fieldsOf(field.items, `${path}[].`, when)];
    return field.properties ? [own, ...fieldsOf(field, `${path}.`, when)] : [own];
  });
}
