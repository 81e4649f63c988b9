/** The methods of Java's strings, maps and lists that templates call, for velocityjs. */
export interface MethodHandler {
  uid: string;
  match(call: { property: string; context: unknown; params: unknown[] }): boolean;
  resolve(call: { property: string; context: unknown; params: unknown[] }): unknown;
}

type Methods<Receiver> = Record<string, (receiver: Receiver, ...params: never[]) => unknown>;

const stringMethods: Methods<string> = {
  charAt: (text, at: number) => text.charAt(at),
  concat: (text, more: string) => text + more,
  contains: (text, part: string) => text.includes(part),
  endsWith: (text, part: string) => text.endsWith(part),
  equals: (text, other: unknown) => text === other,
  equalsIgnoreCase: (text, other: string) => text.toLowerCase() === String(other).toLowerCase(),
  indexOf: (text, part: string, from?: number) => text.indexOf(part, from),
  isEmpty: (text) => text === '',
  lastIndexOf: (text, part: string) => text.lastIndexOf(part),
  length: (text) => text.length,
  matches: (text, pattern: string) => new RegExp(`^(?:${pattern})$`).test(text),
  replace: (text, part: string, by: string) => text.split(part).join(by),
  replaceAll: (text, pattern: string, by: string) => text.replace(new RegExp(pattern, 'g'), javaReplacement(by)),
  replaceFirst: (text, pattern: string, by: string) => text.replace(new RegExp(pattern), javaReplacement(by)),
  split: (text, pattern: string) => javaSplit(text, pattern),
  startsWith: (text, part: string) => text.startsWith(part),
  substring: (text, from: number, to?: number) => text.substring(from, to),
  toLowerCase: (text) => text.toLowerCase(),
  toString: (text: string) => text,
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
};

type JavaMap = Record<string, unknown>;

const mapMethods: Methods<JavaMap> = {
  containsKey: (map, key: string) => Object.hasOwn(map, key),
  containsValue: (map, value: unknown) => Object.values(map).includes(value),
  entrySet: (map) => Object.entries(map).map(([key, value]) => ({ key, value })),
  get: (map, key: string) => (Object.hasOwn(map, key) ? map[key] : undefined),
  isEmpty: (map) => Object.keys(map).length === 0,
  keySet: (map) => Object.keys(map),
  put: (map, key: string, value: unknown) => {
    // Not by assignment: a key `__proto__` is a key like any other.
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
    return '';
  },
  remove: (map, key: string) => {
    const value = Object.hasOwn(map, key) ? map[key] : undefined;
    delete map[key];
    return value;
  },
  size: (map) => Object.keys(map).length,
  values: (map) => Object.values(map),
};

const listMethods: Methods<unknown[]> = {
  add: (list, value: unknown) => {
    list.push(value);
    return true;
  },
  contains: (list, value: unknown) => list.includes(value),
  get: (list, at: number) => list[at],
  indexOf: (list, value: unknown) => list.indexOf(value),
  isEmpty: (list) => list.length === 0,
  remove: (list, at: number) => list.splice(at, 1)[0],
  size: (list) => list.length,
  subList: (list, from: number, to: number) => list.slice(from, to),
};

/** What Java's own classes would answer, in front of velocityjs' methods. `own` are objects with methods of their own. */
export function javaMethods(own: readonly unknown[]): MethodHandler[] {
  const methodsOf = (receiver: unknown): Methods<never> | undefined => {
    if (typeof receiver === 'string') return stringMethods;
    if (Array.isArray(receiver)) return listMethods;
    const isMap = typeof receiver === 'object' && receiver !== null && !own.includes(receiver);
    return isMap ? mapMethods : undefined;
  };
  const methodOf = (receiver: unknown, name: string) => {
    const methods = methodsOf(receiver);
    return methods && Object.hasOwn(methods, name) ? methods[name] : undefined;
  };
  return [
    {
      uid: 'java',
      match: ({ property, context }) => methodOf(context, property) !== undefined,
      resolve: ({ property, context, params }) =>
        methodOf(context, property)?.(context as never, ...(params as never[])),
    },
  ];
}

/** Java writes a literal character as `\x`, groups as `$1`. */
function javaReplacement(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => (character === '$' ? '$$$$' : character));
}

/** Java drops empty parts at the end. */
function javaSplit(text: string, pattern: string): string[] {
  const parts = text.split(new RegExp(pattern));
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts;
}
