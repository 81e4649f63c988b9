import { Stream } from 'node:stream';
import { z } from 'zod';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../core/arn.ts';
import { AwsError } from '../../core/errors.ts';
import {
  ACCOUNT,
  type Collection,
  type Store as DurableStore,
  type Kind,
  kind,
  kinds,
  type Owner,
} from '../../core/store/index.ts';
import { type Item, type ItemChange, isTooDeep, type TableDescription } from './item.ts';
import { OrderedMap, type Range } from './orderedMap.ts';

type Callback<Result = unknown> = (error: unknown, result?: Result) => void;

/** The size above which DynamoDB refuses an item, in bytes. */
const MAX_ITEM_BYTES = 400 * 1024;

const anyObject = z.looseObject({});
const TABLES = kind<unknown>('dynamodb/table', z.looseObject({ TableName: z.string(), KeySchema: z.array(anyObject) }));
/** The attribute that says when items expire, by table. */
const TTL = kind<unknown>('dynamodb/ttl', z.string());
/** What transactions were asked with, by their tokens. */
const TOKENS = kind<unknown>(
  'dynamodb/tokens',
  z.looseObject({ hash: z.string(), expiresAtMs: z.number(), table: z.string(), order: z.string() }),
);
const itemsOf = kinds<unknown>('dynamodb/item-', z.record(z.string(), anyObject));
const tagsOf = kinds<unknown>('dynamodb/tag-', z.string());

/** Where the contents of a database are kept. */
function kindOf(database: string): Kind<unknown> {
  const [, what, table = ''] = /^(item|tag)-(.*)$/.exec(database) ?? [];
  if (what) return (what === 'item' ? itemsOf : tagsOf)(table);
  const known = [TABLES, TTL, TOKENS].find(({ name }) => name === `dynamodb/${database}`);
  if (!known) throw new TypeError(`nothing says how '${database}' is kept`);
  return known;
}

/** A batch operation as dynalite writes tags. */
interface BatchWrite {
  type: 'put' | 'del';
  key: string;
  value?: unknown;
}

/** One write of a commit; without a value it deletes. */
interface Write {
  owner: Owner;
  name: string;
  key: string;
  value: unknown;
}

/**
 * Takes the place of dynalite's LevelDB store. dynalite's actions find the methods that they call, but all of them answer
 * at once: an action runs from its first read to its last write without giving way, so each operation, and each
 * transaction of several, is atomic without locks. Values are never changed in place, so nothing is copied.
 * A commit is kept whole or not at all where its tables are of one stack; of two stacks, each for itself.
 */
export class Store {
  /** Read by dynalite's validations and actions. */
  readonly options = { maxItemSize: MAX_ITEM_BYTES };
  readonly tableDb: Database & { awsAccountId: string; awsRegion: string };
  readonly #databases = new Map<string, Database>();
  readonly #durable: DurableStore;
  readonly #onChange: (change: ItemChange) => void;
  /** Whose state a table is: a stack's, or the account's. */
  readonly #owners = new Map<string, Owner>();
  #undo: (() => void)[] = [];
  #writes: Write[] = [];
  #changes: ItemChange[] = [];

  constructor(options: { durable: DurableStore; onChange?: (change: ItemChange) => void }) {
    this.#durable = options.durable;
    this.#onChange = options.onChange ?? (() => {});
    this.tableDb = Object.assign(this.#database('table'), { awsAccountId: LOCAL_ACCOUNT, awsRegion: LOCAL_REGION });
    this.#load();
  }

  /**
   * Runs `work` as one commit: all of its writes, or, when it throws, none. Gives back its result and the items that it
   * changed. `work` must not wait for anything.
   */
  commit<Result>(work: () => Result): { result: Result; changes: ItemChange[] } {
    try {
      const result = work();
      const changes = this.#changes;
      for (const { owner, name, key, value } of this.#writes) {
        const kept = this.#kept(owner, name);
        if (value === undefined) kept.delete(key);
        else kept.put(key, value);
      }
      this.#forget();
      for (const change of changes) this.#onChange(change);
      return { result, changes };
    } catch (error) {
      for (const undo of this.#undo.reverse()) undo();
      this.#forget();
      throw error;
    }
  }

  /** Whose state a table is. */
  ownerOf(table: string): Owner {
    return this.#owners.get(table) ?? ACCOUNT;
  }

  /** Says whose state a table that is about to be made will be. */
  own(table: string, owner: Owner): void {
    this.#owners.set(table, owner);
  }

  /** Gives a stack's table to the account, where it outlives the stack. */
  async retain(table: string): Promise<void> {
    const owner = this.ownerOf(table);
    if (owner === ACCOUNT) return;
    this.#owners.delete(table);
    for (const { name, key, value } of this.#keptOf(owner, table)) this.#kept(ACCOUNT, name).put(key, value);
    // Only what is safe in the one place goes from the other.
    await this.#durable.settled();
    this.#forgetKept(owner, table);
  }

  table(name: string): TableDescription | undefined {
    return this.tableDb.entries.get(name) as TableDescription | undefined;
  }

  item(table: string, key: string): Item | undefined {
    return this.getItemDb(table).entries.get(key) as Item | undefined;
  }

  /** What is kept beside the tables' descriptions, and what is made anew from it. */
  settings(name: 'ttl' | 'tokens' | `index-${string}`): Database {
    return this.#database(name);
  }

  getTable(name: string, checkStatus: boolean | Callback, callback?: Callback): void {
    const answer = typeof checkStatus === 'function' ? checkStatus : callback;
    const table = this.table(name);
    if (table) answer?.(null, table);
    else answer?.(tableNotFound(typeof checkStatus === 'function' ? undefined : name));
  }

  getItemDb(table: string): Database {
    return this.#database(`item-${table}`);
  }

  getIndexDb(kind: string, table: string, index: string): Database {
    return this.#database(`index-${kind.toLowerCase()}~${table}~${index}`);
  }

  getTagDb(table: string): Database {
    return this.#database(`tag-${table}`);
  }

  #database(name: string): Database {
    let database = this.#databases.get(name);
    if (!database) {
      database = new Database((key, before, after, undo) => this.#note(name, key, before, after, undo));
      this.#databases.set(name, database);
    }
    return database;
  }

  #note(name: string, key: string, before: unknown, after: unknown, undo: () => void): void {
    this.#undo.push(undo);
    // Indexes are made anew from the items when the store is opened.
    if (name.startsWith('index-')) return;
    this.#writes.push({ owner: this.ownerOf(tableOf(name, key, after ?? before)), name, key, value: after });
    if (name.startsWith('item-')) {
      if (after && isTooDeep(after as Item)) throw tooDeep();
      const change: ItemChange = { table: name.slice('item-'.length), key };
      if (before) change.before = before as Item;
      if (after) change.after = after as Item;
      this.#changes.push(change);
    }
  }

  #forget(): void {
    this.#undo = [];
    this.#writes = [];
    this.#changes = [];
  }

  #kept(owner: Owner, name: string): Collection<unknown> {
    return this.#durable.collection(owner, kindOf(name));
  }

