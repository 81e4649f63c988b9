import { isLeaf, isObject } from './operators.ts';

type Fields = Record<string, unknown>;

/** Objects that stand for one: names that dots join may come from several. */
class Joined {
  readonly objects: readonly Fields[];
  constructor(objects: readonly Fields[]) {
    this.objects = objects;
  }
}

/** How a field of an object is found. */
export type Lookup = (object: Fields, name: string) => unknown;

/** The value of an object's field as it stands there; undefined when it has none. What an object inherits does not count. */
export const ownMember: Lookup = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

/**
 * The value of an object's field; undefined when it has none. Dots join: `{ "a.b": 1 }` has a field `a` with a field `b`, as
 * EventBridge and SNS see it.
 */
export function memberOf(object: Fields | Joined, name: string): unknown {
  const objects = object instanceof Joined ? object.objects : [object as Fields];
  const values = objects.flatMap((one) => valuesOf(one, name));
  if (values.length <= 1) return values[0];
  return values.every(isObject) ? new Joined(values) : values;
}

/** By object: values by the first part of their names, where names have more than one. */
const dotted = new WeakMap<Fields, Map<string, unknown[]> | 'has no dots'>();

function valuesOf(object: Fields, name: string): unknown[] {
  let byName = dotted.get(object);
  if (!byName) {
    byName = Object.keys(object).some((key) => key.includes('.')) ? byFirstPart(object) : 'has no dots';
    dotted.set(object, byName);
  }
  if (byName !== 'has no dots') return byName.get(name) ?? [];
  const value = ownMember(object, name);
  return value === undefined ? [] : [value];
}

function byFirstPart(object: Fields): Map<string, unknown[]> {
  const byName = new Map<string, unknown[]>();
  for (const [key, value] of Object.entries(object)) {
    const dot = key.indexOf('.');
    const name = dot === -1 ? key : key.slice(0, dot);
    const values = byName.get(name) ?? [];
    values.push(dot === -1 ? value : { [key.slice(dot + 1)]: value });
    byName.set(name, values);
  }
  return byName;
}

/** A value, or what stands in it where it is an array, however deep (without recursion: messages may be thousands of levels deep). */
export function elementsOf(value: unknown): unknown[] {
  const elements: unknown[] = [];
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) for (let at = next.length - 1; at >= 0; at -= 1) open.push(next[at]);
    else elements.push(next);
  }
  return elements;
}

/** Whether there is a value (not an object) at `path`, in any element of the arrays on the way. */
export function hasLeaf(value: unknown, path: readonly string[], lookup: Lookup): boolean {
  const [name, ...rest] = path;
  return elementsOf(value).some((element) =>
    name === undefined ? isLeaf(element) : isObject(element) && hasLeaf(lookup(element, name), rest, lookup),
  );
}
