import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { compileService } from '../../packages/local-aws/testkit/index.ts';
import { findServices, ROOT } from '../workspace.ts';

/** Compiling starts osls, which takes seconds on a busy machine. */
const COMPILING_MS = 180_000;

/** The first column of the page's table: `*LambdaFunctionFailsAlarm`. */
const ROW = /^\| `([\w*]+Alarm)` \|/gm;

const page = readFileSync(join(ROOT, 'docs/operations/alarms.md'), 'utf8');
const rows = [...page.matchAll(ROW)].map(([, name = '']) => name);
const fits = (row: string, alarm: string) => new RegExp(`^${row.replace('*', '.*')}$`).test(alarm);

describe('the page of alarms', () => {
  let alarms: string[];
  beforeAll(async () => {
    const compiled = await Promise.all(findServices().map(({ folder }) => compileService(folder, { stage: 'local' })));
    alarms = compiled.flatMap(({ template }) =>
      Object.entries(template.Resources as Record<string, { Type: string }>).flatMap(([id, { Type }]) =>
        Type === 'AWS::CloudWatch::Alarm' ? [id] : [],
      ),
    );
  }, COMPILING_MS);

  it('says of each alarm of each service what to do', () => {
    expect(alarms.length).toBeGreaterThan(0);
    expect(alarms.filter((alarm) => !rows.some((row) => fits(row, alarm)))).toEqual([]);
  });

  it('has a row for no alarm that is not there, and none that a row above it takes', () => {
    const decisive = new Set(alarms.map((alarm) => rows.find((row) => fits(row, alarm))));

    expect(rows.filter((row) => !decisive.has(row))).toEqual([]);
  });
});
