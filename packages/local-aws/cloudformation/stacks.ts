import { isDeepStrictEqual } from 'node:util';
import type { Core } from '../core/cloud.ts';
import { AwsError, asError } from '../core/errors.ts';
import type { AnyResourceType } from '../core/resource.ts';
import type { FunctionCode } from '../lambda/runtime/runtime.ts';
import { checkDeliveries } from './checks.ts';
import { Deployment, inRemovalOrder, removeResource } from './deployment.ts';
import { refuseChangedTypes, refuseLostExports, refuseTakenName, refuseUnknownFunctions } from './guards.ts';
import { createHistory, type History, stackIdOf } from './history.ts';
import { type Plan, planStack } from './plan.ts';
import { TemplateError } from './problems.ts';
import type { Scope } from './resolver.ts';
import {
  describe,
  type FunctionCodes,
  type ResourceState,
  type StackDescription,
  type StackState,
  type StackStatus,
} from './state.ts';

import { createStackStore, type KeptResource, keptResources, leftBehind, storedStack } from './store.ts';

export type { StackDescription } from './state.ts';

/** What is deployed. */
export interface DeployRequest {
  /** Letters, digits and hyphens, beginning with a letter. */
  stackName: string;
  /** A CloudFormation template, as parsed JSON. */
  template: unknown;
  /** Values of the template's parameters. */
  parameters?: Record<string, string>;
  /** Where functions' code runs, by logical id or function name. */
  functions?: FunctionCodes;
}

/** The stacks of this local-aws. */
export interface Stacks {
  /**
   * Creates the stack, or changes it to what the template says. All or nothing: on failure the state is as before, and
   * the error names what is wrong (TemplateError lists every problem that was found before anything was created).
   */
  deploy(request: DeployRequest): Promise<StackDescription>;
  /** Removes a stack and its resources, but for those with DeletionPolicy Retain. Throws AwsError when it does not
   * exist, or another stack uses its exports. */
  remove(stackName: string): Promise<void>;
  /**
   * Says where the code of a stack's functions runs from now on; those that are not named have none, and their events wait.
   * Throws AwsError when there is no such stack or function.
   */
  place(stackName: string, functions: FunctionCodes): Promise<void>;
  list(): StackDescription[];
  get(stackName: string): StackDescription | undefined;
  /** The template of a stack as it was given, the same object until another is deployed. */
  templateOf(stackName: string): unknown;
  /** Brings back the stacks that were kept on disk. Gives the errors of those that could not be. */
  restore(): Promise<{ stackName: string; error: Error }[]>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export interface StacksOptions {
  /** Tells the Lambda service where a function's code runs; undefined: nowhere. */
  setCode?(functionArn: string, code: FunctionCode | undefined): void | Promise<void>;
  /** Reads `{{resolve:secretsmanager:...}}`; without it, dynamic references are refused. */
  resolveDynamic?: NonNullable<Scope['resolveDynamic']>;
}

/** Makes the stack engine for the given resource types. */
export function createStacks(core: Core, types: readonly AnyResourceType[], options: StacksOptions = {}): Stacks {
  return new StackEngine(core, types, options);
}

class StackEngine implements Stacks {
  readonly #core: Core;
  readonly #types: ReadonlyMap<string, AnyResourceType>;
  readonly #options: StacksOptions;
  readonly #stacks = new Map<string, StackState>();
  readonly #store: ReturnType<typeof createStackStore>;
  readonly #history: History;
  /** One deployment at a time: stacks use each other's exports. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(core: Core, types: readonly AnyResourceType[], options: StacksOptions) {
    this.#core = core;
    this.#types = new Map(types.map((type) => [type.type, type]));
    this.#options = options;
    this.#store = createStackStore(core.store);
    this.#history = createHistory(core.journal);
  }

  deploy(request: DeployRequest): Promise<StackDescription> {
    return this.#inTurn(() => this.#deploy(request));
  }

  remove(stackName: string): Promise<void> {
    return this.#inTurn(() => this.#remove(stackName));
  }

  place(stackName: string, functions: FunctionCodes): Promise<void> {
    return this.#inTurn(async () => {
      const stack = this.#existing(stackName);
      refuseUnknownFunctions(stackName, stack.resources, functions);
      stack.functions = functions;
      for (const resource of stack.resources.values()) await this.#placeCode(resource, functions, 'or-none');
    });
  }

  list(): StackDescription[] {
    return [...this.#stacks.values()].map(describe);
  }

  templateOf(stackName: string): unknown {
    return this.#stacks.get(stackName)?.template;
  }

  get(stackName: string): StackDescription | undefined {
    const stack = this.#stacks.get(stackName);
    return stack && describe(stack);
  }

  restore(): Promise<{ stackName: string; error: Error }[]> {
    return this.#inTurn(async () => {
      const { stacks, damaged } = this.#store.load();
      let waiting = stacks;
      for (;;) {
        const failures: { stackName: string; error: Error }[] = [];
        for (const stored of waiting) {
          try {
            if (stored.isGoing) await this.#remove(stored.stackName);
            else await this.#deploy(stored, 'restore');
          } catch (error) {
            failures.push({ stackName: stored.stackName, error: asError(error) });
          }
        }
        // One that imports what a later one exports succeeds in the next round.
        if (failures.length === 0 || failures.length === waiting.length) return [...damaged, ...failures];
        waiting = waiting.filter(({ stackName }) => failures.some((failure) => failure.stackName === stackName));
      }
    });
  }

  async close(): Promise<void> {
    await this.#queue;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#core.clock.track(this.#queue.then(() => this.#kept(work)));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Whoever is told that it is done can rely on it. */
  async #kept<T>(work: () => Promise<T>): Promise<T> {
    const result = await work();
    await this.#core.store.settled();
    return result;
  }

