import { type ComposedService, resolveParams } from '../packages/local-aws/compose.ts';
import type { Child } from './child.ts';
import { type Failure, type RunningService, ServiceFailed, startService } from './serviceStart.ts';

/** How services are started. */
export interface ServicesOptions {
  environment?: Record<string, string>;
  report(source: string, line: string): void;
}

/** Starts services side by side, each as soon as those whose outputs it takes are provisioned. */
export class ServicesStart {
  readonly children: Child[] = [];
  readonly failures: Failure[] = [];
  readonly #services: readonly ComposedService[];
  readonly #options: ServicesOptions;
  /** Each service's outputs, once its stack stands; undefined when it has failed. */
  readonly #outputs = new Map<string, PromiseWithResolvers<Record<string, string> | undefined>>();
  #stopped = false;

  constructor(services: readonly ComposedService[], options: ServicesOptions) {
    this.#services = services;
    this.#options = options;
    for (const { name } of services) this.#outputs.set(name, Promise.withResolvers());
  }

  /** Gives those that serve; the others are in `failures`. */
  async run(): Promise<RunningService[]> {
    const started = await Promise.all(this.#services.map((service) => this.#start(service)));
    return started.filter((service) => service !== undefined);
  }

  /** Ends them all, those that wait for others included. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const outputs of this.#outputs.values()) outputs.resolve(undefined);
    await Promise.all(this.children.map((child) => child.stop()));
  }

  async #start(service: ComposedService): Promise<RunningService | undefined> {
    const outputs = new Map<string, Record<string, string>>();
    for (const name of service.dependsOn) {
      // What is not started here (`--only`) is provisioned by the service's own plugin.
      const awaited = this.#outputs.get(name);
      if (!awaited) continue;
      const found = await awaited.promise;
      if (!found) return this.#fail({ name: service.name, reason: `needs ${name}, which failed`, lastLines: [] });
      outputs.set(name, found);
    }
    if (this.#stopped) return undefined;

    const { child, provisioned, ready } = startService(service, {
      // With a dependency left out, the plugin finds out all params itself.
      params: service.dependsOn.every((name) => outputs.has(name)) ? resolveParams(service, outputs) : {},
      environment: { ...this.#options.environment, LOCAL_AWS_STARTS: 'elsewhere' },
      onLine: (line) => this.#options.report(service.name, line),
    });
    this.children.push(child);
    try {
      this.#outputs.get(service.name)?.resolve(await provisioned);
      const running = await ready;
      this.#options.report(service.name, 'serves');
      return running;
    } catch (error) {
      if (!(error instanceof ServiceFailed)) throw error;
      return this.#fail(error.failure);
    }
  }

  #fail(failure: Failure): undefined {
    this.#outputs.get(failure.name)?.resolve(undefined);
    if (!this.#stopped) this.failures.push(failure);
  }
}
