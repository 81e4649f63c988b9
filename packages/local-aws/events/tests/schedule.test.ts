import { describe, expect, it } from '@jest/globals';
import { FIRST_RATE_DELAY_MS, parseSchedule } from '../schedule.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

describe('a rate', () => {
  it('fires right after its making, and then at each interval', () => {
    const schedule = parseSchedule('rate(5 minutes)');
    const made = at('2030-01-01T00:00:30Z');
    const first = schedule.first(made) ?? 0;

    expect(first).toBe(made + FIRST_RATE_DELAY_MS);
    expect(schedule.next(first, first)).toBe(first + 300_000);
  });

  it('leaves out what was missed and keeps its rhythm', () => {
    const schedule = parseSchedule('rate(1 hour)');

    expect(iso(schedule.next(at('2030-01-01T00:00:00Z'), at('2030-01-01T05:30:00Z')))).toBe('2030-01-01T06:00:00.000Z');
  });

  it.each([
    ['rate(1 minutes)', 'must be rate(1 minute)'],
    ['rate(1 days)', 'must be rate(1 day)'],
    ['rate(5 minute)', 'must be rate(5 minutes)'],
    ['rate(0 minutes)', 'a positive number'],
    ['rate(-10 minutes)', 'a positive number'],
    ['rate(10)', 'a positive number'],
    ['rate()', 'a positive number'],
    ['rate(10 seconds)', 'minute(s), hour(s) or day(s)'],
    ['rate(10 years)', 'minute(s), hour(s) or day(s)'],
    ['rate(10 minutess)', 'minute(s), hour(s) or day(s)'],
    ['rate(10 MINUTES)', 'minute(s), hour(s) or day(s)'],
    ['rate( 10 minutes )', 'a positive number'],
    [' rate(10 minutes)', 'neither rate'],
    ['rate(1.5 hours)', 'a positive number'],
    ['every minute', 'neither rate'],
  ])('is not %s', (expression, message) => {
    expect(() => parseSchedule(expression)).toThrow(message);
  });
});

describe('a cron expression', () => {
  it.each([
    ['cron(0 12 * * ? *)', '2030-01-01T00:00:00Z', '2030-01-01T12:00:00.000Z'],
    ['cron(0/15 * * * ? *)', '2030-01-01T00:01:00Z', '2030-01-01T00:15:00.000Z'],
    // 2030-01-01 is a Tuesday; AWS counts from 1 = Sunday.
    ['cron(0 8 ? * 2 *)', '2030-01-01T00:00:00Z', '2030-01-07T08:00:00.000Z'],
    ['cron(0 8 ? * MON-FRI *)', '2030-01-05T00:00:00Z', '2030-01-07T08:00:00.000Z'],
    ['cron(0 9 ? * 6#3 *)', '2030-01-01T00:00:00Z', '2030-01-18T09:00:00.000Z'],
    ['cron(0 9 ? * SAT#3 *)', '2030-01-01T00:00:00Z', '2030-01-19T09:00:00.000Z'],
    ['cron(0 9 ? * 6L *)', '2030-01-01T00:00:00Z', '2030-01-25T09:00:00.000Z'],
    // Alone it is the last day of the week.
    ['cron(0 9 ? * L *)', '2030-01-01T00:00:00Z', '2030-01-05T09:00:00.000Z'],
    ['cron(0 9 LW * ? *)', '2030-03-01T00:00:00Z', '2030-03-29T09:00:00.000Z'],
    ['cron(0 9 3W * ? *)', '2030-03-01T00:00:00Z', '2030-03-04T09:00:00.000Z'],
    ['cron(5,35 14 * * ? *)', '2030-01-01T14:06:00Z', '2030-01-01T14:35:00.000Z'],
    ['cron(0/30 20-23 ? * MON-FRI *)', '2030-01-04T23:31:00Z', '2030-01-07T20:00:00.000Z'],
    ['cron(0 0 1 1 ? 2030/2)', '2030-06-01T00:00:00Z', '2032-01-01T00:00:00.000Z'],
    ['cron(0 0 1 1 ? 2199)', '2030-01-01T00:00:00Z', '2199-01-01T00:00:00.000Z'],
    ['cron(0 0 L * ? *)', '2030-02-10T00:00:00Z', '2030-02-28T00:00:00.000Z'],
    ['cron(0 0 1 1 ? 2032)', '2030-01-01T00:00:00Z', '2032-01-01T00:00:00.000Z'],
  ])('%s after %s falls due at %s', (expression, after, expected) => {
    expect(iso(parseSchedule(expression).first(at(after)))).toBe(expected);
  });

  it.each(['cron(0 0 1 1 ? 1970)', 'cron(15 10 ? * 6L 2002-2005)', 'cron(0/5 5 ? JAN 1-5 2022)'])(
    '%s lies in the past and never falls due',
    (expression) => {
      expect(parseSchedule(expression).first(at('2030-01-01T00:00:00Z'))).toBeUndefined();
    },
  );

  it.each([
    ['cron(0 12 * * ?)', '5 fields'],
    ['cron(0 12 * * * *)', 'must have ?'],
    ['cron(0 12 ? * ? *)', 'must have ?'],
    ['cron(61 12 * * ? *)', 'no cron expression'],
    ['cron(71 8 1 * ? *)', 'no cron expression'],
    ['cron(0 dummy ? * MON-FRI *)', 'no cron expression'],
    ['cron(0 8 ? * NOT *)', 'no cron expression'],
    ['cron(INVALID)', '1 fields'],
    ['cron(0 12 * * ? 1969)', 'a year outside 1970 to 2199: 1969'],
    ['cron(0 12 * * ? 1969-2040)', 'a year outside 1970 to 2199: 1969'],
    ['cron(0 12 * * ? 2200)', 'a year outside 1970 to 2199: 2200'],
    ['cron(0 12 ? * 8 *)', 'a weekday outside 1 to 7: 8'],
    ['cron(0 12 ? * 0 *)', 'a weekday outside 1 to 7: 0'],
    ['cron(? 12 * * ? *)', 'for day-of-month and day-of-week only'],
  ])('is not %s', (expression, message) => {
    expect(() => parseSchedule(expression)).toThrow(message);
  });
});
