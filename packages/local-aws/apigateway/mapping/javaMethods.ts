import { calculate, JavaDouble, numberOf } from './arithmetic.ts';
import { javaText } from './javaText.ts';
import { stringMethods } from './stringMethods.ts';
import type { Work } from './work.ts';

/** What API Gateway gives to templates: `$input`, `$util`. */
export class Given {
  readonly members: Readonly<Record<string, unknown>>;
  readonly methods: Readonly<Record<string, (...args: never[]) => unknown>>;

  constructor(methods: Given['methods'], members: Given['members'] = {}) {
    this.methods = methods;
    this.members = members;
  }
}

type JavaMap = Record<string, unknown>;
type Methods<Receiver> = Record<string, (receiver: Receiver, work: Work, ...args: never[]) => unknown>;

/** By definition: a key `__proto__` is a key like any other. */
function put(map: JavaMap, key: unknown, value: unknown): void {
  Object.defineProperty(map, String(key), { value, writable: true, enumerable: true, configurable: true });
}

const own = (map: JavaMap, key: unknown): unknown => (Object.hasOwn(map, String(key)) ? map[String(key)] : undefined);

const sameAs = (wanted: unknown, work: Work) => {
  const text = javaText(wanted, work);
  return (value: unknown) => typeof value === typeof wanted && javaText(value, work) === text;
};

const mapMethods: Methods<JavaMap> = {
  containsKey: (map, _work, key: string) => Object.hasOwn(map, String(key)),
  containsValue: (map, work, value: unknown) => Object.values(map).some(sameAs(value, work)),
  entrySet: (map) => Object.entries(map).map(([key, value]) => ({ key, value })),
  get: (map, _work, key: string) => own(map, key),
  isEmpty: (map) => Object.keys(map).length === 0,
  keySet: (map) => Object.keys(map),
  put: (map, _work, key: string, value: unknown) => {
    put(map, key, value);
    return '';
  },
  putAll: (map, _work, other: JavaMap) => {
    for (const [key, value] of Object.entries(other ?? {})) put(map, key, value);
    return '';
  },
  remove: (map, _work, key: string) => {
    const value = own(map, key);
    delete map[String(key)];
    return value;
  },
  size: (map) => Object.keys(map).length,
  values: (map) => Object.values(map),
};

const listMethods: Methods<unknown[]> = {
  add: (list, _work, value: unknown) => {
    list.push(value);
    return true;
  },
  addAll: (list, work, values: unknown[]) => {
    // A list may be added to itself.
    const added = [...(values ?? [])];
    work.charge(added.length);
    for (const value of added) list.push(value);
    return true;
  },
  contains: (list, work, value: unknown) => list.some(sameAs(value, work)),
  get: (list, _work, at: number) => list[inBounds(at, list.length)],
  indexOf: (list, work, value: unknown) => list.findIndex(sameAs(value, work)),
  isEmpty: (list) => list.length === 0,
  remove: (list, _work, at: number) => list.splice(inBounds(at, list.length), 1)[0],
  set: (list, _work, at: number, value: unknown) => {
    const before = list[inBounds(at, list.length)];
    list[at] = value;
    return before;
  },
  size: (list) => list.length,
  subList: (list, _work, from: number, to: number) => list.slice(from, to),
};

const numberMethods: Methods<number | JavaDouble> = {
  compareTo: (one, _work, other: unknown) => Math.sign((numberOf(one) ?? 0) - (numberOf(other) ?? 0)),
  doubleValue: (one) => new JavaDouble(numberOf(one) ?? 0),
  equals: (one, _work, other: unknown) => numberOf(one) === numberOf(other),
  intValue: (one) => Math.trunc(numberOf(one) ?? 0),
  longValue: (one) => Math.trunc(numberOf(one) ?? 0),
  // `#set($Integer = 0)$Integer.parseInt("7")` is how templates come to numbers.
  parseInt: (_one, _work, text: string) => wholeNumber(text),
  toString: (one: number | JavaDouble) => String(one),
};

const booleanMethods: Methods<boolean> = {
  equals: (one, _work, other: unknown) => one === other,
  toString: (one: boolean) => String(one),
};

const everywhere: Methods<unknown> = {
  equals: (one, work, other: unknown) => sameAs(one, work)(other),
  toString: (one: unknown, work: Work) => javaText(one, work),
};

function methodsOf(receiver: unknown): Methods<never> | undefined {
  if (typeof receiver === 'string') return stringMethods;
  if (typeof receiver === 'number' || receiver instanceof JavaDouble) return numberMethods;
  if (typeof receiver === 'boolean') return booleanMethods;
  return Array.isArray(receiver) ? listMethods : mapMethods;
}

/** What Java's own classes would answer; undefined for a method that they do not have. */
export function callMethod(receiver: unknown, name: string, args: unknown[], work: Work): unknown {
  if (receiver instanceof Given) {
    const method = Object.hasOwn(receiver.methods, name) ? receiver.methods[name] : undefined;
    return method?.(...(args as never[]));
  }
  const methods = methodsOf(receiver);
  const method = [methods, everywhere].find((some) => some && Object.hasOwn(some, name))?.[name];
  if (!method) return undefined;
  if (typeof receiver === 'object') work.charge(sizeOf(receiver));
  return method(receiver as never, work, ...(args as never[]));
}

const sizeOf = (value: object | null) => (Array.isArray(value) ? value.length : Object.keys(value ?? {}).length);

/** `$value.name`: a map's member, or what a getter of that name would give. */
export function memberOf(value: unknown, name: string): unknown {
  if (value instanceof Given) return own(value.members, name);
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name))
    return own(value as JavaMap, name);
  const isSized = typeof value === 'string' || typeof value === 'object';
  return name === 'empty' && isSized && value !== null ? sizeOf(Object(value)) === 0 : undefined;
}

/** `$value[index]` */
export function indexOf(value: unknown, index: unknown, work: Work): unknown {
  if (Array.isArray(value)) {
    const at = numberOf(index);
    // A negative index counts from the end.
    return at === undefined ? undefined : value.at(at);
  }
  return value instanceof Given ? undefined : callMethod(value, 'get', [index], work);
}

/** `#set($owner.key = value)`, `#set($owner[key] = value)`; what is neither map nor list stays as it is. */
export function setMember(owner: unknown, key: unknown, value: unknown, work: Work): void {
  work.charge(1);
  if (typeof owner !== 'object' || owner === null || owner instanceof Given) return;
  if (!Array.isArray(owner)) put(owner as JavaMap, key, value);
  else if (typeof key === 'number') owner[inBounds(key, owner.length)] = value;
}

/** Throws RangeError, as Java does. */
function inBounds(at: number, length: number): number {
  if (!Number.isInteger(at) || at < 0 || at >= length)
    throw new RangeError(`index ${at} of a list that has ${length} members`);
  return at;
}

function wholeNumber(text: string): number | JavaDouble | undefined {
  if (!/^[+-]?\d+$/.test(String(text))) throw new Error(`'${text}' is no whole number`);
  return calculate('+', Number(text), 0);
}
