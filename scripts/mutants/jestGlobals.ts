import { createRequire } from 'node:module';

/*
 * What tests import from '@jest/globals' while mutants are run: Jest's own `expect` and mocks, and of the rest as much as
 * the tests of services use. A run of Jest costs a second before the first test; this costs nothing, and a mutant is shown to
 * some tests only. That the tests pass here without a mutant is checked first.
 */

type Body = () => unknown;

interface Suite {
  befores: Body[];
  afters: Body[];
  beforeAlls: Body[];
  afterAlls: Body[];
  entries: (Suite | Test)[];
}

interface Test {
  title: string;
  body: Body;
}

const newSuite = (): Suite => ({ befores: [], afters: [], beforeAlls: [], afterAlls: [], entries: [] });

let current = newSuite();
let runningTest = '';

/** The title of the test that runs, or ran last. */
export const latestTest = () => runningTest;

/** Gives what has been declared since the last call. */
export function takeDeclared(): Suite {
  const declared = current;
  current = newSuite();
  return declared;
}

/** Runs the tests of a file one after another; the first that fails throws what it threw. */
export async function runSuite(suite: Suite, above: Suite[] = []): Promise<void> {
  const chain = [...above, suite];
  try {
    for (const hook of suite.beforeAlls) await hook();
    for (const entry of suite.entries) {
      if ('entries' in entry) await runSuite(entry, chain);
      else await runTest(entry, chain);
    }
  } finally {
    for (const hook of suite.afterAlls) await hook();
  }
}

async function runTest({ title, body }: Test, chain: Suite[]): Promise<void> {
  runningTest = title;
  try {
    for (const { befores } of chain) for (const hook of befores) await hook();
    await body();
  } finally {
    for (const { afters } of chain.toReversed()) for (const hook of afters) await hook();
  }
}

type Row = readonly unknown[];
const eachOf =
  <Declared>(declare: (title: string, body: Body) => Declared) =>
  (rows: readonly unknown[]) =>
  (title: string, body: (...row: unknown[]) => unknown) => {
    for (const row of rows) {
      const values = (Array.isArray(row) ? row : [row]) as Row;
      declare(title, () => body(...values));
    }
  };

function declareSuite(_title: string, body: Body): void {
  const outer = current;
  const suite = newSuite();
  current = suite;
  body();
  current = outer;
  outer.entries.push(suite);
}

function declareTest(title: string, body: Body): void {
  current.entries.push({ title, body });
}

export const describe = Object.assign(declareSuite, { each: eachOf(declareSuite) });
export const it = Object.assign(declareTest, { each: eachOf(declareTest) });
export const test = it;
export const beforeAll = (hook: Body) => void current.beforeAlls.push(hook);
export const afterAll = (hook: Body) => void current.afterAlls.push(hook);
export const beforeEach = (hook: Body) => void current.befores.push(hook);
export const afterEach = (hook: Body) => void current.afters.push(hook);

const ofJest = createRequire(createRequire(import.meta.url).resolve('@jest/globals'));
const { jestExpect } = ofJest('@jest/expect') as { jestExpect: typeof import('@jest/globals').expect };
type Jest = typeof import('@jest/globals').jest;
const { ModuleMocker } = ofJest('jest-mock') as { ModuleMocker: new (global: object) => Jest };
const { ModernFakeTimers } = createRequire(ofJest.resolve('@jest/environment'))('@jest/fake-timers') as {
  ModernFakeTimers: new (of: { config: object; global: object }) => Jest;
};
const timers = new ModernFakeTimers({ config: { fakeTimers: {} }, global: globalThis });

export const expect = jestExpect;
export const jest = Object.assign(new ModuleMocker(globalThis), {
  useFakeTimers: (options?: Parameters<Jest['useFakeTimers']>[0]) => timers.useFakeTimers(options),
  useRealTimers: () => timers.useRealTimers(),
  advanceTimersByTimeAsync: (ms: number) => timers.advanceTimersByTimeAsync(ms),
});
