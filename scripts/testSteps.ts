import { type ChildProcess, spawn } from 'node:child_process';
import { ROOT, toolEnvironment } from './workspace.ts';

/** One thing that `npm test` does. */
export interface Step {
  name: string;
  /** How many cores it keeps busy. */
  cores: number;
  /** Arguments of Node.js, run one after the other until one fails. */
  commands: string[][];
}

/** How a step ended. One is `ended` when another had failed, or a signal came, before it was through. */
export interface Outcome {
  step: string;
  seconds: number;
  status: 'passed' | 'failed' | 'ended';
}

/**
 * Runs steps in their order, as many at once as there are cores for. One that has all cores writes to the terminal as it
 * goes; what others write is shown when they end. The first that fails ends those beside it, and no other starts.
 */
export async function runSteps(
  steps: readonly Step[],
  cores: number,
  print: (text: string) => void = (text) => process.stdout.write(text),
): Promise<Outcome[]> {
  const running = new Set<RunningStep>();
  const outcomes: Outcome[] = [];
  let isOver = false;
  const endAll = () => {
    isOver = true;
    for (const one of running) one.end();
  };
  // A terminal sends Ctrl-C to the steps as well: they end, and so does this.
  process.on('SIGINT', endAll).on('SIGTERM', endAll);

  const finish = async (one: RunningStep) => {
    const outcome = await one.outcome;
    running.delete(one);
    outcomes.push(outcome);
    if (outcome.status === 'failed') endAll();
  };
  const free = () => cores - [...running].reduce((sum, { step }) => sum + step.cores, 0);
  const finishing = new Set<Promise<void>>();
  for (const step of steps) {
    while (running.size > 0 && free() < step.cores && !isOver) await Promise.race(finishing);
    if (isOver) break;
    const one = new RunningStep(step, step.cores < cores, print);
    running.add(one);
    const finished = finish(one).finally(() => finishing.delete(finished));
    finishing.add(finished);
  }
  await Promise.all(finishing);
  process.off('SIGINT', endAll).off('SIGTERM', endAll);
  return outcomes;
}

class RunningStep {
  readonly step: Step;
  readonly outcome: Promise<Outcome>;
  readonly #isBesideOthers: boolean;
  readonly #print: (text: string) => void;
  #child: ChildProcess | undefined;
  #isEnded = false;

  constructor(step: Step, isBesideOthers: boolean, print: (text: string) => void) {
    this.step = step;
    this.#isBesideOthers = isBesideOthers;
    this.#print = print;
    this.outcome = this.#run();
  }

  end(): void {
    this.#isEnded = true;
    this.#child?.kill('SIGTERM');
  }

  async #run(): Promise<Outcome> {
    const { name, commands } = this.step;
    const startedAt = performance.now();
    if (!this.#isBesideOthers) this.#print(heading(name));
    const output: Buffer[] = [];
    let passed = true;
    for (const command of commands) passed &&= !this.#isEnded && (await this.#succeeds(command, output));
    const status = passed ? 'passed' : this.#isEnded ? 'ended' : 'failed';
    if (this.#isBesideOthers && status !== 'ended') this.#print(`${heading(name)}${Buffer.concat(output)}`);
    return { step: name, seconds: (performance.now() - startedAt) / 1000, status };
  }

  async #succeeds(command: string[], output: Buffer[]): Promise<boolean> {
    const isCaptured = this.#isBesideOthers;
    const child = spawn(process.execPath, command, {
      cwd: ROOT,
      stdio: isCaptured ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      env: toolEnvironment(isCaptured && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => output.push(part));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code === 0));
    });
  }
}

const heading = (name: string) => `\n== ${name} ==\n`;
