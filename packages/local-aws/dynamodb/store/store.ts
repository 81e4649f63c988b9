import { Stream } from 'node:stream';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../core/arn.ts';
import type { CommitLog, LoggedWrite } from './commitLog.ts';
import type { Item, ItemChange, TableDescription } from './item.ts';
import { OrderedMap, type Range } from './orderedMap.ts';

type Callback<Result = unknown> = (error: unknown, result?: Result) => void;

/** The size above which DynamoDB refuses an item, in bytes. */
const MAX_ITEM_BYTES = 400 * 1024;

/** A batch operation as dynalite writes tags. */
interface BatchWrite {
  type: 'put' | 'del';
  key: string;
  value?: unknown;
}

/**
 * Takes the place of dynalite's LevelDB store. dynalite's actions find the methods that they call, but all of them answer
 * at once: an action runs from its first read to its last write without giving way, so each operation, and each
 * transaction of several, is atomic without locks. Values are never changed in place, so nothing is copied.
 */
export class Store {
  /** Read by dynalite's validations and actions. */
  readonly options = { maxItemSize: MAX_ITEM_BYTES };
  readonly tableDb: Database & { awsAccountId: string; awsRegion: string };
  readonly #databases = new Map<string, Database>();
  readonly #log: CommitLog | undefined;
  readonly #onChange: (change: ItemChange) => void;
  #undo: (() => void)[] = [];
  #writes: LoggedWrite[] = [];
  #changes: ItemChange[] = [];

  constructor(options: { log?: CommitLog | undefined; onChange?: (change: ItemChange) => void } = {}) {
    this.#log = options.log;
    this.#onChange = options.onChange ?? (() => {});
    this.tableDb = Object.assign(this.#database('table'), { awsAccountId: LOCAL_ACCOUNT, awsRegion: LOCAL_REGION });
    this.#log?.replay(([name, key, value]) => {
      const { entries } = this.#database(name);
      if (value === null) entries.delete(key);
      else entries.set(key, value);
    });
  }

  /**
   * Runs `work` as one commit: all of its writes, or, when it throws, none. Gives back its result and the items that it
   * changed. `work` must not wait for anything.
   */
  commit<Result>(work: () => Result): { result: Result; changes: ItemChange[] } {
    try {
      const result = work();
      const changes = this.#changes;
      if (this.#log && this.#writes.length > 0) {
        this.#log.append(this.#writes);
        if (this.#log.needsCompaction) this.#log.compact(this.#snapshot());
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

  table(name: string): TableDescription | undefined {
    return this.tableDb.entries.get(name) as TableDescription | undefined;
  }

  item(table: string, key: string): Item | undefined {
    return this.getItemDb(table).entries.get(key) as Item | undefined;
  }

  /** What is kept beside the tables' descriptions: `ttl`. */
  settings(name: string): Database {
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
    if (this.#log) this.#writes.push([name, key, after ?? null]);
    if (name.startsWith('item-')) {
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

  *#snapshot(): Generator<LoggedWrite> {
    for (const [name, { entries }] of this.#databases) {
      if (name.startsWith('index-')) continue;
      for (const key of entries.keys()) yield [name, key, entries.get(key)];
    }
  }
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

/** In the shape of dynalite's own errors. */
function tableNotFound(name?: string): Error {
  const message = name ? `Requested resource not found: Table: ${name} not found` : 'Requested resource not found';
  return Object.assign(new Error(message), {
    name: 'NotFoundError',
    statusCode: 400,
    body: { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message },
  });
}
