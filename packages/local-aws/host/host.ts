import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type ComposedService, ComposeError, resolveParams } from '../compose.ts';
import { asError } from '../core/errors.ts';
import type { Cloud } from '../create.ts';
import { composedWith, composeFileOf, readableWith, takesFrom } from './composed.ts';
import { FolderWatch } from './folderWatch.ts';
import { type Brought, type Builder, complaintOf, HostedService, type ServiceToHost } from './hostedService.ts';
import { KeptEsbuild } from './keptEsbuild.ts';

/** A service whose functions are to run here. */
export interface HostRequest extends ServiceToHost {
  /** Values for its params, before those that compose passes. */
  params?: Readonly<Record<string, string>>;
}

/** A hosted service, for others. */
export interface HostedDescription {
  name: string;
  stage: string;
  /** `broken`: its sources as they are now do not run, but an earlier version does; `failed`: nothing runs. */
  status: 'starting' | 'serves' | 'broken' | 'failed';
  /** Its HTTP API, `http://localhost:4110`; left out when it has none. */
  url?: string;
  /** Its WebSocket API. */
  wsUrl?: string;
  /** What is wrong. */
  error?: string;
}

/** Takes lines for the reader: about a service, or (undefined) about none in particular. */
export type Report = (service: string | undefined, line: string) => void;

/** What takes longer than this is announced. */
const SLOW_MS = 700;

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
  /** Services that are being let go: whoever hosts one again waits for its ports. */
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #esbuild = new KeptEsbuild();
  readonly #builder: Builder | undefined;
  #reloading: Promise<void> = Promise.resolve();

  /** `builder`: how sources become what runs, where it is not by osls and esbuild. */
  constructor(cloud: Pick<Cloud, 'stacks' | 'apis' | 'journal'>, builder?: Builder) {
    this.#cloud = cloud;
    this.#builder = builder;
    this.#watch = new FolderWatch({
      onChange: (files) => {
        this.#reloading = this.#reloading.then(() => this.#reload(files));
      },
      onTrouble: (sentence) => this.#report(undefined, sentence),
    });
  }

  /** Starts services side by side, each after those that it depends on. Resolves when each serves or has failed. */
  async start(requests: readonly HostRequest[]): Promise<void> {
    // Looked up before any of them begins: the order of the list is not the order of dependence.
    for (const request of requests) this.#add(request);
    // Watched from now on: what changes while it is compiled is not in what is compiled.
    this.#rewatch();
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
    const leaving = service?.letGo() ?? Promise.resolve();
    this.#leaving.set(name, leaving);
    await leaving;
  }

  list(): HostedDescription[] {
    return [...this.#services.values()].map((service) => {
      const { name, stage, addresses, broken, stackName } = service;
      const known = { name, stage, ...addresses };
      if (broken) return { ...known, status: stackName ? 'broken' : 'failed', error: complaintOf(broken) };
      return { ...known, status: stackName ? 'serves' : 'starting' };
    });
  }

  /** The service that a function belongs to. */
  serviceOf(functionName: string): string | undefined {
    return [...this.#services.values()].find(({ functions }) => functions.includes(functionName))?.name;
  }

  /** Stops watching and building. What runs is ended with the cloud. */
  async close(): Promise<void> {
    this.#watch.close();
    try {
      await Promise.all([...this.#services.values()].map((service) => service.halt()));
      await this.#reloading;
    } finally {
      await this.#esbuild.close();
    }
  }

  #report(service: string | undefined, line: string): void {
    for (const report of this.#reports) report(service, line);
  }

  #add(request: HostRequest): void {
    this.#requests.set(request.name, request);
    this.#services.set(request.name, this.#hosted(request));
  }

  #hosted(wanted: ServiceToHost): HostedService {
    return new HostedService(this.#cloud, wanted, this.#builder);
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
    await this.#leaving.get(name)?.catch(() => {});
    const slow = setTimeout(() => this.#report(name, 'compiling and bundling'), SLOW_MS);
    try {
      if (!(await this.#bring(service))) return;
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
  #bring(service: HostedService): Promise<Brought | undefined> {
    return service.bring(async () => {
      const composed = composedWith(service);
      const self = composed.find(({ folder }) => folder === service.folder);
      const passed = self ? await this.#paramsOf(self, composed, service.stage) : {};
      return { ...passed, ...this.#requests.get(service.name)?.params };
    });
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
    const hosted = [...this.#services.values()].find((one) => one.name === name && one.stage === stage);
    if (hosted) await this.#start(name);
    const standing = hosted ? hosted.outputs : this.#cloud.stacks.get(`${name}-${stage}`)?.outputs;
    if (standing) return standing;
    const dependency = composed.find((one) => one.name === name);
    if (!dependency) throw new ComposeError(`needs ${name}, which does not run`);
    // Also when it is hosted, and its code does not run: what takes its outputs need not wait for that.
    const absent = this.#hosted({ name, folder: dependency.folder, stage, ports: {} });
    const provisioned = absent.provision(await this.#paramsOf(dependency, composed, stage));
    return provisioned.catch((error: unknown) => {
      throw hosted ? new ComposeError(`needs ${name}, which does not run: mend that one`, { cause: error }) : error;
    });
  }

  async #reload(files: ReadonlySet<string>): Promise<void> {
    const services = this.#inOrder();
    const concerned = new Set(
      services.filter((service) => service.dependsOn(files) || files.has(composeFileOf(service))),
    );
    if (concerned.size === 0) return;
    this.#esbuild.keep();
    for (const service of services) {
      if (!concerned.has(service)) continue;
      const before = service.outputs;
      await this.#reloadOne(service);
      if (isDeepStrictEqual(before, service.outputs)) continue;
      // They come after it, and may hand on what has changed.
      for (const other of services) if (takesFrom(other, service)) concerned.add(other);
    }
    this.#rewatch();
  }

  async #reloadOne(service: HostedService): Promise<void> {
    const startedAt = performance.now();
    try {
      const brought = await this.#bring(service);
      if (!brought) return;
      const { functions, template, isMended } = brought;
      const durationMs = Math.round(performance.now() - startedAt);
      const changed = [...(template ? ['the stack'] : []), ...functions];
      if (changed.length === 0 && !isMended) return;
      const reload = changed.length === 0 ? [] : [`reloaded ${changed.join(', ')} in ${durationMs} ms`];
      this.#report(service.name, [...(isMended ? ['runs again'] : []), ...reload].join(', '));
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
    const order = services.flatMap((service) => readableWith(service).map(({ folder }) => folder));
    return services.toSorted((left, right) => order.indexOf(left.folder) - order.indexOf(right.folder));
  }

  #rewatch(): void {
    const services = [...this.#services.values()];
    const composeFolders = services.map((service) => dirname(composeFileOf(service)));
    this.#watch.watch(new Set([...composeFolders, ...services.flatMap(({ folders }) => [...folders])]));
  }
}
