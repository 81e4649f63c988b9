import { Cron } from 'croner';

/** When a scheduled rule fires. */
export interface Schedule {
  /** The first time after the rule was made at `createdMs`; milliseconds since the epoch. Undefined: never. */
  first(createdMs: number): number | undefined;
  /** The time after `previousMs` that is still to come at `nowMs`: what was missed (a laptop asleep) is left out. */
  next(previousMs: number, nowMs: number): number | undefined;
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * How long after its making a rate fires first. EventBridge starts the rate when the rule is made; the pause lets the rest of
 * the stack (the targets' permissions, which refer to the rule) come into being.
 */
export const FIRST_RATE_DELAY_MS = 1000;

/**
 * Reads `rate(...)` or `cron(...)` as EventBridge does; `timezone` is that of cron expressions.
 * Throws a TypeError that says what is wrong (`rate(1 minutes)`, five fields, no `?`).
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseSchedule(expression: string, timezone = 'UTC'): Schedule {
  const [, kind, body = ''] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return parseRate(expression, body);
  if (kind === 'cron') return parseCron(expression, body, timezone);
  throw new TypeError(`'${expression}' is neither rate(value unit) nor cron(six fields)`);
}

function parseRate(expression: string, body: string): Schedule {
  const [, digits, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body) ?? [];
  if (!digits || !unit) {
    throw new TypeError(`'${expression}' must be rate(value unit): a positive number and minute(s), hour(s) or day(s)`);
  }
  const value = Number(digits);
  if ((value === 1) !== (plural === '')) {
    throw new TypeError(`'${expression}' must be rate(${value} ${unit}${value === 1 ? '' : 's'})`);
  }
  const everyMs = value * UNIT_MS[unit as keyof typeof UNIT_MS];
  return {
    first: (createdMs) => createdMs + FIRST_RATE_DELAY_MS,
    next: (previousMs, nowMs) => previousMs + everyMs * (Math.floor(Math.max(0, nowMs - previousMs) / everyMs) + 1),
  };
}

function parseCron(expression: string, body: string, timezone: string): Schedule {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6) {
    throw new TypeError(
      `'${expression}' has ${fields.length} fields: minutes hours day-of-month month day-of-week year`,
    );
  }
  if ((fields[2] === '?') === (fields[4] === '?')) {
    throw new TypeError(`'${expression}' must have ? for exactly one of day-of-month and day-of-week`);
  }
  // Elsewhere ? and what lies outside would be taken: an eighth day of the week, the year 1969.
  const [minutes, hours, , months, weekdays = '', years = ''] = fields;
  if ([minutes, hours, months, years].includes('?')) {
    throw new TypeError(`'${expression}' may have ? for day-of-month and day-of-week only`);
  }
  refuseOutside(expression, 'a weekday', weekdays, 1, 7);
  refuseOutside(expression, 'a year', years, 1970, 2199);
  // Alone, L is the last day of the week.
  const cron = cronOf(expression, fields.with(4, weekdays === 'L' ? '7' : weekdays), timezone);
  const after = (timeMs: number) => {
    let found = cron.nextRun(new Date(timeMs));
    // An hour that the clocks skip in spring has no time of its own: AWS leaves it out, where croner takes the next one.
    while (found && !cron.match(found)) found = cron.nextRun(found);
    return found?.getTime();
  };
  return { first: after, next: (previousMs, nowMs) => after(Math.max(previousMs, nowMs)) };
}

/** Steps (`/2`) and which one of a month (`#3`) are not looked at. */
function refuseOutside(expression: string, what: string, field: string, least: number, most: number): void {
  const numbers = field.replaceAll(/[/#]\d+/g, '').match(/\d+/g) ?? [];
  const outside = numbers.find((number) => Number(number) < least || Number(number) > most);
  if (outside) throw new TypeError(`'${expression}' has ${what} outside ${least} to ${most}: ${outside}`);
}

function cronOf(expression: string, fields: string[], timezone: string): Cron {
  try {
    // AWS counts weekdays from 1 = Sunday and takes `0/15`; croner needs to be told, and wants seconds.
    return new Cron(`0 ${fields.join(' ')}`, {
      mode: '7-part',
      alternativeWeekdays: true,
      sloppyRanges: true,
      timezone,
      paused: true,
    });
  } catch (cause) {
    throw new TypeError(`'${expression}' is no cron expression: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
