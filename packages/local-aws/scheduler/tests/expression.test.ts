import { describe, expect, it } from '@jest/globals';
import { parseWhen } from '../expression.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
const when = (expression: string, more: { timezone?: string; startMs?: number; endMs?: number } = {}) =>
  parseWhen({ expression, timezone: 'UTC', ...more });

describe('a one-time expression', () => {
  it.each([
    ['UTC', '2030-07-01T12:00:13', '2030-07-01T12:00:13.000Z'],
    ['Europe/Berlin', '2030-07-01T12:00:00', '2030-07-01T10:00:00.000Z'],
    ['Europe/Berlin', '2030-12-01T12:00:00', '2030-12-01T11:00:00.000Z'],
    ['America/New_York', '2030-07-01T12:00:00', '2030-07-01T16:00:00.000Z'],
    ['Asia/Kolkata', '2030-01-01T00:00:00', '2029-12-31T18:30:00.000Z'],
    // Twice on that day: the first.
    ['Europe/Berlin', '2030-10-27T02:30:00', '2030-10-27T00:30:00.000Z'],
  ])('is a time of %s: %s', (timezone, local, expected) => {
    expect(iso(when(`at(${local})`, { timezone }).first(0))).toBe(expected);
  });

  it('runs once, also when its time is past and whatever start and end say', () => {
    const schedule = when('at(2020-01-01T00:00:00)', { startMs: at('2030-01-01T00:00:00Z'), endMs: 1 });

    expect(iso(schedule.first(at('2030-06-01T00:00:00Z')))).toBe('2020-01-01T00:00:00.000Z');
    expect(schedule.next(at('2020-01-01T00:00:00Z'), at('2030-06-01T00:00:00Z'))).toBeUndefined();
  });

  it.each([
    'at(2021-12-31T23:59:59Z)',
    'at(2021-12-31)',
    'at(2021-02-30T00:00:00)',
    'at(2021-13-01T00:00:00)',
    'at(2021-01-01T25:00:00)',
    'at(2021-01-01T00:00:00',
    'at()',
    'at(tomorrow)',
  ])('is not %s', (expression) => {
    expect(() => when(expression)).toThrow('at(yyyy-mm-ddThh:mm:ss)');
  });
});

describe('a recurring expression', () => {
  const noon = at('2030-01-01T12:00:00Z');

  it.each<[string, string, { startMs?: number; endMs?: number }, string | undefined]>([
    ['a rate begins when it is made', 'rate(5 minutes)', {}, '2030-01-01T12:00:01.000Z'],
    ['a rate begins with its start', 'rate(5 minutes)', { startMs: noon + 90_000 }, '2030-01-01T12:01:30.000Z'],
    ['a rate keeps the rhythm of its start', 'rate(5 minutes)', { startMs: noon - 90_000 }, '2030-01-01T12:03:30.000Z'],
    ['a cron waits for its start', 'cron(0 * * * ? *)', { startMs: noon + 90_000 }, '2030-01-01T13:00:00.000Z'],
    ['a cron may fall on its start', 'cron(0 * * * ? *)', { startMs: noon + 3_600_000 }, '2030-01-01T13:00:00.000Z'],
    ['nothing comes after the end', 'cron(0 * * * ? *)', { endMs: noon + 60_000 }, undefined],
    ['the end itself counts', 'cron(0 * * * ? *)', { endMs: noon + 3_600_000 }, '2030-01-01T13:00:00.000Z'],
  ])('%s', (_what, expression, more, expected) => {
    expect(iso(when(expression, more).first(noon))).toBe(expected);
  });

  it('ends with its end', () => {
    const schedule = when('rate(1 minute)', { endMs: noon + 90_000 });

    expect(schedule.next(noon, noon)).toBe(noon + 60_000);
    expect(schedule.next(noon + 60_000, noon + 60_000)).toBeUndefined();
  });

  it.each([
    ['in winter', '2030-01-01T00:00:00Z', '2030-01-01T07:00:00.000Z'],
    ['in summer', '2030-07-01T00:00:00Z', '2030-07-01T06:00:00.000Z'],
  ])('goes by the clocks of its zone %s', (_when, from, expected) => {
    const schedule = when('cron(0 8 * * ? *)', { timezone: 'Europe/Berlin' });

    expect(iso(schedule.first(at(from)))).toBe(expected);
  });

  it('leaves out the hour that clocks skip in spring, and takes the one that comes twice in autumn once', () => {
    const schedule = when('cron(30 2 * * ? *)', { timezone: 'Europe/Berlin' });

    expect(iso(schedule.first(at('2030-03-30T12:00:00Z')))).toBe('2030-04-01T00:30:00.000Z');
    const autumn = schedule.first(at('2030-10-26T12:00:00Z')) ?? 0;
    expect(iso(autumn)).toBe('2030-10-27T00:30:00.000Z');
    expect(iso(schedule.next(autumn, autumn))).toBe('2030-10-28T01:30:00.000Z');
  });

  it.each(['cron(0-15/1 * * * ? *)', 'cron(30-30 * * * ? *)', 'cron(*/15 * * * ? *)'])('may be %s', (expression) => {
    expect(when(expression).first(noon)).toBeGreaterThan(noon);
  });

  it.each([
    'rate(10 seconds)',
    'rate(10 years)',
    'rate(10 minutess)',
    'rate(10)',
    'rate(-10 minutes)',
    'rate( 10 minutes )',
    ' rate(10 minutes)',
    'cron(0 1 * * * *)',
    'cron(71 8 1 * ? *)',
    'every minute',
  ])('is not %s', (expression) => {
    expect(() => when(expression)).toThrow(expression.trim());
  });
});
