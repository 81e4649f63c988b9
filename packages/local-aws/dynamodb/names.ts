import { AwsError, NotSupportedError } from '../core/errors.ts';

type Members = Record<string, unknown>;

/**
 * Attributes may be called `__proto__` or `toString`, but dynalite keeps items in plain objects: it would lose the one, and find the
 * other in items that lack it. So such names have this character behind them wherever dynalite sees them, and one more
 * where they end with it already.
 */
const MARK = '\0';

/** Without its marks, is it a name that all objects have? */
const isInherited = (name: string) => name.replace(/\0+$/, '') in Object.prototype;
const marked = (name: string) => (isInherited(name) ? name + MARK : name);
const unmarked = (name: string) => (name.endsWith(MARK) && isInherited(name) ? name.slice(0, -1) : name);

/** Members whose own members are called after attributes, at any depth. */
const BY_ATTRIBUTE = new Set([
  'Item',
  'Key',
  'Keys',
  'ExclusiveStartKey',
  'ExpressionAttributeValues',
  'AttributeUpdates',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
]);

/** The names as expressions spell them; `constructor` is a reserved word there. */
const IN_EXPRESSION = new RegExp(
  `(?<![#:\\w])(?:${Object.getOwnPropertyNames(Object.prototype)
    .filter((name) => name !== 'constructor')
    .join('|')})(?!\\w)`,
  'g',
);

/** The input of an operation on items, as dynalite can take it. */
export function withMarkedNames(input: Members): Members {
  const names = new Map<string, string>();
  const alias = (name: string) => {
    names.set(`#inherited_${name}`, marked(name));
    return `#inherited_${name}`;
  };
  const members = Object.entries(input).map(([member, value]): [string, unknown] => {
    if (BY_ATTRIBUTE.has(member)) return [member, renamed(value, marked)];
    if (member.endsWith('Expression') && typeof value === 'string')
      return [member, value.replace(IN_EXPRESSION, alias)];
    if (member === 'AttributesToGet' && Array.isArray(value)) return [member, value.map(markedText)];
    if (member === 'ExpressionAttributeNames' && isMembers(value)) {
      return [member, Object.fromEntries(Object.entries(value).map(([name, text]) => [name, markedText(text)]))];
    }
    if (member === 'RequestItems') return [member, eachMember(value, requestsOf, marked)];
    if (member === 'TransactItems') return [member, requestsOf(value)];
    return [member, value];
  });
  const changed = Object.fromEntries(members);
  if (names.size > 0) {
    changed.ExpressionAttributeNames = { ...(changed.ExpressionAttributeNames ?? {}), ...Object.fromEntries(names) };
  }
  return changed;
}

/** The answer of an operation on items, with the names that it was given. */
export const withoutMarks = <Answer>(answer: Answer): Answer => renamed(answer, unmarked) as Answer;

/** The same for an error, which may carry items and quote names. */
export function errorWithoutMarks(error: unknown): unknown {
  if (!(error instanceof AwsError)) return error;
  const { code, status, detail } = error;
  const fields = withoutMarks(error.fields);
  const message = error.message.replaceAll(MARK, '');
  return new AwsError(code, message, { status, fields, cause: error, ...(detail && { detail }) });
}

const markedText = (text: unknown) => (typeof text === 'string' ? marked(text) : text);

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The requests of a batch on one table, or the actions of a transaction: one input below the kind of each. */
function requestsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((request) => eachMember(request, requestsOf));
  return isMembers(value) ? withMarkedNames(value) : value;
}

function eachMember(value: unknown, change: (member: unknown) => unknown, rename = (name: string) => name): unknown {
  if (!isMembers(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [rename(name), change(member)]));
}

/**
 * Throws NotSupportedError when the definition of a table (or of its TTL) is about an attribute that is called as what all objects
 * have: keys, indexes and expiry are found by their names as they are.
 */
export function refuseInheritedNames(definition: unknown): void {
  const name = definedNames(definition).find(isInherited);
  if (name !== undefined) throw new NotSupportedError(`an attribute called '${name}' in the definition of a table`);
}

function definedNames(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(definedNames);
  if (!isMembers(part)) return [];
  const { AttributeName: one, NonKeyAttributes: several, ...others } = part;
  const names = [one, ...(Array.isArray(several) ? several : [])].filter((name) => typeof name === 'string');
  return [...names, ...Object.values(others).flatMap(definedNames)];
}

/** The value with all names in it changed; itself where none is to be. */
function renamed(value: unknown, rename: (name: string) => string): unknown {
  return hasInherited(value) ? copied(value, rename) : value;
}

/** Whether such a name is in it. Every call asks this of all that it reads and writes: it makes no objects. */
function hasInherited(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasInherited);
  for (const name of Object.keys(value)) {
    if (name in Object.prototype || name.endsWith(MARK) || hasInherited((value as Members)[name])) return true;
  }
  return false;
}

function copied(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((member) => copied(member, rename));
  if (!isMembers(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [rename(name), copied(member, rename)]));
}
