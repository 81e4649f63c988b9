import { type ComposedService, readCompose } from '../packages/local-aws/compose.ts';
import { type Ports, portsFrom } from '../packages/local-aws/plugin/ports.ts';
import { checkPorts, type NeededPort } from './freePorts.ts';
import { type LocalAws, startLocalAws } from './localAwsStart.ts';
import type { Failure, RunningService } from './serviceStart.ts';
import { ServicesStart } from './servicesStart.ts';
import { startWebApp, type WebApp } from './webStart.ts';
import { ROOT } from './workspace.ts';

/** What to start, and how. */
export interface ArcadeOptions {
  /** Only these services; left out: all. */
  only?: readonly string[];
  /** Forget what local-aws has kept from earlier runs. */
  fresh?: boolean;
  /** A file with a fault plan. */
  faults?: string;
  /** Variables that override the process's own, for example LOCAL_AWS_PORT. */
  environment?: Record<string, string>;
  /** Takes each line for the reader: `source` is the name of what says it. */
  report(source: string, line: string): void;
}

/** What runs after a start. */
export interface Started {
  localAwsUrl: string;
  /** The web app's origin; undefined when it did not start. */
  webUrl: string | undefined;
  services: RunningService[];
  failures: Failure[];
}

/** local-aws, the services and the web app, started and ended together. */
export class Arcade {
  readonly #options: ArcadeOptions;
  #localAws: LocalAws | undefined;
  #services: ServicesStart | undefined;
  #web: WebApp | undefined;

  constructor(options: ArcadeOptions) {
    this.#options = options;
  }

  /**
   * Resolves when all serve or have failed; a service that fails does not keep the others back.
   * Throws when a port is taken, a name is unknown, or local-aws does not start; `stop` cleans up then as well.
   */
  async start(): Promise<Started> {
    const ports = portsFrom({ ...process.env, ...this.#options.environment });
    const services = chosen(readCompose(ROOT), this.#options.only);
    await checkPorts(neededPorts(ports, services));

    this.#localAws = startLocalAws({ ...this.#options, port: ports.localAws });
    this.#services = new ServicesStart(services, this.#options);
    // osls takes most of its time before it needs local-aws: all start at once.
    const [running] = await Promise.all([this.#services.run(), this.#localAws.healthy]);
    const failures = [...this.#services.failures];
    const localAwsUrl = this.#localAws.url;
    try {
      this.#web = await startWebApp({ port: ports.web, services: running, localAwsUrl });
    } catch (error) {
      failures.push({ name: 'web app', reason: `did not start: ${String(error)}`, lastLines: [] });
    }
    return { localAwsUrl, webUrl: this.#web?.url, services: running, failures };
  }

  /** Calls back when something ends that had started. */
  onLoss(listener: (failure: Failure) => void): void {
    const failed = new Set(this.#services?.failures.map(({ name }) => name));
    const children = [this.#localAws?.child, ...(this.#services?.children ?? [])];
    for (const child of children.filter((one) => one !== undefined)) {
      if (failed.has(child.name)) continue;
      void child.ended.then(({ code, signal }) => {
        const reason = `ended (${signal ?? `exit code ${code}`})`;
        listener({ name: child.name, reason, lastLines: child.lastLines() });
      });
    }
  }

  /** Ends everything, however far the start has come. */
  async stop(): Promise<void> {
    await Promise.all([this.#web?.close(), this.#services?.stop()]);
    await this.#localAws?.child.stop();
  }
}

/** The services that `only` names, in their order. Throws an Error for a name that is none. */
function chosen(services: readonly ComposedService[], only: readonly string[] | undefined): readonly ComposedService[] {
  const unknown = only?.find((name) => !services.some((service) => service.name === name));
  if (unknown !== undefined) {
    const known = services.map(({ name }) => name).join(', ');
    throw new Error(`There is no service '${unknown}': ${known || 'none yet'}.`);
  }
  return services.filter(({ name }) => !only || only.includes(name));
}

function neededPorts(ports: Ports, services: readonly ComposedService[]): NeededPort[] {
  return [
    { port: ports.localAws, purpose: 'local-aws', variable: 'LOCAL_AWS_PORT' },
    { port: ports.web, purpose: 'the web app', variable: 'WEB_PORT' },
    ...services.flatMap(({ name }) => {
      const { http, websocket, lambda } = ports.of(name);
      const variable = 'ARCADE_PORT_BASE';
      return [
        { port: http, purpose: `${name}'s HTTP API`, variable },
        { port: websocket, purpose: `${name}'s WebSocket API`, variable },
        { port: lambda, purpose: `${name}'s functions`, variable },
      ];
    }),
  ];
}
