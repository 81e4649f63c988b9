import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findChrome } from './chrome.ts';
import { ROOT, toolEnvironment, toolPath } from './workspace.ts';

const jest = (kind: string) => [join(ROOT, 'scripts/jest.ts'), kind];

/** What `npm test` checks, in this order: what fails fastest first. Each is a list of commands of Node.js. */
const STEPS: Record<string, () => string[][]> = {
  lint: () => [[toolPath('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings', '.']],
  typecheck: () => [
    [toolPath('typescript', 'bin/tsc'), '-p', 'tsconfig.json'],
    [toolPath('typescript', 'bin/tsc'), '-p', 'packages/web'],
  ],
  validate: () => [[join(ROOT, 'scripts/validate.ts')]],
  unit: () => [jest('unit')],
  integration: () => [jest('integration')],
  system: () => [jest('system')],
  browser: () => [jest('browser')],
};

const HELP = `npm test [-- --only unit[,integration]]

Steps: ${Object.keys(STEPS).join(', ')}. Stops at the first that fails.
Browser tests need Chrome or Chromium (CHROME_PATH, the PATH, the usual places).`;

interface Outcome {
  step: string;
  seconds: string;
  status: 'passed' | 'failed' | 'left out';
}

async function run(args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: toolEnvironment() });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGTERM', forward);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code === 0));
    });
  } finally {
    process.off('SIGTERM', forward);
  }
}

async function runStep(step: string, commands: string[][]): Promise<Outcome> {
  console.log(`\n== ${step} ==`);
  const startedAt = performance.now();
  let passed = true;
  for (const command of commands) passed &&= await run(command);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  return { step, seconds, status: passed ? 'passed' : 'failed' };
}

function wantedSteps(): string[] {
  const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const wanted = values.only?.split(',') ?? Object.keys(STEPS);
  const unknown = wanted.find((step) => !(step in STEPS));
  if (unknown !== undefined) throw new Error(`there is no step '${unknown}': ${Object.keys(STEPS).join(', ')}`);
  return wanted;
}

/** Prints the table; gives the exit status. */
function conclude(outcomes: Outcome[], chromeIsMissing: boolean): number {
  console.log('');
  for (const { step, seconds, status } of outcomes) {
    console.log(`  ${step.padEnd(14)}${status.padEnd(10)}${status === 'left out' ? '' : `${seconds.padStart(6)} s`}`);
  }
  const failed = outcomes.find(({ status }) => status === 'failed');
  if (failed) {
    console.log(`\n${failed.step} failed. Again, alone: npm test -- --only ${failed.step}`);
    return 1;
  }
  if (chromeIsMissing) {
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
  console.log('\nAll passed.');
  return 0;
}

async function main(): Promise<number> {
  // A terminal sends Ctrl-C to the step as well: it ends, and so does this.
  process.on('SIGINT', () => {});
  const wanted = wantedSteps();
  const outcomes: Outcome[] = [];
  let chromeIsMissing = false;
  for (const [step, commands] of Object.entries(STEPS)) {
    if (!wanted.includes(step)) continue;
    if (step === 'browser' && findChrome() === undefined) {
      chromeIsMissing = true;
      outcomes.push({ step, seconds: '', status: 'left out' });
      continue;
    }
    const outcome = await runStep(step, commands());
    outcomes.push(outcome);
    if (outcome.status === 'failed') break;
  }
  return conclude(outcomes, chromeIsMissing);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
