import type { z } from 'zod';

/** The parts of zod 4's schema definitions that are looked into here. */
type Definition = z.core.$ZodTypes['_zod']['def'];

/** Schemas that only wrap another one. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'optional',
  'nullable',
  'default',
  'prefault',
  'nonoptional',
  'readonly',
  'catch',
  'success',
]);

export function definitionOf(schema: z.core.$ZodType): Definition {
  return (schema as z.core.$ZodTypes)._zod.def;
}

/** The schema inside wrappers (optional, default, transformations): the one that says what goes in. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const definition = definitionOf(schema);
  if (definition.type === 'pipe') return unwrap(definition.in);
  if (definition.type === 'lazy') return unwrap(definition.getter());
  if (WRAPPERS.has(definition.type) && 'innerType' in definition) return unwrap(definition.innerType);
  return schema;
}

/**
 * CloudFormation takes scalars loosely: numbers and booleans may be written as text, and the other way round. Gives
 * the value with its scalars as the schema wants them; what fits nothing stays, for the schema to refuse.
 */
export function coerceScalars(schema: z.core.$ZodType, value: unknown): unknown {
  const inner = unwrap(schema);
  const definition = definitionOf(inner);
  switch (definition.type) {
    case 'object':
      return mapMembers(value, (key) => definition.shape[key] ?? definition.catchall);
    case 'record':
      return mapMembers(value, () => definition.valueType);
    case 'array':
      return Array.isArray(value) ? value.map((member) => coerceScalars(definition.element, member)) : value;
    case 'tuple':
      return Array.isArray(value) ? value.map((member, index) => coerceMember(definition.items[index], member)) : value;
    case 'union':
      return coerceUnion(definition.options, value);
    case 'intersection':
      return coerceScalars(definition.right, coerceScalars(definition.left, value));
    case 'number':
      return typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value;
    case 'boolean':
      return value === 'true' || value === 'false' ? value === 'true' : value;
    case 'string':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    case 'literal':
      return sameText(definition.values, value);
    case 'enum':
      return sameText(Object.values(definition.entries), value);
    default:
      return value;
  }
}

function coerceMember(schema: z.core.$ZodType | undefined | null, value: unknown): unknown {
  return schema ? coerceScalars(schema, value) : value;
}

function mapMembers(value: unknown, schemaOf: (key: string) => z.core.$ZodType | undefined): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, coerceMember(schemaOf(key), member)]));
}

/** The value as the first option takes it: unchanged, if one does, else coerced. */
function coerceUnion(options: readonly z.core.$ZodType[], value: unknown): unknown {
  const candidates = [value, ...options.map((option) => coerceScalars(option, value))];
  return candidates.find((candidate) => options.some((option) => accepts(option, candidate))) ?? value;
}

function accepts(schema: z.core.$ZodType, value: unknown): boolean {
  return (schema as z.ZodType).safeParse(value).success;
}

/** The allowed value that reads the same as `value`. */
function sameText(allowed: readonly unknown[], value: unknown): unknown {
  if (typeof value === 'object' || allowed.includes(value)) return value;
  return allowed.find((candidate) => String(candidate) === String(value)) ?? value;
}
