import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChrome } from './chrome.ts';
import { type Outcome, runSteps, type Step } from './testSteps.ts';
import { ROOT, toolPath } from './workspace.ts';

const CORES = availableParallelism();
const TSC = toolPath('typescript', 'bin/tsc');

/** What fails fastest comes first, side by side where one alone leaves cores idle. */
const CHECKS: Record<string, Omit<Step, 'name'>> = {
  lint: { cores: 1, commands: [[toolPath('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings', '.']] },
  typecheck: {
    cores: 1,
    commands: [
      [TSC, '-p', 'tsconfig.json'],
      [TSC, '-p', 'packages/web'],
    ],
  },
  validate: { cores: CORES, commands: [[join(ROOT, 'scripts/validate.ts')]] },
};

/** Kinds of tests that one run of Jest takes: its workers are busy to the end, and the arcade is started once. */
const RUNS = [
  ['unit', 'integration'],
  ['system', 'browser'],
];

const NAMES = [...Object.keys(CHECKS), ...RUNS.flat()];

const HELP = `npm test [-- --only unit[,integration]]

Steps: ${NAMES.join(', ')}. Stops at the first that fails.
Browser tests need Chrome or Chromium (CHROME_PATH, the PATH, the usual places).
What takes minutes (kills, restarts) is npm run test:long.`;

function wantedNames(): string[] {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const wanted = values.only?.split(',') ?? NAMES;
  const unknown = wanted.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`there is no step '${unknown}': ${NAMES.join(', ')}`);
  return wanted;
}

function stepsFor(wanted: readonly string[]): Step[] {
  const checks = Object.entries(CHECKS).flatMap(([name, check]) => (wanted.includes(name) ? [{ name, ...check }] : []));
  const runs = RUNS.map((kinds) => kinds.filter((kind) => wanted.includes(kind)).join(','))
    .filter((kinds) => kinds !== '')
    .map((kinds) => ({
      name: kinds,
      cores: CORES,
      commands: [[join(ROOT, 'scripts/jest.ts'), kinds, `--maxWorkers=${CORES}`]],
    }));
  return [...checks, ...runs];
}

/** Prints the table; gives the exit status. */
function conclude(outcomes: readonly Outcome[], seconds: number, chromeIsMissing: boolean): number {
  const width = Math.max(...NAMES.map((name) => name.length), ...outcomes.map(({ step }) => step.length)) + 2;
  const row = (name: string, status: string, time?: number) =>
    console.log(
      `  ${name.padEnd(width)}${status.padEnd(10)}${time === undefined ? '' : `${time.toFixed(1).padStart(6)} s`}`,
    );
  console.log('');
  for (const { step, status, seconds: taken } of outcomes) row(step, status, taken);
  if (chromeIsMissing) row('browser', 'left out');
  row('together', '', seconds);
  const failed = outcomes.find(({ status }) => status === 'failed');
  if (failed) {
    console.log(`\n${failed.step} failed. Again, alone: npm test -- --only ${failed.step}`);
    return 1;
  }
  if (outcomes.some(({ status }) => status !== 'passed')) return 1;
  if (!chromeIsMissing) {
    console.log('\nAll passed.');
    return 0;
  }
  const remedy = 'install one, or set CHROME_PATH';
  if (process.env.CI) {
    console.log(
      `\nThe browser tests were not run: there is no Chrome or Chromium (${remedy}), and CI wants all tests.`,
    );
    return 1;
  }
  console.log(`\nAll passed, but without the browser tests: there is no Chrome or Chromium here (${remedy}).`);
  return 0;
}

async function main(): Promise<number> {
  const wanted = wantedNames();
  const chromeIsMissing = wanted.includes('browser') && findChrome() === undefined;
  const steps = stepsFor(chromeIsMissing ? wanted.filter((name) => name !== 'browser') : wanted);
  const startedAt = performance.now();
  const outcomes = await runSteps(steps, CORES);
  return conclude(outcomes, (performance.now() - startedAt) / 1000, chromeIsMissing);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
