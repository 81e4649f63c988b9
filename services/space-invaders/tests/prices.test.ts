import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { costOf, costOfRate, inDollars, type Second } from '../bench/prices.ts';

/** 20,000 players, about as they are simulated. */
const SECOND: Second = {
  ...{ players: 20_000, shards: 96, statuses: 27_600, writes: 19_840, indexUnits: 2_940, boardEveryMs: 10_000 },
};
const REQUEST = 3.5 / 1e6;
const READ_UNIT = 0.125 / 1e6;
const HOUR_S = 3_600;

describe('what an hour costs', () => {
  it('is the sum of its parts', () => {
    const { together, ...parts } = costOf(SECOND);

    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(together);
  });

  it('falls with how seldom pages ask for the board, by requests and reads alone', () => {
    const often = costOf({ ...SECOND, boardEveryMs: 20_000 });
    const seldom = costOf({ ...SECOND, boardEveryMs: 40_000 });

    expect(often.api - seldom.api).toBeCloseTo(500 * REQUEST * HOUR_S);
    expect(often.table - seldom.table).toBeCloseTo(500 * READ_UNIT * HOUR_S);
    expect(seldom).toMatchObject({ stream: often.stream, functions: often.functions, files: often.files });
  });

  it('counts no more reads of one board than its partition gives', () => {
    const [most, tooMany] = [6_667, 1_000].map((boardEveryMs) => costOf({ ...SECOND, boardEveryMs }));

    expect(tooMany?.table).toBeCloseTo(most?.table ?? 0, 3);
    expect(tooMany?.api).toBeGreaterThan(most?.api ?? 0);
  });
});

/** The rows of the page's table by rate: how often, statuses, writes and units a second, and dollars. */
function measured(): { everyMs: number; taken: number; writes: number; units: number; dollars: string }[] {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/decisions/ingestion.md'), 'utf8').replaceAll(
    ',',
    '',
  );
  const row = /^\| (\d+) ms \| (\d+) \|.*\| (\d+) \((\d+)\) \|.*\| ([\d.]+) \|$/gm;
  return [...page.matchAll(row)].map(([, every, taken, writes, units, dollars = '']) => ({
    ...{ everyMs: Number(every), taken: Number(taken), writes: Number(writes), units: Number(units), dollars },
  }));
}

it('docs/decisions/ingestion.md has the dollars of each rate by these prices', () => {
  const rows = measured();

  expect(rows.map(({ everyMs }) => everyMs)).toEqual([1000, 300, 100]);
  for (const { everyMs, taken, writes, units, dollars } of rows) {
    const round = { players: 200, takenPerSecond: taken, writesPerSecond: writes, writeUnitsPerSecond: units };
    expect([everyMs, dollars]).toEqual([everyMs, inDollars(costOfRate(everyMs, round))]);
  }
});
