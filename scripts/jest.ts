import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { constants } from 'node:os';
import { startForTests } from './running.ts';
import { ROOT, toolEnvironment, toolPath } from './workspace.ts';

const KINDS = ['unit', 'integration', 'system', 'browser', 'long'];
/** The kinds that speak to the whole arcade, running. */
const NEEDS_ARCADE = ['system', 'browser'];

const HELP = `npm run test:<kind> [-- paths or other arguments of Jest]

Kinds: ${KINDS.join(', ')}. With node scripts/jest.ts several at once: unit,integration.
long is what takes minutes (kills at random moments, restarts, soaks); it is not part of npm test.`;

/** Runs Jest's projects `kinds` and gives its exit status. */
async function runJest(kinds: string[], args: string[], environment: Record<string, string> = {}): Promise<number> {
  const jest = spawn(
    process.execPath,
    [toolPath('jest', 'bin/jest.js'), ...args, '--passWithNoTests', '--selectProjects', ...kinds],
    {
      cwd: ROOT,
      stdio: 'inherit',
      env: toolEnvironment({
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`,
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

const [named = '', ...args] = process.argv.slice(2);
const kinds = named.split(',');
if (!kinds.every((kind) => KINDS.includes(kind))) {
  console.error(HELP);
  process.exitCode = 2;
} else if (args.includes('--help')) {
  console.log(HELP);
} else if (NEEDS_ARCADE.some((kind) => kinds.includes(kind) && hasTests(kind))) {
  const arcade = await startForTests();
  try {
    // A system test plays all that there is; where one session is open at a time, nobody else may open another meanwhile.
    for (const kind of kinds) process.exitCode ||= await runJest([kind], args, arcade.environment);
  } finally {
    await arcade.stop();
  }
} else {
  process.exitCode = await runJest(kinds, args);
}
