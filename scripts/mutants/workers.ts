import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { toolEnvironment } from '../workspace.ts';
import type { Order, Report } from './workerMessages.ts';

/** Modules of earlier runs stay in memory: after so many orders a worker is replaced. */
const MOST_ORDERS = 200;

/** How a worker's run ended; `gone` is a mutant that ran too long or ended its process. */
export type Ending = Report | 'gone';

/** A process that runs tests of one service with changes, one order at a time. */
export class Worker {
  readonly #serviceFolder: string;
  #process: ChildProcess | undefined;
  #orders = 0;

  constructor(serviceFolder: string) {
    this.#serviceFolder = serviceFolder;
  }

  async carryOut(order: Order, limitMs: number): Promise<Ending> {
    if (this.#orders >= MOST_ORDERS) this.stop();
    this.#orders += 1;
    this.#process ??= this.#start();
    const child = this.#process;
    const ending = await new Promise<Ending>((resolve) => {
      const limit = setTimeout(resolve, limitMs, 'gone');
      const settle = (value: Ending) => {
        clearTimeout(limit);
        child.off('message', onMessage).off('exit', onExit);
        resolve(value);
      };
      const onMessage = (report: unknown) => settle(report as Report);
      const onExit = () => settle('gone');
      child.once('message', onMessage).once('exit', onExit);
      child.send(order);
    });
    if (ending === 'gone') this.stop();
    return ending;
  }

  stop(): void {
    const pid = this.#process?.pid;
    this.#process = undefined;
    this.#orders = 0;
    if (pid === undefined) return;
    try {
      // With what its tests have started.
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }

  #start(): ChildProcess {
    return fork(join(import.meta.dirname, 'worker.ts'), [this.#serviceFolder], {
      env: toolEnvironment(),
      // What tests and mutants write is of no interest.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      detached: process.platform !== 'win32',
    });
  }
}

/** Gives each item to whichever worker is free; resolves when all are done. */
export async function shareOut<Item>(
  items: Iterable<Item>,
  workers: readonly Worker[],
  carryOut: (item: Item, worker: Worker) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  await Promise.all(
    workers.map(async (worker) => {
      for (let next = queue.next(); !next.done; next = queue.next()) await carryOut(next.value, worker);
    }),
  );
}
