import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { bundleService, type ServiceBundles } from '../build/bundle.ts';
import { findUp } from '../build/cache.ts';
import { CompileError, compileTemplate, type TemplateBuild } from '../build/compile.ts';
import type { FunctionCodes } from '../cloudformation/index.ts';
import { ComposeError } from '../compose.ts';
import { AwsError, asError } from '../core/errors.ts';
import type { Cloud } from '../create.ts';
import type { OwnPorts } from '../front-door/apiPorts.ts';
import { PortError } from '../front-door/listener.ts';
import type { Composable } from './composed.ts';
import { foldersOf } from './folderWatch.ts';

/** A service that is to run here. */
export interface ServiceToHost extends Composable {
  /** As in serverless-compose.yml: the name of its folder. */
  name: string;
  stage: string;
  /** The ports of its APIs; 0 takes any free one. */
  ports: { http?: number | undefined; websocket?: number | undefined };
  /** What is invoked once, by hand, should not be joined by whatever falls due. */
  withoutSchedules?: boolean | undefined;
}

/** How sources become what runs. */
export interface Builder {
  compileTemplate: typeof compileTemplate;
  bundleService: typeof bundleService;
}

const BUILDER: Builder = { compileTemplate, bundleService };

/** What of a service runs. */
interface Running {
  stackName: string;
  template: Record<string, unknown>;
  functions: FunctionCodes;
}

/** What bringing a service up to date has changed. */
export interface Brought {
  /** Keys of the functions whose code is new. */
  functions: string[];
  /** Whether the stack was changed. */
  template: boolean;
  /** Whether its sources did not run before. */
  isMended: boolean;
}

/**
 * One service: its sources brought into the cloud as often as they change. What runs stays until there is something
 * better: sources that cannot be compiled or deployed change nothing.
 */
export class HostedService {
  readonly name: string;
  readonly folder: string;
  readonly composeFolder: string | undefined;
  readonly stage: string;
  /** Why the sources as they are now do not run; undefined when they do. */
  broken: Error | undefined;
  readonly #cloud: Pick<Cloud, 'stacks' | 'apis'>;
  readonly #wanted: ServiceToHost;
  readonly #builder: Builder;
  /** One after the other: a change may come while it starts. */
  #turn: Promise<unknown> = Promise.resolve();
  /** What is under way in the cloud. */
  #placing: Promise<unknown> = Promise.resolve();
  #isEnded = false;
  #running: Running | undefined;
  readonly #ports: OwnPorts[] = [];
  #inputs = new Set<string>();
  #folders: Set<string>;

  constructor(cloud: Pick<Cloud, 'stacks' | 'apis'>, wanted: ServiceToHost, builder: Builder = BUILDER) {
    this.#cloud = cloud;
    this.#wanted = wanted;
    this.#builder = builder;
    this.name = wanted.name;
    this.folder = wanted.folder;
    this.composeFolder = wanted.composeFolder;
    this.stage = wanted.stage;
    this.#folders = this.#foldersNow();
  }

  get stackName(): string | undefined {
    return this.#running?.stackName;
  }

