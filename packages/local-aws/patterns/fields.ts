import { isLeaf, isObject } from './operators.ts';

/** The fields of an object of an event. What it inherits is none. */
export interface Fields {
  /** The field's value; undefined when there is none. */
  get(name: string): unknown;
}

/** Makes the fields of what stands at a place of an event: none for what is no object. */
export type FieldsOf = (value: unknown) => Fields;

class Plain implements Fields {
  readonly #object: Record<string, unknown>;
  constructor(object: Record<string, unknown>) {
    this.#object = object;
  }

  get(name: string): unknown {
    return Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
  }
}

/** Several objects whose names dots join into one. */
class Joined {
  readonly objects: readonly Record<string, unknown>[];
  constructor(objects: readonly Record<string, unknown>[]) {
    this.objects = objects;
  }
}

class Dotted implements Fields {
  /** By the first part of their names. */
  readonly #values = new Map<string, unknown[]>();
  constructor(objects: readonly Record<string, unknown>[]) {
    for (const object of objects) {
      for (const [name, value] of Object.entries(object)) {
        const dot = name.indexOf('.');
        if (dot === -1) this.#add(name, value);
        else this.#add(name.slice(0, dot), { [name.slice(dot + 1)]: value });
      }
    }
  }

  #add(name: string, value: unknown): void {
    const values = this.#values.get(name);
    if (values) values.push(value);
    else this.#values.set(name, [value]);
  }

  get(name: string): unknown {
    const values = this.#values.get(name) ?? [];
    if (values.length <= 1) return values[0];
    return values.every(isObject) ? new Joined(values) : values;
  }
}

/** The fields under their names as they stand there. */
export const plainFields: FieldsOf = (value) => new Plain(isObject(value) ? value : {});

/** Dots join: `{ "a.b": 1 }` has a field `a` with a field `b`, as EventBridge and SNS see it. */
export const joinedFields: FieldsOf = (value) => {
  if (value instanceof Joined) return new Dotted(value.objects);
  const hasDots = isObject(value) && Object.keys(value).some((name) => name.includes('.'));
  return hasDots ? new Dotted([value]) : plainFields(value);
};

/** A value, or what stands in it where it is an array, however deep (without recursion: messages may be thousands of levels deep). */
export function elementsOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  const elements: unknown[] = [];
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) for (let at = next.length - 1; at >= 0; at -= 1) open.push(next[at]);
    else elements.push(next);
  }
  return elements;
}

/** Whether there is a value (not an object) at `path`, in any element of the arrays on the way. */
export function hasLeaf(value: unknown, path: readonly string[], fieldsOf: FieldsOf): boolean {
  const [name, ...rest] = path;
  return elementsOf(value).some((element) =>
    name === undefined ? isLeaf(element) : hasLeaf(fieldsOf(element).get(name), rest, fieldsOf),
  );
}
