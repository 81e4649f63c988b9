import type { Clock } from '../core/clock.ts';
import type { Collection } from '../core/store/index.ts';
import type { QueueSettings } from './attributes.ts';
import { receivable } from './fifo.ts';
import type { KeptMessage } from './kept.ts';
import type { StoredMessage } from './message.ts';

/** A message that is not to be seen: sent with a delay (it has no receipt then), or received and not yet deleted. */
export type Hidden = KeptMessage & { visibleAtMs: number };

/** Digits of the keys under which messages are kept, so that they sort by number. */
const KEY_DIGITS = 16;

/** The messages of a queue: which are visible and which are not, each change kept as it happens. */
export class HeldMessages {
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #settings: () => QueueSettings;
  #kept: Collection<KeptMessage>;
  /** Under which key each message is kept. */
  readonly #keyOf = new WeakMap<StoredMessage, string>();
  #nextKey = 1;
  readonly #visible = new Set<StoredMessage>();
  /** By receipt for messages in flight, by a key of its own for delayed ones. */
  readonly #hidden = new Map<string, Hidden>();
  /** The same by message group, of a FIFO queue. */
  readonly #hiddenByGroup = new Map<string, Set<StoredMessage>>();
  #inFlightCount = 0;
  /** Messages that are visible again, as they were in flight, by their latest receipt. */
  readonly #returned = new Map<string, Hidden>();
  readonly #receiptOf = new WeakMap<StoredMessage, string>();
  /** No hidden message becomes visible before this. */
  #nextVisibleAtMs = Number.POSITIVE_INFINITY;

  /** What is kept is held from the start. What a message of an earlier run waited for may have come about meanwhile. */
  constructor(parts: {
    clock: Clock;
    newId: () => string;
    kept: Collection<KeptMessage>;
    settings: () => QueueSettings;
  }) {
    this.#clock = parts.clock;
    this.#newId = parts.newId;
    this.#settings = parts.settings;
    this.#kept = parts.kept;
    for (const [key, kept] of this.#kept.entries()) {
      const { message, visibleAtMs, receipt } = kept;
      this.#keyOf.set(message, key);
      this.#nextKey = Number(key) + 1;
      if (visibleAtMs === undefined) this.#visible.add(message);
      else this.#putAway(receipt ?? this.#newId(), { ...kept, visibleAtMs });
    }
  }

  /** Whose state the messages are. */
  get owner(): string {
    return this.#kept.owner;
  }

  /** When the next hidden message becomes visible, in milliseconds since the epoch; infinite when there is none. */
  get nextVisibleAtMs(): number {
    return this.#nextVisibleAtMs;
  }

  /** Messages that were received and not yet deleted. */
  get inFlightCount(): number {
    return this.#inFlightCount;
  }

