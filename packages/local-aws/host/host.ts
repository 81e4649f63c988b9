import { dirname, join } from 'node:path';
import { keepEsbuild } from '../build/esbuild.ts';
import {
  COMPOSE_FILE,
  type ComposedService,
  ComposeError,
  findComposeFolder,
  readCompose,
  resolveParams,
} from '../compose.ts';
import { asError } from '../core/errors.ts';
import type { Cloud } from '../create.ts';
import { FolderWatch } from './folderWatch.ts';
import { type Brought, complaintOf, HostedService, type ServiceToHost } from './hostedService.ts';

/** A service whose functions are to run here. */
export interface HostRequest extends ServiceToHost {
  /** Values for its params, before those that compose passes. */
  params?: Readonly<Record<string, string>>;
}

/** A hosted service, for others. */
export interface HostedDescription {
  name: string;
  /** `broken`: its sources as they are now do not run, but an earlier version does; `failed`: nothing runs. */
  status: 'starting' | 'serves' | 'broken' | 'failed';
  /** Its HTTP API, `http://localhost:4110`; left out when it has none. */
  url?: string;
  /** Its WebSocket API. */
  wsUrl?: string;
  /** What is wrong. */
  error?: string;
}

/** Takes lines about a service for the reader. */
export type Report = (service: string, line: string) => void;

/** What takes longer than this is announced. */
const SLOW_MS = 700;
/** How long esbuild's process stays after an edit, for the next one. */
const KEEP_ESBUILD_MS = 120_000;

/**
 * Hosts services: brings their sources into the cloud in the order of serverless-compose.yml, and again whatever a change
 * of a file touches.
 */
export class Host {
  readonly #cloud: Pick<Cloud, 'stacks' | 'apis' | 'journal'>;
  readonly #reports = new Set<Report>();
  readonly #services = new Map<string, HostedService>();
  readonly #requests = new Map<string, HostRequest>();
  /** Resolves when a service stands, or has failed. */
  readonly #started = new Map<string, Promise<void>>();
  readonly #watch: FolderWatch;
  #reloading: Promise<void> = Promise.resolve();
  #esbuild: { letGo(): Promise<void>; timer: NodeJS.Timeout } | undefined;

