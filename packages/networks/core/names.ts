import { NetworkError } from './errors.ts';
import type { Kind } from './settings.ts';

const NAME = /^[a-z][A-Za-z0-9]*$/;

/**
 * Node names are camelCase, because that is what Serverless makes readable logical ids of. From one name come
 * `deferred-calls` (physical), `DeferredCalls` (logical id) and `DEFERRED_CALLS` (environment), each unambiguously.
 */
export const assertName = (name: string): string => {
  if (NAME.test(name)) return name;
  throw new NetworkError(
    'name-invalid',
    `"${name}" cannot name a node: use camelCase, letters and digits, as in "deferredCalls".`,
  );
};

/** `deferredCalls` to `deferred-calls`. */
export const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `deferredCalls` to `DeferredCalls`. */
export const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** `deferredCalls` to `DEFERRED_CALLS`. */
export const screaming = (name: string): string => kebab(name).replaceAll('-', '_').toUpperCase();

/** What a logical id ends in, by kind. */
export const SUFFIXES = {
  function: 'Function',
  queue: 'Queue',
  topic: 'Topic',
  table: 'Table',
  bus: 'Bus',
  stream: 'Stream',
  http: 'Api',
  websocket: 'Websocket',
  schedule: 'Schedule',
  skill: 'Skill',
  external: '',
  users: 'UserPool',
  identities: 'IdentityPool',
  archive: 'Archive',
  pipe: 'Pipe',
  log: 'LogGroup',
  secret: 'Secret',
  key: 'Key',
  timer: 'Timer',
  delivery: 'DeliveryStream',
  bucket: 'Bucket',
  parameter: 'Parameter',
  catalog: 'Catalog',
} as const satisfies Record<Kind, string>;

/** `deferred`, a queue, to `deferredQueue`; a name that ends in its kind already stays as it is. */
export const qualified = (name: string, kind: Kind): string => {
  const suffix = SUFFIXES[kind];
  return pascal(name).endsWith(suffix) ? name : name + suffix;
};
