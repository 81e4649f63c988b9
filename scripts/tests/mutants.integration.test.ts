import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mutantsOf } from '../mutants/sourceMutants.ts';
import { Worker } from '../mutants/workers.ts';

const SOURCE = 'export function sum(n: number) { let s = 0; for (let i = 1; i <= n; i += 1) s += i; return s; }';
const TEST = `
  import { expect, it } from '@jest/globals';
  import { sum } from '../domain/sum.ts';
  it('adds', () => expect(sum(2)).toBe(3));
`;
/** `i -= 1`, which counts for ever. */
const LOOP = { start: SOURCE.indexOf('+= 1'), end: SOURCE.indexOf('+= 1') + 2, text: '-=' };
const LIMIT_MS = 10_000;

let folder: string;
let worker: Worker;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mutants-')));
  for (const part of ['domain', 'tests']) mkdirSync(join(folder, part));
  writeFileSync(join(folder, 'domain/sum.ts'), SOURCE);
  writeFileSync(join(folder, 'tests/sum.test.ts'), TEST);
  worker = new Worker(folder);
});
afterEach(() => {
  worker.stop();
  rmSync(folder, { recursive: true });
});

it('shows each mutant to the tests: they fail, never end, or do not see it', async () => {
  const file = join(folder, 'domain/sum.ts');
  const tests = [join(folder, 'tests/sum.test.ts')];
  const endingOf = async (becomes: string) => {
    const edit = mutantsOf(SOURCE).find(({ start, end, text }) => {
      return `${SOURCE.slice(0, start)}${text}${SOURCE.slice(end)}`.includes(becomes);
    });
    if (!edit) throw new Error(`there is no mutant with ${becomes}`);
    const ending = await worker.carryOut({ tests, change: { file, edit } }, LIMIT_MS);
    return ending === 'gone' ? ending : (ending.failure?.test ?? 'alive');
  };

  expect(await worker.carryOut({ tests }, LIMIT_MS)).toEqual({
    ran: [{ test: tests[0], ms: expect.any(Number), loaded: expect.arrayContaining([file]) }],
  });
  expect(await endingOf('i < n')).toBe(`${tests[0]}: adds`);
  expect(await endingOf('i += 2')).toBe(`${tests[0]}: adds`);
  expect(await endingOf('let i = 2')).toBe(`${tests[0]}: adds`);
  // One that its only test cannot see, and one that ends no more.
  writeFileSync(tests[0] ?? '', TEST.replace('sum(2)).toBe(3)', 'sum(0)).toBe(0)'));
  expect(await endingOf('i += 2')).toBe('alive');
  writeFileSync(tests[0] ?? '', TEST);
  expect(await worker.carryOut({ tests, change: { file, edit: LOOP } }, 1000)).toBe('gone');
  expect(await endingOf('i < n')).toBe(`${tests[0]}: adds`);
});

it('runs a day in no time for a test with timers of its own, and has the real ones for the next', async () => {
  const [clock, next] = ['tests/clock.test.ts', 'tests/next.test.ts'].map((test) => join(folder, test)) as [
    string,
    string,
  ];
  writeFileSync(
    clock,
    `
      import { afterEach, expect, it, jest } from '@jest/globals';
      globalThis.realSetTimeout ??= setTimeout;
      afterEach(() => jest.useRealTimers());
      it('rings', async () => {
        jest.useFakeTimers({ now: 0 });
        const rung = new Promise((resolve) => setTimeout(() => resolve(Date.now()), 86_400_000));
        await jest.advanceTimersByTimeAsync(86_400_000);
        expect(await rung).toBe(86_400_000);
      });
    `,
  );
  writeFileSync(
    next,
    `
      import { expect, it } from '@jest/globals';
      it('has the real ones', () => expect(setTimeout).toBe(globalThis.realSetTimeout));
    `,
  );

  expect(await worker.carryOut({ tests: [clock, next] }, LIMIT_MS)).toEqual({
    ran: [expect.objectContaining({ test: clock }), expect.objectContaining({ test: next })],
  });
});
