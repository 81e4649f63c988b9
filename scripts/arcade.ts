import { SSMClient } from '@aws-sdk/client-ssm';
import { type ComposedService, readCompose, servicesNamed } from '../packages/local-aws/compose.ts';
import { type Ports, portsFrom } from '../packages/local-aws/host/ports.ts';
import { checkPorts, type NeededPort } from './freePorts.ts';
import { lanAddress } from './lan.ts';
import { LocalAwsProcess } from './localAwsStart.ts';
import { putSecrets, SKILL, WORLD } from './secrets/secrets.ts';
import { clientSettings, LOCAL_STAGE } from './stageClients.ts';
import { startWebApp, type WebApp } from './webStart.ts';
import { ROOT } from './workspace.ts';

/** What to start, and how. */
export interface ArcadeOptions {
  /** Only these services; left out: all. */
  only?: readonly string[];
  /** Where serverless-compose.yml is; left out: the repository's root. */
  compose?: string;
  /** Forget what local-aws has kept from earlier runs. */
  fresh?: boolean;
  /** A file with a fault plan. */
  faults?: string;
  /** Show what functions write. */
  verbose?: boolean;
  /** Serve the page from its sources, for those who change it; left out: as it is built. */
  devWeb?: boolean;
  /** Let others of the network reach the web app. */
  lan?: boolean;
  /** Variables that override the process's own, for example LOCAL_AWS_PORT. */
  environment?: Record<string, string>;
  /** Takes each line for the reader: `source` is the name of what says it. */
  report(source: string, line: string): void;
}

/** A service that serves. */
export interface RunningService {
  name: string;
  /** Its HTTP API, `http://localhost:4110`; undefined when it has none. */
  url?: string;
  /** Its WebSocket API. */
  wsUrl?: string;
}

/** Something that did not start. */
export interface Failure {
  name: string;
  reason: string;
  /** It is tried again when a file of it changes. */
  isTakenUp?: boolean;
}

/** What runs after a start. */
export interface Started {
  localAwsUrl: string;
  /** The web app's origin; undefined when it did not start. */
  webUrl: string | undefined;
  /** Where others of the network reach it; undefined when they do not. */
  lanUrl: string | undefined;
  services: RunningService[];
  failures: Failure[];
}

/** local-aws with the services, and the web app, started and ended together. */
export class Arcade {
  readonly #options: ArcadeOptions;
  #localAws: LocalAwsProcess | undefined;
  #web: Promise<WebApp | undefined> | undefined;

  constructor(options: ArcadeOptions) {
    this.#options = options;
  }

  /**
   * Resolves when all serve or have failed; a service that fails does not keep the others back. `onLoss` is called when
   * local-aws ends later and cannot be started again.
   * Throws when a port is taken, a name is unknown, there is no network to be reached in, or local-aws does not start; `stop` cleans up then as well.
   */
  async start(onLoss: (reason: string) => void = () => {}): Promise<Started> {
    const ports = portsFrom({ ...process.env, ...this.#options.environment });
    const all = readCompose(this.#options.compose ?? ROOT);
    const services = this.#options.only ? servicesNamed(all, this.#options.only) : all;
    await checkPorts(neededPorts(ports, services));

    const lan = this.#options.lan ? await lanAddress() : undefined;
    const localAwsUrl = `http://127.0.0.1:${ports.localAws}`;
    this.#localAws = new LocalAwsProcess({ ...this.#options, port: ports.localAws, pages: [ports.web] });
    const addresses = services.map(({ name }) => {
      const { http, websocket } = ports.of(name);
      return { name, url: `http://localhost:${http}`, wsUrl: `ws://localhost:${websocket}` };
    });
    // Side by side: where each will be is known.
    this.#web = startWebApp({
      ...{ port: ports.web, services: addresses, localAwsUrl, isHot: this.#options.devWeb },
      lanAddress: lan,
      stateFolder: this.#options.environment?.LOCAL_AWS_STATE,
      report: (line) => this.#options.report('web app', line),
    });
    this.#web.catch(() => {});
    const hosted = await this.#localAws.start(onLoss);
    const failures = hosted.flatMap(({ name, status, error = '' }): Failure[] =>
      status === 'serves' ? [] : [{ name, reason: `does not run: ${error}`, isTakenUp: true }],
    );
    if (services.some(({ name }) => name === SKILL || name === WORLD)) {
      await putSecretsHere(localAwsUrl).catch((error: unknown) =>
        failures.push({ name: 'secrets', reason: `of the smart home were not put: ${String(error)}` }),
      );
    }
    const webUrl = await this.#web.then(
      (web) => web?.url,
      (error: unknown) => {
        failures.push({ name: 'web app', reason: `did not start: ${String(error)}` });
        return undefined;
      },
    );
    const lanUrl = lan && webUrl && `http://${lan}:${ports.web}`;
    return { localAwsUrl, webUrl, lanUrl, services: hosted.filter(({ status }) => status === 'serves'), failures };
  }

  /** Ends everything, however far the start has come. */
  async stop(): Promise<void> {
    const web = await this.#web?.catch(() => undefined);
    await Promise.all([web?.close(), this.#localAws?.stop()]);
  }
}

/** Those that a stage on AWS gets by `npm run secrets`; what an earlier run has put stays. */
async function putSecretsHere(endpoint: string): Promise<void> {
  const client = new SSMClient({ ...clientSettings({ stage: LOCAL_STAGE }), endpoint });
  await putSecrets(client, { stage: LOCAL_STAGE }).finally(() => client.destroy());
}

function neededPorts(ports: Ports, services: readonly ComposedService[]): NeededPort[] {
  return [
    { port: ports.localAws, purpose: 'local-aws', variable: 'LOCAL_AWS_PORT' },
    { port: ports.web, purpose: 'the web app', variable: 'WEB_PORT' },
    ...services.flatMap(({ name }) => {
      const { http, websocket } = ports.of(name);
      const variable = 'ARCADE_PORT_BASE';
      return [
        { port: http, purpose: `${name}'s HTTP API`, variable },
        { port: websocket, purpose: `${name}'s WebSocket API`, variable },
      ];
    }),
  ];
}
