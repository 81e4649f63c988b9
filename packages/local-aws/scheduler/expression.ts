import { Cron } from 'croner';
import { parseSchedule, type Schedule } from '../events/schedule.ts';

/** When a schedule runs, as it was asked for; times in milliseconds since the epoch. */
export interface When {
  /** `at(...)`, `rate(...)` or `cron(...)`. */
  expression: string;
  /** A name of the IANA database. */
  timezone: string;
  /** A recurring schedule runs neither before nor after these. */
  startMs?: number | undefined;
  endMs?: number | undefined;
}

/** Whether it runs once only. */
export const isOneTime = (expression: string): boolean => expression.startsWith('at(');

/** Whether the zone is one that AWS would know: the names are the same. */
export function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * Reads an expression of EventBridge Scheduler. Throws a TypeError that says what is wrong.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseWhen({ expression, timezone, startMs, endMs }: When): Schedule {
  if (isOneTime(expression)) {
    const atMs = timeOf(expression, timezone);
    return { first: () => atMs, next: () => undefined };
  }
  const recurring = parseSchedule(expression, timezone);
  const inTime = (dueMs: number | undefined) =>
    dueMs === undefined || (endMs !== undefined && dueMs > endMs) ? undefined : dueMs;
  return {
    first: (createdMs) => inTime(firstOf(expression, recurring, createdMs, startMs)),
    next: (previousMs, nowMs) => inTime(recurring.next(previousMs, nowMs)),
  };
}

/** A rate begins with its start and keeps that rhythm; without one, with the making of the schedule. */
function firstOf(expression: string, recurring: Schedule, createdMs: number, startMs: number | undefined) {
  if (startMs === undefined) return recurring.first(createdMs);
  if (!expression.startsWith('rate(')) return recurring.first(Math.max(createdMs, startMs - 1));
  return startMs > createdMs ? startMs : recurring.next(startMs, createdMs);
}

/** `at(yyyy-mm-ddThh:mm:ss)`: a time of a zone, without a sign of it. */
function timeOf(expression: string, timezone: string): number {
  const [, local = ''] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression) ?? [];
  const asUtc = Date.parse(`${local}Z`);
  // A 30th of February would become another day.
  if (local === '' || Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 19) !== local)
    throw new TypeError(`'${expression}' must be at(yyyy-mm-ddThh:mm:ss)`);
  const found = new Cron(local, { timezone, paused: true }).nextRun(new Date(0));
  if (!found) throw new TypeError(`'${expression}' lies before 1970`);
  return found.getTime();
}
