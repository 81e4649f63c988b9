import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { bundleService } from '../build/bundle.ts';
import { CompileError, compileTemplate } from '../build/compile.ts';
import type { FunctionCodes } from '../cloudformation/index.ts';
import { ComposeError } from '../compose.ts';
import { AwsError } from '../core/errors.ts';
import type { Cloud } from '../create.ts';
import type { OwnPorts } from '../front-door/apiPorts.ts';
import { PortError } from '../front-door/listener.ts';
import { foldersOf } from './folderWatch.ts';

/** A service that is to run here. */
export interface ServiceToHost {
  /** As in serverless-compose.yml: the name of its folder. */
  name: string;
  folder: string;
  stage: string;
  /** The ports of its APIs; 0 takes any free one. */
  ports: { http?: number | undefined; websocket?: number | undefined };
  /** What is invoked once, by hand, should not be joined by whatever falls due. */
  withoutSchedules?: boolean | undefined;
}

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
}

/**
 * One service: its sources brought into the cloud as often as they change. What runs stays until there is something
 * better: sources that cannot be compiled or deployed change nothing.
 */
export class HostedService {
  readonly name: string;
  readonly folder: string;
  /** Why the sources as they are now do not run; undefined when they do. */
  broken: Error | undefined;
  readonly #cloud: Pick<Cloud, 'stacks' | 'apis'>;
  readonly #wanted: ServiceToHost;
  #running: Running | undefined;
  #ports: OwnPorts | undefined;
  #inputs = new Set<string>();
  #folders: Set<string>;

  constructor(cloud: Pick<Cloud, 'stacks' | 'apis'>, wanted: ServiceToHost) {
    this.#cloud = cloud;
    this.#wanted = wanted;
    this.name = wanted.name;
    this.folder = wanted.folder;
    this.#folders = foldersOf(wanted.folder, []);
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
    const { url, wsUrl } = this.#ports ?? {};
    return { ...(url !== undefined && { url }), ...(wsUrl !== undefined && { wsUrl }) };
  }

  /** Where changes may concern it. */
  get folders(): ReadonlySet<string> {
    return this.#folders;
  }

  /** Whether something follows from one of these files; while it is broken, any of its folders may bring the remedy. */
  dependsOn(files: ReadonlySet<string>): boolean {
    const concerns = (file: string) =>
      this.#inputs.has(file) || (this.broken !== undefined && this.#folders.has(dirname(file)));
    return [...files].some(concerns);
  }

  /**
   * Compiles, bundles and deploys what is not as the sources say, and serves its APIs. Throws CompileError, TemplateError,
   * AwsError, PortError; what ran before runs on then.
   */
  async bring(params: Readonly<Record<string, string>>): Promise<Brought> {
    const { folder, stage, ports, withoutSchedules } = this.#wanted;
    try {
      const compiled = await compileTemplate(folder, { stage, params });
      this.#watchAlso(compiled.inputs);
      const { functions, inputs } = await bundleService(folder, compiled);
      this.#inputs = new Set([...compiled.inputs, ...inputs]);
      this.#folders = foldersOf(folder, [...this.#inputs]);
      const before = this.#running;
      const { stackName } = compiled;
      const template = withoutSchedules ? scheduleless(compiled.template) : compiled.template;
      if (!isDeepStrictEqual([before?.template, before?.functions], [template, functions])) {
        await this.#cloud.stacks.deploy({ stackName, template, functions });
      }
      this.#running = { stackName, template, functions };
      if (!this.#ports?.url && !this.#ports?.wsUrl)
        this.#ports = await this.#cloud.apis.listen({ stackName, ...ports });
      this.broken = undefined;
      return {
        functions: Object.keys(functions).flatMap((name) => {
          const isNew = !isDeepStrictEqual(before?.functions[name], functions[name]);
          return isNew ? keyOf(compiled.handlers[name] ?? name) : [];
        }),
        template: !isDeepStrictEqual(before?.template, template),
      };
    } catch (error) {
      this.broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  /** Deploys the stack alone, for others that take its outputs, and gives these. Throws as `bring` does. */
  async provision(params: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const { stackName, template } = await compileTemplate(this.folder, { stage: this.#wanted.stage, params });
    return (await this.#cloud.stacks.deploy({ stackName, template })).outputs;
  }

  /** Its functions run no more, and its ports are free; the stack stays. */
  async letGo(): Promise<void> {
    await this.#ports?.close();
    this.#ports = undefined;
    const stackName = this.#running?.stackName;
    if (stackName !== undefined && this.#cloud.stacks.get(stackName)) await this.#cloud.stacks.place(stackName, {});
  }

  #watchAlso(inputs: readonly string[]): void {
    for (const input of inputs) this.#inputs.add(input);
    this.#folders = foldersOf(this.folder, [...this.#inputs]);
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
