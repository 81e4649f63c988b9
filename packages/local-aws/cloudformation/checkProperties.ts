import type { z } from 'zod';
import { coerceScalars, definitionOf, unwrap } from './coerce.ts';
import { hasPending, showPending } from './pending.ts';
import { didYouMean } from './problems.ts';

/** What checking properties gives: what the resource type is handed, or what is wrong, a sentence each. */
export type Checked = { ok: true; properties: unknown } | { ok: false; problems: string[] };

/** Nobody mends more of one resource at a time. */
const MOST_ISSUES = 100;

/**
 * Checks resolved properties against a resource type's schema. Problems begin with `Properties.Path.Name`. Where a
 * stand-in for a value that is not known yet is the only reason, there is no problem (but no properties either).
 */
export function checkProperties(schema: z.ZodType, properties: unknown): Checked {
  const coerced = coerceScalars(schema, properties ?? {});
  const parsed = schema.safeParse(coerced);
  if (parsed.success) return { ok: true, properties: parsed.data };
  const issues = parsed.error.issues.slice(0, MOST_ISSUES);
  const problems = issues.flatMap((issue) => describeIssue(issue, schema, coerced, []));
  return { ok: false, problems: [...new Set(problems)].map(showPending) };
}

function describeIssue(
  issue: z.core.$ZodIssue,
  schema: z.core.$ZodType,
  root: unknown,
  parent: readonly PropertyKey[],
): string[] {
  const path = [...parent, ...issue.path];
  const value = valueAt(root, path);
  if (issue.code === 'unrecognized_keys') {
    const known = propertyNames(schemaAt(schema, path));
    return issue.keys.map((key) => `${show([...path, key])} is not supported by local-aws${didYouMean(key, known)}`);
  }
  if (issue.code === 'invalid_union') return describeUnion(issue, schema, root, path);
  if (hasPending(value)) return [];
  if (value === undefined && issue.path.length > 0 && issue.code !== 'custom') return [`${show(path)} is required`];
  return [`${show(path)}: ${issue.message}`];
}

/** Of the options of a union, the one that was most likely meant: the one whose complaints lie deepest, or are fewest. */
function describeUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  schema: z.core.$ZodType,
  root: unknown,
  path: readonly PropertyKey[],
): string[] {
  const options = issue.errors
    .filter((problems) => problems.length > 0)
    .map((problems) => ({
      problems: problems.flatMap((problem) => describeIssue(problem, schema, root, path)),
      depth: Math.max(
        ...problems.map((problem) => problem.path.length + (problem.code === 'unrecognized_keys' ? 1 : 0)),
      ),
    }));
  const value = valueAt(root, path);
  if (hasPending(value) && options.some(({ problems }) => problems.length === 0)) return [];
  const [meant, second] = options.toSorted(
    (left, right) => right.depth - left.depth || left.problems.length - right.problems.length,
  );
  if (!meant) return [`${show(path)}: ${issue.message}`];
  if (meant.depth > 0 && meant.depth !== second?.depth) return meant.problems;
  if (meant.depth > 0) return meant.problems;
  return [`${show(path)}: ${options.flatMap(({ problems }) => problems.map(withoutPlace)).join(', or ')}`];
}

function withoutPlace(problem: string): string {
  return problem.slice(problem.indexOf(': ') + 2);
}

/** `Properties.KeySchema[0].KeyType` */
function show(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return `Properties${steps.join('')}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    root,
  );
}

/** The schemas that stand at a path: more than one where there is a union on the way. */
function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType[] {
  return path.reduce<z.core.$ZodType[]>(
    (schemas, step) => schemas.flatMap((candidate) => memberSchemas(candidate, step)),
    [schema],
  );
}

function memberSchemas(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType[] {
  const definition = definitionOf(unwrap(schema));
  switch (definition.type) {
    case 'object': {
      const member = definition.shape[String(step)];
      return member ? [member] : [];
    }
    case 'array':
      return [definition.element];
    case 'record':
      return [definition.valueType];
    case 'union':
      return definition.options.flatMap((option) => memberSchemas(option, step));
    default:
      return [];
  }
}

function propertyNames(schemas: readonly z.core.$ZodType[]): string[] {
  return schemas.flatMap((schema) => {
    const definition = definitionOf(unwrap(schema));
    if (definition.type === 'object') return Object.keys(definition.shape);
    return definition.type === 'union' ? propertyNames(definition.options) : [];
  });
}