  /** Names of the functions that run. */
  get functions(): string[] {
    return Object.keys(this.#running?.functions ?? {});
  }

  /** The outputs of its stack; undefined as long as it has not stood. */
  get outputs(): Record<string, string> | undefined {
    return this.#running && this.#cloud.stacks.get(this.#running.stackName)?.outputs;
  }

  /** Where its APIs are served. */
  get addresses(): Pick<OwnPorts, 'url' | 'wsUrl'> {
    const { url, wsUrl }: Pick<OwnPorts, 'url' | 'wsUrl'> = Object.assign({}, ...this.#ports);
    return { ...(url !== undefined && { url }), ...(wsUrl !== undefined && { wsUrl }) };
  }

  /** Where changes may concern it. */
  get folders(): ReadonlySet<string> {
    return this.#folders;
  }

  /** Whether something follows from one of these files; as long as it does not run as it stands, any of its folders counts. */
  dependsOn(files: ReadonlySet<string>): boolean {
    const concerns = (file: string) => this.#inputs.has(file) || (!this.#isKnown && this.#folders.has(dirname(file)));
    return [...files].some(concerns);
  }

  /**
   * Compiles, bundles and deploys what is not as the sources say, and serves its APIs. Undefined when it was let go
   * meanwhile. Throws CompileError, TemplateError, AwsError, PortError, and what `paramsOf` throws; what ran before runs on then.
   */
  bring(paramsOf: () => Promise<Readonly<Record<string, string>>>): Promise<Brought | undefined> {
    const brought = this.#turn.then(() => this.#bring(paramsOf));
    this.#turn = brought.catch(() => {});
    return brought;
  }

  /** Deploys the stack alone, for others that take its outputs, and gives these. Throws as `bring` does. */
  async provision(params: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const { stackName, template } = await this.#builder.compileTemplate(this.folder, { stage: this.stage, params });
    return (await this.#cloud.stacks.deploy({ stackName, template })).outputs;
  }

  /** Nothing more is brought. Resolves when what was under way in the cloud is done; a compilation is not waited for. */
  async halt(): Promise<void> {
    this.#isEnded = true;
    await this.#placing.catch(() => {});
  }

  /** Its functions run no more, and its ports are free; the stack stays. */
  async letGo(): Promise<void> {
    await this.halt();
    for (const ports of this.#ports.splice(0)) await ports.close();
    const stackName = this.#running?.stackName;
    if (stackName !== undefined && this.#cloud.stacks.get(stackName)) await this.#cloud.stacks.place(stackName, {});
  }

  /** Whether a build has told what the sources as they are now follow from. */
  get #isKnown(): boolean {
    return this.#running !== undefined && this.broken === undefined;
  }

  async #bring(paramsOf: () => Promise<Readonly<Record<string, string>>>): Promise<Brought | undefined> {
    const { folder, stage } = this;
    const isMended = this.broken !== undefined;
    try {
      if (this.#isEnded) return undefined;
      const compiled = await this.#builder.compileTemplate(folder, { stage, params: await paramsOf() });
      for (const input of compiled.inputs) this.#inputs.add(input);
      const bundles = await this.#builder.bundleService(folder, compiled);
      if (this.#isEnded) return undefined;
      this.#inputs = new Set([...compiled.inputs, ...bundles.inputs]);
      const placing = this.#place(compiled, bundles);
      this.#placing = placing;
      const brought = await placing;
      this.broken = undefined;
      return { ...brought, isMended };
    } catch (error) {
      if (this.#isEnded) return undefined;
      this.broken = asError(error);
      throw error;
    } finally {
      this.#folders = this.#foldersNow();
    }
  }

  async #place(compiled: TemplateBuild, { functions }: ServiceBundles): Promise<Omit<Brought, 'isMended'>> {
    const { stackName } = compiled;
    const before = this.#running;
    const template = this.#wanted.withoutSchedules ? scheduleless(compiled.template) : compiled.template;
    if (!isDeepStrictEqual([before?.template, before?.functions], [template, functions])) {
      await this.#cloud.stacks.deploy({ stackName, template, functions });
    }
    this.#running = { stackName, template, functions };
    if (!this.#isEnded) await this.#listen(stackName);
    return {
      functions: Object.keys(functions).flatMap((name) => {
        const isNew = !isDeepStrictEqual(before?.functions[name], functions[name]);
        return isNew ? keyOf(compiled.handlers[name] ?? name) : [];
      }),
      template: !isDeepStrictEqual(before?.template, template),
    };
  }

  /** Gives a port to each kind of API that is new. */
  async #listen(stackName: string): Promise<void> {
    const { http, websocket } = this.#wanted.ports;
    const { url, wsUrl } = this.addresses;
    const opened = await this.#cloud.apis.listen({
      stackName,
      http: url === undefined ? http : undefined,
      websocket: wsUrl === undefined ? websocket : undefined,
    });
    this.#ports.push(opened);
  }

  #foldersNow(): Set<string> {
    const folders = foldersOf(this.folder, [...this.#inputs]);
    return this.#isKnown ? folders : new Set([...folders, ...sharedFolders(this.folder)]);
  }
}

/** What a service may follow from beside its own folder: what it has in common with others, and the packages. */
function sharedFolders(folder: string): Set<string> {
  const beside = dirname(folder);
  try {
    return foldersOf(join(findUp(folder, 'pnpm-workspace.yaml'), 'packages'), []).add(beside);
  } catch {
    // It lies in no workspace, which compiling it says.
    return new Set([beside]);
  }
}

/** The template with its schedules switched off. */
function scheduleless(template: Record<string, unknown>): Record<string, unknown> {
  const copy = structuredClone(template);
  for (const { Type, Properties } of Object.values((copy.Resources ?? {}) as Record<string, Resource>)) {
    const isSchedule = Type === 'AWS::Scheduler::Schedule' || Properties?.ScheduleExpression !== undefined;
    if (isSchedule && Properties) Properties.State = 'DISABLED';
  }
  return copy;
}

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
}

/** `newGame` of `handlers/newGame.handler`. */
function keyOf(handler: string): string {
  return handler.slice(handler.lastIndexOf('/') + 1, handler.lastIndexOf('.'));
}

/** What is wrong with a service, in words for its author: without a stack trace when it is his to mend. */
export function complaintOf(error: unknown): string {
  const isHis = [CompileError, AwsError, ComposeError, PortError].some((kind) => error instanceof kind);
  if (!(error instanceof Error)) return String(error);
  return isHis ? error.message : (error.stack ?? error.message);
}