  constructor(cloud: Pick<Cloud, 'stacks' | 'apis' | 'journal'>) {
    this.#cloud = cloud;
    this.#watch = new FolderWatch((files) => {
      this.#reloading = this.#reloading.then(() => this.#reload(files));
    });
  }

  /** Starts services side by side, each after those that it depends on. Resolves when each serves or has failed. */
  async start(requests: readonly HostRequest[]): Promise<void> {
    // Looked up before any of them begins: the order of the list is not the order of dependence.
    for (const request of requests) this.#add(request);
    await Promise.all(requests.map(({ name }) => this.#start(name)));
  }

  /** Calls back with lines about the services, until the returned function is called. */
  follow(report: Report): () => void {
    this.#reports.add(report);
    return () => this.#reports.delete(report);
  }

  /** How a service is; undefined when it is not hosted here. */
  find(name: string): HostedDescription | undefined {
    return this.list().find((one) => one.name === name);
  }

  /** Ends what `start` began for one service; its stack stays. */
  async letGo(name: string): Promise<void> {
    const service = this.#services.get(name);
    this.#services.delete(name);
    this.#requests.delete(name);
    this.#started.delete(name);
    this.#rewatch();
    await service?.letGo();
  }

  list(): HostedDescription[] {
    return [...this.#services.values()].map((service) => {
      const { name, addresses, broken, stackName } = service;
      if (broken) return { name, status: stackName ? 'broken' : 'failed', ...addresses, error: complaintOf(broken) };
      return { name, status: stackName ? 'serves' : 'starting', ...addresses };
    });
  }

  /** The service that a function belongs to. */
  serviceOf(functionName: string): string | undefined {
    return [...this.#services.values()].find(({ functions }) => functions.includes(functionName))?.name;
  }

  /** Stops watching and building. What runs is ended with the cloud. */
  async close(): Promise<void> {
    this.#watch.close();
    await this.#reloading;
    await this.#letEsbuildGo();
  }

  #report(service: string, line: string): void {
    for (const report of this.#reports) report(service, line);
  }

  #add(request: HostRequest): void {
    this.#requests.set(request.name, request);
    this.#services.set(request.name, new HostedService(this.#cloud, request));
  }

  #start(name: string): Promise<void> {
    const known = this.#started.get(name);
    if (known) return known;
    const starting = this.#bringUp(name);
    this.#started.set(name, starting);
    return starting;
  }

  async #bringUp(name: string): Promise<void> {
    const service = this.#services.get(name);
    if (!service) return;
    const slow = setTimeout(() => this.#report(name, 'compiling and bundling'), SLOW_MS);
    try {
      await this.#bring(service);
      const { addresses, functions } = service;
      const where = [addresses.url, addresses.wsUrl].filter(Boolean).join(' and ');
      this.#report(name, `runs ${functions.length} functions${where && `, serves ${where}`}`);
    } catch (error) {
      this.#report(name, `does not start: ${complaintOf(error)}`);
      this.#record(service, error);
    } finally {
      clearTimeout(slow);
      this.#rewatch();
    }
  }

  /** After what it depends on: that which does not run here is provisioned without its functions. */
  async #bring(service: HostedService): Promise<Brought> {
    const request = this.#requests.get(service.name);
    const composed = composedAround(service.folder);
    const self = composed.find(({ folder }) => folder === service.folder);
    const passed = self ? await this.#paramsOf(self, composed, request?.stage ?? 'local') : {};
    return service.bring({ ...passed, ...request?.params });
  }

  async #paramsOf(
    service: ComposedService,
    composed: readonly ComposedService[],
    stage: string,
  ): Promise<Record<string, string>> {
    const outputs = new Map<string, Record<string, string>>();
    for (const name of service.dependsOn) outputs.set(name, await this.#outputsOf(name, composed, stage));
    return resolveParams(service, outputs);
  }

  async #outputsOf(name: string, composed: readonly ComposedService[], stage: string): Promise<Record<string, string>> {
    const hosted = this.#services.get(name);
    if (hosted) await this.#start(name);
    const standing = hosted ? hosted.outputs : this.#cloud.stacks.get(`${name}-${stage}`)?.outputs;
    if (standing) return standing;
    const dependency = composed.find((one) => one.name === name);
    if (hosted || !dependency) throw new ComposeError(`needs ${name}, which does not run`);
    const absent = new HostedService(this.#cloud, { name, folder: dependency.folder, stage, ports: {} });
    return absent.provision(await this.#paramsOf(dependency, composed, stage));
  }

  async #reload(files: ReadonlySet<string>): Promise<void> {
    const concerned = [...this.#services.values()].filter(
      (service) => service.dependsOn(files) || files.has(composeFileAround(service.folder)),
    );
    if (concerned.length === 0) return;
    this.#keepEsbuild();
    for (const service of this.#inOrder()) {
      // One whose params come from another's outputs is looked at again too: it costs next to nothing when all is as it was.
      if (concerned.includes(service) || this.#takesFrom(service, concerned)) await this.#reloadOne(service);
    }
    this.#rewatch();
  }

  async #reloadOne(service: HostedService): Promise<void> {
    const startedAt = performance.now();
    const wasBroken = service.broken !== undefined;
    try {
      const { functions, template } = await this.#bring(service);
      const durationMs = Math.round(performance.now() - startedAt);
      const changed = [...(template ? ['the stack'] : []), ...functions];
      if (changed.length === 0 && !wasBroken) return;
      const reload = changed.length === 0 ? [] : [`reloaded ${changed.join(', ')} in ${durationMs} ms`];
      this.#report(service.name, [...(wasBroken ? ['runs again'] : []), ...reload].join(', '));
      this.#record(service, undefined, { functions, template, durationMs });
    } catch (error) {
      const runsOn = service.stackName ? 'the version before runs on' : 'does not run';
      this.#report(service.name, `${runsOn}: ${complaintOf(error)}`);
      this.#record(service, error);
    }
  }

  /** The page shows it, and so does whoever follows the journal. */
  #record({ name }: HostedService, thrown: unknown, detail: Record<string, unknown> = {}): void {
    this.#cloud.journal.record({
      kind: 'provision',
      service: 'local-aws',
      action: 'Reload',
      to: name,
      outcome: thrown === undefined ? 'ok' : 'error',
      ...(thrown !== undefined && { error: { code: asError(thrown).name, message: complaintOf(thrown) } }),
      detail: { service: name, ...detail },
    });
  }

  #inOrder(): HostedService[] {
    const services = [...this.#services.values()];
    const order = services.flatMap(({ folder }) => composedAround(folder).map((composed) => composed.folder));
    return services.toSorted((left, right) => order.indexOf(left.folder) - order.indexOf(right.folder));
  }

  #takesFrom(service: HostedService, others: readonly HostedService[]): boolean {
    const self = composedAround(service.folder).find(({ folder }) => folder === service.folder);
    return self?.dependsOn.some((name) => others.some((other) => other.name === name)) ?? false;
  }

  #rewatch(): void {
    const services = [...this.#services.values()];
    const composeFolders = services.map(({ folder }) => dirname(composeFileAround(folder)));
    this.#watch.watch(new Set([...composeFolders, ...services.flatMap(({ folders }) => [...folders])]));
  }

  #keepEsbuild(): void {
    this.#esbuild ??= { letGo: keepEsbuild(), timer: setTimeout(() => this.#letEsbuildGo(), KEEP_ESBUILD_MS).unref() };
    this.#esbuild.timer.refresh();
  }

  async #letEsbuildGo(): Promise<void> {
    const kept = this.#esbuild;
    this.#esbuild = undefined;
    clearTimeout(kept?.timer);
    await kept?.letGo();
  }
}

function composeFileAround(folder: string): string {
  return join(findComposeFolder(folder) ?? folder, COMPOSE_FILE);
}

/** The services of the serverless-compose.yml at or above the folder, in their order. Throws ComposeError. */
function composedAround(folder: string): ComposedService[] {
  return readCompose(dirname(composeFileAround(folder)));
}