  async #deploy(request: DeployRequest, why: 'restore' | 'ask' = 'ask'): Promise<StackDescription> {
    const { stackName, template, parameters = {} } = request;
    const current = this.#stacks.get(stackName);
    const functions = request.functions ?? current?.functions ?? {};
    if (current && isDeepStrictEqual([current.template, current.parameters], [template, parameters])) {
      if (request.functions) {
        refuseUnknownFunctions(stackName, current.resources, functions);
        current.functions = functions;
        for (const resource of current.resources.values()) await this.#placeCode(resource, functions);
      }
      return describe(current);
    }
    const plan = this.#plan(request);
    // A stack of an earlier run goes on where it was, with the names that it had, even where it could not be brought back.
    const earlier = current ? undefined : this.#store.get(stackName);
    refuseChangedTypes(plan.resources, current ? [...current.resources.values()].map(typed) : (earlier?.kept ?? []));
    const deployment = new Deployment(plan, {
      stackName,
      current: current?.resources ?? new Map(),
      generations: new Map(Object.entries(earlier?.generations ?? {})),
      refuseTaken: (planned, properties) => refuseTakenName(this.#stacks, stackName, planned, properties),
      ...(earlier && { keeping: (remove) => this.#core.store.withoutLoss(stackName, remove) }),
      onReady: (resource) => this.#placeCode(resource, functions),
      report: this.#history.ofResources(stackName),
    });
    const state = await this.#carryOut(deployment, {
      name: stackName,
      id: stackIdOf(stackName),
      status: current ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE',
      template: structuredClone(template),
      parameters: { ...parameters },
      imports: plan.imports,
      functions,
      order: current?.order ?? Math.max(0, ...[...this.#stacks.values()].map((stack) => stack.order)) + 1,
    });
    this.#stacks.set(stackName, state);
    // Restoring removes nothing but what was about to be removed before.
    const left = earlier ? leftBehind(why === 'restore' ? { ...earlier, kept: [] } : earlier, state) : [];
    this.#save(state, [...keptResources(deployment.going()), ...left]);
    await deployment.finish();
    await this.#removeKept(stackName, left);
    this.#save(state);
    this.#history.ofStack(stackName, state.status, { changes: deployment.changes });
    return describe(state);
  }

  #plan({ stackName, template, parameters = {} }: DeployRequest): Plan {
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName)) {
      throw new AwsError('ValidationError', `'${stackName}' is not a stack name: letters, digits and hyphens`);
    }
    const others = [...this.#stacks.values()].filter(({ name }) => name !== stackName);
    const exporterOf = (name: string) => others.find(({ exports }) => Object.hasOwn(exports, name));
    return planStack(template, parameters, {
      stackName,
      stackId: stackIdOf(stackName),
      types: this.#types,
      importValue: (name) => exporterOf(name)?.exports[name],
      exporter: (name) => exporterOf(name)?.name,
      ...(this.#options.resolveDynamic && { resolveDynamic: this.#options.resolveDynamic }),
    });
  }

  async #carryOut(
    deployment: Deployment,
    frame: Omit<StackState, 'resources' | 'outputs' | 'exports'>,
  ): Promise<StackState> {
    const current = this.#stacks.get(frame.name);
    try {
      await deployment.apply();
      refuseUnknownFunctions(frame.name, deployment.resources, frame.functions);
      const { outputs, exports } = deployment.outputs();
      refuseLostExports(this.#stacks, frame.name, exports);
      const others = [...this.#stacks.values()].filter(({ name }) => name !== frame.name);
      const elsewhere = others.flatMap(({ resources }) => [...resources.values()]);
      const problems = checkDeliveries(this.#core, [...deployment.resources.values()], elsewhere);
      if (problems.length > 0) throw new TemplateError(frame.name, problems);
      return { ...frame, resources: deployment.resources, outputs, exports };
    } catch (error) {
      await deployment.rollBack();
      for (const resource of current?.resources.values() ?? [])
        await this.#placeCode(resource, current?.functions ?? {});
      const status: StackStatus = current ? 'UPDATE_ROLLBACK_COMPLETE' : 'ROLLBACK_COMPLETE';
      if (current) current.status = status;
      this.#history.ofStack(frame.name, status, {}, asError(error));
      throw error;
    }
  }

  async #remove(stackName: string): Promise<void> {
    const stack = this.#stacks.get(stackName);
    if (stack) await this.#removeResources(stack);
    else if (!(await this.#removeLost(stackName))) throw doesNotExist(stackName);
    this.#stacks.delete(stackName);
    this.#store.remove(stackName);
    this.#history.ofStack(stackName, 'DELETE_COMPLETE', {});
  }

  async #removeResources(stack: StackState): Promise<void> {
    refuseLostExports(this.#stacks, stack.name, {});
    const going = inRemovalOrder(stack.resources);
    for (const { provisioned, type, retain } of going) if (retain) await type.retain?.(provisioned);
    this.#save(stack, [], true);
    const context = { stackName: stack.name, report: this.#history.ofResources(stack.name) };
    for (const resource of going) if (!resource.retain) await removeResource(resource, context);
  }

  /** One of an earlier run that could not be brought back, or whose file cannot be used. False when there is none. */
  async #removeLost(stackName: string): Promise<boolean> {
    const { stacks, damaged } = this.#store.load();
    if (damaged.some((lost) => lost.stackName === stackName)) return true;
    const stored = stacks.find((lost) => lost.stackName === stackName);
    if (!stored) return false;
    for (const { type, provisioned } of stored.kept.filter(({ retain }) => retain))
      await this.#types.get(type)?.retain?.(provisioned);
    await this.#removeKept(stackName, [...stored.going, ...stored.kept.filter(({ retain }) => !retain)]);
    return true;
  }

  #existing(stackName: string): StackState {
    const stack = this.#stacks.get(stackName);
    if (!stack) throw doesNotExist(stackName);
    return stack;
  }

  async #placeCode(
    { logicalId, type, provisioned }: ResourceState,
    functions: FunctionCodes,
    otherwise: 'as-it-was' | 'or-none' = 'as-it-was',
  ): Promise<void> {
    if (type.type !== 'AWS::Lambda::Function') return;
    const code = functions[logicalId] ?? functions[provisioned.physicalId];
    if (code || otherwise === 'or-none')
      await this.#options.setCode?.(provisioned.attributes.Arn ?? provisioned.physicalId, code);
  }

  #save(state: StackState, going: KeptResource[] = [], isGoing = false): void {
    this.#store.save(storedStack(state, going, isGoing));
  }

  async #removeKept(stackName: string, resources: readonly KeptResource[]): Promise<void> {
    const report = this.#history.ofResources(stackName);
    for (const { type: name, ...resource } of resources) {
      const type = this.#types.get(name);
      if (type) await removeResource({ ...resource, type }, { stackName, report });
    }
  }
}

const typed = ({ logicalId, type }: ResourceState) => ({ logicalId, type: type.type });

function doesNotExist(stackName: string): AwsError {
  return new AwsError('ValidationError', `Stack with id ${stackName} does not exist`);
}
