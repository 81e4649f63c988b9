import { parseArgs } from 'node:util';
import { understood } from './commandLine.ts';
import { STAGE, stepsOf } from './rehearse/play.ts';
import { type Outcome, takeSteps } from './rehearse/steps.ts';
import { endOnSignals } from './signals.ts';

const HELP = `npm run rehearse [-- --verbose] [tests]

Deploys the whole arcade as npm run deploy does, but into a local-aws of its own that goes afterwards: no account is needed, and
nothing of the local stage is touched. All services are packaged and deployed as the stage '${STAGE}', get their secrets, are played
by the system tests (tests: their paths; left out, all), one is deployed in another version, all are removed; and it fails when
anything is left.

  --verbose  shows all that osls, the tests and local-aws write

Takes some minutes. Ctrl-C ends it, with all that it has started.`;

function optionsFrom(args: string[]) {
  const options = { verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  return { ...values, tests: positionals };
}

const row = ({ name, seconds, error, said }: Outcome) =>
  `${error ? '×' : '✔'} ${name.padEnd(38)}${seconds.toFixed(1).padStart(7)} s  ${said ?? ''}`.trimEnd();

async function rehearse({ verbose, tests }: ReturnType<typeof optionsFrom>): Promise<number> {
  await using ending = new AsyncDisposableStack();
  endOnSignals(ending);
  const line = (text: string, isProgress: boolean) => {
    if (verbose || isProgress) console.log(`    ${text}`);
  };
  const outcomes = await takeSteps(stepsOf({ ending, tests, line }), {
    now: () => performance.now(),
    begins: ({ name }) => console.log(`· ${name}`),
    ended: (outcome) => console.log(row(outcome)),
  });
  const failed = outcomes.find(({ error }) => error);
  if (failed?.error) console.error(`\n${failed.error.message}`);
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0);
  console.log(
    `\n${failed ? `Failed: ${failed.name}` : 'Deployed, played, changed and removed, and nothing is left'}. ${seconds.toFixed(0)} s.`,
  );
  return failed ? 1 : 0;
}

const options = understood(optionsFrom, HELP);
if (options.help) console.log(HELP);
else process.exitCode = await rehearse(options);