  add(message: StoredMessage, delayMs: number): void {
    this.#keyOf.set(message, String(this.#nextKey).padStart(KEY_DIGITS, '0'));
    this.#nextKey += 1;
    if (delayMs > 0) this.hide(this.#newId(), { message, visibleAtMs: this.#clock.now() + delayMs });
    else {
      this.#visible.add(message);
      this.#keep({ message });
    }
  }

  /** What may be received now, in the order in which a queue of this type gives it. */
  receivable(): Iterable<StoredMessage> {
    this.#promote();
    if (!this.#settings().fifo || this.#visible.size === 0) return this.#visible;
    return receivable(this.#visible, (groupId) => this.#hiddenByGroup.get(groupId) ?? [], this.#positionOf);
  }

  /** Hides a message, under its receipt when it was received. */
  hide(key: string, hidden: Hidden): void {
    this.#leave(hidden.message);
    this.#keep(hidden);
    this.#putAway(key, hidden);
  }

  /** The message in flight of a receipt. */
  inFlight(receipt: string): Hidden | undefined {
    this.#promote();
    return this.#hidden.get(receipt);
  }

  /** The message of a receipt that was in flight and is visible again. */
  returned(receipt: string): Hidden | undefined {
    this.#promote();
    return this.#returned.get(receipt);
  }

  /** Takes a message out for good. */
  remove(message: StoredMessage, receipt?: string): void {
    this.#leave(message);
    if (receipt !== undefined) this.#bringOut(receipt);
    this.#kept.delete(this.#keyOf.get(message) ?? '');
  }

  /** How many messages there are of each kind. */
  counts(): { visible: number; inFlight: number; delayed: number } {
    this.expire();
    const inFlight = this.#inFlightCount;
    return { visible: this.#visible.size, inFlight, delayed: this.#hidden.size - inFlight };
  }

  isExpired({ sentAtMs }: StoredMessage): boolean {
    return sentAtMs + this.#settings().retentionSeconds * 1000 <= this.#clock.now();
  }

  /** Takes out what is older than the queue keeps messages. */
  expire(): void {
    this.#promote();
    for (const message of this.#visible) if (this.isExpired(message)) this.remove(message);
    for (const [key, { message }] of this.#hidden) if (this.isExpired(message)) this.remove(message, key);
  }

  clear(): void {
    for (const message of this.#visible) this.remove(message);
    for (const [key, { message }] of this.#hidden) this.remove(message, key);
    this.#returned.clear();
  }

  /** Keeps the messages elsewhere from now on, and leaves a copy where they were. */
  moveTo(kept: Collection<KeptMessage>): void {
    for (const [key, message] of this.#kept.entries()) kept.put(key, message);
    this.#kept = kept;
  }

  #keep(kept: KeptMessage): void {
    this.#kept.put(this.#keyOf.get(kept.message) ?? '', kept);
  }

  #putAway(key: string, hidden: Hidden): void {
    this.#bringOut(key);
    this.#hidden.set(key, hidden);
    const { groupId } = hidden.message;
    if (groupId !== undefined) {
      const group = this.#hiddenByGroup.get(groupId);
      if (group) group.add(hidden.message);
      else this.#hiddenByGroup.set(groupId, new Set([hidden.message]));
    }
    if (hidden.receipt !== undefined) this.#inFlightCount += 1;
    this.#nextVisibleAtMs = Math.min(this.#nextVisibleAtMs, hidden.visibleAtMs);
  }

  /** Takes a message from those that are hidden. */
  #bringOut(key: string): void {
    const hidden = this.#hidden.get(key);
    if (!hidden) return;
    this.#hidden.delete(key);
    if (hidden.receipt !== undefined) this.#inFlightCount -= 1;
    const { groupId = '' } = hidden.message;
    const group = this.#hiddenByGroup.get(groupId);
    group?.delete(hidden.message);
    if (group?.size === 0) this.#hiddenByGroup.delete(groupId);
  }

  /** Takes a message from those that are visible. */
  #leave(message: StoredMessage): void {
    this.#visible.delete(message);
    this.#returned.delete(this.#receiptOf.get(message) ?? '');
  }

  /** Moves what has become visible to the others. */
  #promote(): void {
    const nowMs = this.#clock.now();
    if (nowMs < this.#nextVisibleAtMs) return;
    let next = Number.POSITIVE_INFINITY;
    for (const [key, hidden] of this.#hidden) {
      const { message, visibleAtMs, receipt } = hidden;
      if (visibleAtMs > nowMs) {
        next = Math.min(next, visibleAtMs);
        continue;
      }
      this.#bringOut(key);
      this.#visible.add(message);
      if (receipt !== undefined) {
        this.#returned.set(receipt, hidden);
        this.#receiptOf.set(message, receipt);
      }
    }
    this.#nextVisibleAtMs = next;
    if (this.#settings().fifo) this.#putInOrder();
  }

  /** Where a message stands among all that were sent. */
  readonly #positionOf = (message: StoredMessage): string => this.#keyOf.get(message) ?? '';

  /** Messages that have become visible again stand where they stood before. */
  #putInOrder(): void {
    const positionOf = this.#positionOf;
    const inOrder = [...this.#visible].sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1));
    this.#visible.clear();
    for (const message of inOrder) this.#visible.add(message);
  }
}
