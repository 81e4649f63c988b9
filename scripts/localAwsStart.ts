import { join } from 'node:path';
import type { HostedDescription } from '../packages/local-aws/host/host.ts';
import { isHostMessage } from '../packages/local-aws/host/messages.ts';
import { scrubbed } from '../packages/local-aws/ownEnvironment.ts';
import { type Child, type Ending, startChild } from './child.ts';
import { ROOT } from './workspace.ts';

/** One that ends more often than this in a minute will end again. */
const MOST_ENDS = 3;
const MINUTE_MS = 60_000;

/** How local-aws is started. */
export interface LocalAwsOptions {
  port: number;
  /** Ports whose pages may call, beside its own. */
  pages?: readonly number[];
  /** Names of the services that it runs; left out: all, empty: none. */
  only?: readonly string[];
  /** Where serverless-compose.yml is, when not in the repository's root. */
  compose?: string;
  fresh?: boolean;
  faults?: string;
  verbose?: boolean;
  environment?: Record<string, string>;
  report(source: string, line: string): void;
}

/** local-aws with the services, in a process of its own, which is started again when it dies. */
export class LocalAwsProcess {
  readonly #options: LocalAwsOptions;
  #child: Child | undefined;
  #stopped = false;
  /** When it ended, of late. */
  #ends: number[] = [];

  constructor(options: LocalAwsOptions) {
    this.#options = options;
  }

  /**
   * Resolves with how each service's start came out. Rejects with an Error that has its last lines when it ends before.
   * From then on it is started again whenever it ends; `onEnd` is called when that does not help.
   */
  async start(onEnd: (reason: string) => void): Promise<HostedDescription[]> {
    const { child, ready } = this.#spawn(this.#options.fresh ?? false);
    const early = child.ended.then((ending) => {
      throw new Error(`local-aws ${reasonOf(ending)} before it was ready:\n${child.lastLines().join('\n')}`);
    });
    const services = await Promise.race([ready, early]);
    early.catch(() => {});
    this.#keepUp(child, onEnd);
    return services;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#child?.stop();
  }

  #keepUp(child: Child, onEnd: (reason: string) => void): void {
    void child.ended.then((ending) => {
      if (this.#stopped) return;
      const reason = reasonOf(ending);
      this.#ends = [...this.#ends.filter((at) => performance.now() - at < MINUTE_MS), performance.now()];
      if (this.#ends.length > MOST_ENDS) return onEnd(`${reason}:\n${child.lastLines().join('\n')}`);
      this.#options.report('local-aws', `${reason}, and is started again with the state that it had`);
      const again = performance.now();
      const next = this.#spawn(false);
      void next.ready.then(() => {
        const seconds = ((performance.now() - again) / 1000).toFixed(1);
        this.#options.report('local-aws', `runs again after ${seconds} s`);
      });
      this.#keepUp(next.child, onEnd);
    });
  }

  #spawn(fresh: boolean): { child: Child; ready: Promise<HostedDescription[]> } {
    const { port, pages = [], only, compose, faults, verbose, environment, report } = this.#options;
    const { promise: ready, resolve } = Promise.withResolvers<HostedDescription[]>();
    const child = startChild({
      name: 'local-aws',
      args: [
        join(ROOT, 'packages/local-aws/cli.ts'),
        `--port=${port}`,
        ...(only?.length === 0 ? [] : [`--services=${only?.join(',') ?? 'all'}`]),
        ...(pages.length > 0 ? [`--pages=${pages.join(',')}`] : []),
        ...(compose ? [`--compose=${compose}`] : []),
        ...(fresh ? ['--fresh'] : []),
        ...(faults ? [`--faults=${faults}`] : []),
        ...(verbose ? ['--verbose'] : []),
      ],
      env: environment,
      inherited: scrubbed(process.env),
      onLine: (line) => report('local-aws', line),
      onMessage(message) {
        if (!isHostMessage(message)) return;
        if (message.arcade === 'ready') resolve(message.services);
        else for (const line of message.line.split('\n')) report(message.source, line);
      },
    });
    this.#child = child;
    return { child, ready };
  }
}

function reasonOf({ code, signal }: Ending): string {
  return `ended (${signal ?? `exit code ${code}`})`;
}
