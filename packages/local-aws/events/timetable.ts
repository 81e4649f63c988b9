import type { Clock, Timer } from '../core/clock.ts';

/** What a timetable must know of the schedules in it, by their keys. */
export interface TimetableRules<Item> {
  keyOf(item: Item): string;
  /** The schedule as it is now; undefined when it has been removed. */
  find(key: string): Item | undefined;
  /** Writes down when it is due next, in milliseconds since the epoch; undefined: never. */
  keep(item: Item, dueMs: number | undefined): void;
  /** When it is due after `dueMs`. */
  after(item: Item, dueMs: number): number | undefined;
  /** How long after it is due it fires, in milliseconds. Default: at once. */
  lateMs?(item: Item): number;
  /** It fires, for the time at which it was due. */
  fire(item: Item, dueMs: number): void;
}

/** Fires schedules by the clock. How far each has come is kept before it fires, so that a restart does not fire it anew. */
export interface Timetable<Item> {
  /** Has the schedule be due at `dueMs`, in place of whatever was planned for it; undefined: never. */
  plan(item: Item, dueMs: number | undefined): void;
  /** Plans nothing any more for this one; what is kept of it stays. */
  cancel(key: string): void;
  /** Fires nothing any more, and keeps how far all have come. */
  stop(): void;
}

/** Makes one. With a virtual clock each firing that falls due happens in order. */
export function createTimetable<Item>(clock: Pick<Clock, 'at'>, rules: TimetableRules<Item>): Timetable<Item> {
  const timers = new Map<string, Timer>();

  const cancel = (key: string) => {
    timers.get(key)?.cancel();
    timers.delete(key);
  };

  const plan = (item: Item, dueMs: number | undefined) => {
    const key = rules.keyOf(item);
    cancel(key);
    rules.keep(item, dueMs);
    if (dueMs === undefined) return;
    const fire = () => {
      timers.delete(key);
      const current = rules.find(key);
      if (current === undefined) return;
      plan(current, rules.after(current, dueMs));
      rules.fire(current, dueMs);
    };
    timers.set(key, clock.at(dueMs + (rules.lateMs?.(item) ?? 0), fire));
  };

  return {
    plan,
    cancel,
    stop() {
      for (const key of [...timers.keys()]) cancel(key);
    },
  };
}
