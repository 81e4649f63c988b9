import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { budgetProblems } from '../bundleBudget.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'budget-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function problems(bytes: number, budgets: Record<string, number>): string[] {
  const file = join(folder, 'ping.cjs');
  writeFileSync(file, 'x'.repeat(bytes));
  writeFileSync(join(folder, 'bundleBudget.json'), JSON.stringify(budgets));
  return budgetProblems(folder, [{ file, handler: 'handlers/ping.handler' }]);
}

it('lets a bundle be that keeps to a budget which is close to it', () => {
  expect(problems(300_000, { ping: 310_000 })).toEqual([]);
});

it.each([
  ['has outgrown its budget', 310_001, { ping: 310_000 }, /^ping: 310001 bytes, 1 over its budget.* 320000$/],
  ['is far below its budget', 200_000, { ping: 310_000 }, /^ping: .* far below .* 206000 would hold it$/],
  ['has no budget', 200_000, {}, /^ping: no budget; 206000/],
  ['is larger than any may be', 560_000, { ping: 570_000 }, /^ping: .* no function may have more than 550000$/],
])('names a bundle that %s', (_what, bytes, budgets, message) => {
  expect(problems(bytes, budgets)).toEqual([expect.stringMatching(message)]);
});

it('names a budget whose function is gone', () => {
  expect(problems(300_000, { ping: 310_000, pong: 1 })).toEqual(['pong: a budget without a function']);
});
