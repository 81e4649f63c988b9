import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { constants } from 'node:os';
import { startForTests } from './running.ts';
import { ROOT, toolEnvironment, toolPath } from './workspace.ts';

const KINDS = ['unit', 'integration', 'system', 'browser', 'long'];
/** The kinds that speak to the whole arcade, running. */
const NEEDS_ARCADE = new Set(['system', 'browser']);

/** Runs Jest's project `kind` and gives its exit status. */
async function runJest(kind: string, args: string[], environment: Record<string, string> = {}): Promise<number> {
  const jest = spawn(
    process.execPath,
    [toolPath('jest', 'bin/jest.js'), ...args, '--passWithNoTests', '--selectProjects', kind],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: toolEnvironment({
        NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
        ...environment,
      }),
    },
  );
  // A terminal sends Ctrl-C to Jest as well; what was started for it is stopped when it has ended.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => jest.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    jest.once('error', reject);
    jest.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

function hasTests(kind: string): boolean {
  const found = globSync(`{packages,services,scripts}/**/*.${kind}.test.ts`, {
    cwd: ROOT,
    exclude: (name) => name === 'node_modules',
  });
  return found.length > 0;
}

const [kind = '', ...args] = process.argv.slice(2);
if (!KINDS.includes(kind)) {
  console.error(`usage: node scripts/jest.ts <${KINDS.join('|')}> [arguments of Jest]`);
  process.exitCode = 2;
} else if (NEEDS_ARCADE.has(kind) && hasTests(kind)) {
  const arcade = await startForTests();
  try {
    process.exitCode = await runJest(kind, args, arcade.environment);
  } finally {
    await arcade.stop();
  }
} else {
  process.exitCode = await runJest(kind, args);
}