  /** Reads everything of all owners. */
  #load(): void {
    for (const { owner, key } of this.#durable.all(TABLES)) {
      // The account comes first: a table that was cut off on its way there from its stack is in both.
      if (this.#owners.has(key)) this.#forgetKept(owner, key);
      else this.#owners.set(key, owner);
    }
    for (const [table, owner] of this.#owners)
      for (const { name, key, value } of this.#keptOf(owner, table)) this.#database(name).entries.set(key, value);
    for (const { key, value } of this.#durable.all(TOKENS)) this.settings('tokens').entries.set(key, value);
  }

  /** All that is kept of a table. */
  #keptOf(owner: Owner, table: string): { name: string; key: string; value: unknown }[] {
    const settings = ['table', 'ttl'].map((name) => ({ name, key: table, value: this.#kept(owner, name).get(table) }));
    const contents = [`item-${table}`, `tag-${table}`].flatMap((name) =>
      this.#kept(owner, name)
        .entries()
        .map(([key, value]) => ({ name, key, value })),
    );
    return [...settings.filter(({ value }) => value !== undefined), ...contents];
  }

  #forgetKept(owner: Owner, table: string): void {
    for (const { name, key } of this.#keptOf(owner, table)) this.#kept(owner, name).delete(key);
  }
}

/** The table that an entry belongs to. A token says which: it is kept with the first table of its transaction. */
function tableOf(database: string, key: string, value: unknown): string {
  if (database === 'tokens') return (value as { table: string }).table;
  return /^(?:item|tag)-(.*)$/.exec(database)?.[1] ?? key;
}

/**
 * dynalite projects an attribute that an item lacks into an index as undefined, and relies on its store, which writes
 * JSON, to drop it.
 */
export function withoutUndefined<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || !Object.values(value).includes(undefined)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;
}

/** One sorted map with the methods that dynalite calls. */
class Database {
  readonly entries = new OrderedMap<unknown>();
  readonly #note: (key: string, before: unknown, after: unknown, undo: () => void) => void;

  constructor(note: (key: string, before: unknown, after: unknown, undo: () => void) => void) {
    this.#note = note;
  }

  get(key: string, callback: Callback): void {
    callback(null, this.entries.get(key));
  }

  put(key: string, value: unknown, callback?: Callback): void {
    const kept = withoutUndefined(value);
    const before = this.entries.get(key);
    this.#note(key, before, kept, () => this.#restore(key, before));
    this.entries.set(key, kept);
    callback?.(null);
  }

  del(key: string, callback?: Callback): void {
    const before = this.entries.get(key);
    this.#note(key, before, undefined, () => this.#restore(key, before));
    this.entries.delete(key);
    callback?.(null);
  }

  batch(writes: BatchWrite[], callback: Callback): void {
    for (const { type, key, value } of writes) {
      if (type === 'put') this.put(key, value);
      else this.del(key);
    }
    callback(null);
  }

  /** Deletes everything. */
  clear(): void {
    for (const key of this.entries.keys()) this.del(key);
  }

  createValueStream(range: Range): Stream {
    return new Emitter(this.entries.values(range));
  }

  createKeyStream(range: Range): Stream {
    return new Emitter(this.entries.keys(range));
  }

  /** Nothing runs in between: see `Store`. */
  lock(_key: string, run: (release: (callback: Callback) => Callback) => void): void {
    run((callback) => callback);
  }

  #restore(key: string, before: unknown): void {
    if (before === undefined) this.entries.delete(key);
    else this.entries.set(key, before);
  }
}

export type { Database };

/** Emits values taken at one moment, once listeners had their turn to register, until destroyed. */
class Emitter extends Stream {
  #destroyed = false;

  constructor(values: unknown[]) {
    super();
    queueMicrotask(() => {
      for (const value of values) {
        if (this.#destroyed) return;
        this.emit('data', value);
      }
      if (!this.#destroyed) this.emit('end');
    });
  }

  destroy(): void {
    this.#destroyed = true;
  }
}

const tooDeep = () =>
  new AwsError(
    'ValidationException',
    'Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
  );

/** In the shape of dynalite's own errors. */
function tableNotFound(name?: string): Error {
  const message = name ? `Requested resource not found: Table: ${name} not found` : 'Requested resource not found';
  return Object.assign(new Error(message), {
    name: 'NotFoundError',
    statusCode: 400,
    body: { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message },
  });
}
