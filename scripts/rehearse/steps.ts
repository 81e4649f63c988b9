import { asError } from '../../packages/local-aws/core/errors.ts';
import { type Child, startChild } from '../child.ts';
import { ROOT } from '../workspace.ts';

/** Something that a rehearsal does. */
export interface Step {
  /** What it is about to do: `deploys all services`. */
  name: string;
  /** Gives what there is to say of it. Throws Error in words where it fails. */
  run(): Promise<string | undefined>;
}

/** How a step came out. */
export interface Outcome {
  name: string;
  seconds: number;
  error?: Error;
  said?: string | undefined;
}

/** Takes steps in turn; after one that fails no other is taken. `now` gives milliseconds; `begins` hears of each before it is taken. */
export async function takeSteps(
  steps: readonly Step[],
  { now, begins, ended }: { now: () => number; begins(step: Step): void; ended(outcome: Outcome): void },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    begins(step);
    const startedMs = now();
    const { name } = step;
    const how = await step.run().then(
      (said) => ({ said }),
      (thrown: unknown) => ({ error: asError(thrown) }),
    );
    const outcome: Outcome = { name, seconds: (now() - startedMs) / 1000, ...how };
    outcomes.push(outcome);
    ended(outcome);
    if (outcome.error) break;
  }
  return outcomes;
}

/** Lines of osls and Jest that show how far they are. */
const PROGRESS = /^((\S+ › )?(✔|×|deployed$|removed$|no changes$)|(PASS|FAIL) |Error:|.* failed )/;

/** Runs a script of Node.js to its end. Rejects with Error, which shows its last lines, when it fails. */
export async function runScript(
  args: string[],
  {
    env,
    cwd,
    inherited,
    ending,
    line,
  }: {
    env: Record<string, string>;
    cwd?: string;
    inherited: NodeJS.ProcessEnv;
    /** Ends it when the rehearsal is ended. */
    ending: AsyncDisposableStack;
    line(text: string, isProgress: boolean): void;
  },
): Promise<void> {
  const lines: string[] = [];
  const child: Child = startChild({
    name: args[0] ?? '',
    args,
    cwd: cwd ?? ROOT,
    env,
    inherited,
    onLine(text) {
      lines.push(text);
      if (lines.length > SHOWN_LINES) lines.shift();
      line(text, PROGRESS.test(text));
    },
  });
  ending.defer(() => child.stop());
  const { code, signal } = await child.ended;
  if (code !== 0)
    throw new Error(`${args.slice(0, 2).join(' ')} ended (${signal ?? `exit code ${code}`}):\n${lines.join('\n')}`);
}

/** How much is shown of what has failed. */
const SHOWN_LINES = 60;
