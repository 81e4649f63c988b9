import { arnOf } from '../core/arn.ts';
import type { Clock, Timer } from '../core/clock.ts';
import type { Journal } from '../core/journal.ts';
import { runNow } from './engine.ts';
import type { Item, ItemChange, TableDescription } from './store/item.ts';
import { OrderedMap } from './store/orderedMap.ts';
import type { Store } from './store/store.ts';

/**
 * On a real clock expired items go once a minute, on a virtual one exactly when they are due. AWS promises "within a
 * few days", so a reader that takes expired items for gone is wrong there too.
 */
const SWEEP_MS = 60_000;
/** DynamoDB leaves alone what expired more than five years ago. */
const TOO_OLD_MS = 5 * 365 * 24 * 3_600_000;

/** The attribute that holds the expiry of a table's items, if TTL is on. */
export function ttlAttribute(store: Store, table: string): string | undefined {
  return store.settings('ttl').entries.get(table) as string | undefined;
}

/** Deletes items when they expire. */
export class Expiry {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #sweepMs: number;
  /** What will expire, soonest first. */
  readonly #due = new OrderedMap<{ table: string; key: string }>();
  #timer: Timer | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(store: Store, clock: Clock, journal: Journal) {
    this.#store = store;
    this.#clock = clock;
    this.#journal = journal;
    this.#sweepMs = 'advance' in clock ? 1 : SWEEP_MS;
  }

  /** Follows the change of an item. */
  note({ table, key, before, after }: ItemChange): void {
    const attribute = ttlAttribute(this.#store, table);
    if (attribute === undefined && this.#due.size === 0) return;
    const old = before && attribute !== undefined ? expiryMs(before, attribute) : undefined;
    const next = after && attribute !== undefined ? expiryMs(after, attribute) : undefined;
    if (old === next) return;
    if (old !== undefined) this.#due.delete(dueKey(old, table, key));
    if (next !== undefined && next > this.#clock.now() - TOO_OLD_MS) {
      this.#due.set(dueKey(next, table, key), { table, key });
      this.#arm();
    }
  }

  /** Looks at all items of a table again: its TTL was turned on or off, or the store was opened. */
  watch(table: string): void {
    for (const due of this.#due.keys()) if (this.#due.get(due)?.table === table) this.#due.delete(due);
    const { entries } = this.#store.getItemDb(table);
    for (const key of entries.keys()) this.note({ table, key, after: entries.get(key) as Item });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const first = this.#due.firstKey();
    if (first === undefined) return;
    const atMs = Math.ceil(Number(first.split('~')[0]) / this.#sweepMs) * this.#sweepMs;
    if (this.#timer && this.#timerAtMs <= atMs) return;
    this.#timer?.cancel();
    this.#timerAtMs = atMs;
    this.#timer = this.#clock.at(atMs, () => this.#sweep());
  }

  #sweep(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.now();
    for (const due of this.#due.keys({ lt: dueKey(nowMs + 1, '', '') })) {
      const expired = this.#due.get(due);
      this.#due.delete(due);
      if (expired) this.#expire(expired.table, expired.key, nowMs);
    }
    this.#arm();
  }

  #expire(name: string, key: string, nowMs: number): void {
    const table = this.#store.table(name);
    const attribute = ttlAttribute(this.#store, name);
    const item = this.#store.item(name, key);
    if (!table || attribute === undefined || !item) return;
    const atMs = expiryMs(item, attribute);
    if (atMs === undefined || atMs > nowMs) return;
    const Key = keyOf(item, table);
    this.#store.commit(() => runNow('DeleteItem', { TableName: name, Key }, this.#store));
    const to = arnOf('dynamodb', `table/${name}`);
    this.#journal.record({
      kind: 'schedule',
      service: 'dynamodb',
      action: 'expire',
      to,
      outcome: 'ok',
      detail: { Key },
    });
  }
}

/** When the item expires, in milliseconds since the epoch. Only a number of seconds counts. */
function expiryMs(item: Item, attribute: string): number | undefined {
  const seconds = Number(item[attribute]?.N ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 && seconds < 1e12 ? Math.floor(seconds) * 1000 : undefined;
}

function keyOf(item: Item, table: TableDescription): Item {
  const names = table.KeySchema.map(({ AttributeName }) => AttributeName);
  return Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
}

/** Sorts by time. */
function dueKey(atMs: number, table: string, key: string): string {
  return `${String(atMs).padStart(16, '0')}~${table}~${key}`;
}
