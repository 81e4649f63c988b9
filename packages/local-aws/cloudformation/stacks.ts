import type { Core } from '../core/cloud.ts';
import { AwsError, asError } from '../core/errors.ts';
import type { AnyResourceType } from '../core/resource.ts';
import type { Archive } from '../lambda/code/uploads.ts';
import { checkDeliveries } from './checks.ts';
import { Codes, type TakeCode } from './codes.ts';
import { Deployment, UNHEARD } from './deployment.ts';
import { refuseChangedTypes, refuseLostExports, refuseTakenName, refuseUnknownFunctions } from './guards.ts';
import { createHistory, type History, stackIdOf } from './history.ts';
import { pending } from './pending.ts';
import { type Plan, planStack } from './plan.ts';
import { TemplateError } from './problems.ts';
import { Removal } from './removal.ts';
import { isSameJson } from './sameJson.ts';
import type { DeployRequest, StackRequest, Stacks, StacksOptions, StackWatch } from './stackTypes.ts';
import {
  describe,
  type FunctionCodes,
  type ResourceState,
  type StackDescription,
  type StackState,
  type StackStatus,
} from './state.ts';
import {
  createStackStore,
  type KeptResource,
  keptResources,
  leftBehind,
  type StoredStack,
  storedStack,
} from './store.ts';

export type { DeployRequest, StackRequest, Stacks, StacksOptions, StackWatch } from './stackTypes.ts';
export type { StackDescription } from './state.ts';

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
  readonly #codes: Codes;
  readonly #removal: Removal;
  /** One deployment at a time: stacks use each other's exports. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(core: Core, types: readonly AnyResourceType[], options: StacksOptions) {
    this.#core = core;
    this.#types = new Map(types.map((type) => [type.type, type]));
    this.#options = options;
    this.#store = createStackStore(core.store);
    this.#history = createHistory(core.journal);
    this.#codes = new Codes(options);
    this.#removal = new Removal(this.#types, this.#history);
  }

  deploy(request: DeployRequest): Promise<StackDescription> {
    return this.#inTurn(() => this.#deploy(request));
  }

  remove(stackName: string, watch?: StackWatch): Promise<void> {
    return this.#inTurn(() => this.#remove(stackName, watch));
  }

  place(stackName: string, functions: FunctionCodes): Promise<void> {
    return this.#inTurn(async () => {
      const stack = this.#existing(stackName);
      refuseUnknownFunctions(stackName, stack.resources, functions);
      stack.functions = functions;
      await this.#codes.placeAll(stack, 'or-none');
    });
  }

  list(): StackDescription[] {
    return [...this.#stacks.values()].map(describe);
  }

  templateOf(stackName: string): unknown {
    return this.#stacks.get(stackName)?.template;
  }

  check(request: DeployRequest): Plan {
    const plan = this.#plan(request);
    const current = this.#stacks.get(request.stackName);
    refuseChangedTypes(plan.resources, [...(current?.resources.values() ?? [])].map(typed));
    return plan;
  }

  validate(template: unknown): Plan {
    return planStack(
      template,
      {},
      {
        ...this.#planContext('template'),
        importValue: (name) => pending(name),
        exporter: () => undefined,
      },
    );
  }

  has(stackName: string): boolean {
    if (this.#stacks.has(stackName)) return true;
    const { stacks, damaged } = this.#store.load();
    return [...stacks, ...damaged].some((lost) => lost.stackName === stackName);
  }

  archives(): Archive[] {
    const functions = [...this.#stacks.values()].flatMap((stack) => Object.values(stack.functions));
    return functions.flatMap(({ archive }) => archive ?? []);
  }

  requestOf(stackName: string): StackRequest | undefined {
    return this.#stacks.get(stackName);
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
            else await this.#deploy({ ...stored, hasUploadedCode: stored.archives !== undefined }, stored);
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

  /** `restored`: it is one of an earlier run. */
  async #deploy(request: DeployRequest, restored?: StoredStack): Promise<StackDescription> {
    const { stackName, template, parameters = {}, hasUploadedCode = false, watch } = request;
    const current = this.#stacks.get(stackName);
    if (current && !hasUploadedCode && isSame(current, { template, parameters })) {
      if (!request.functions) return describe(current);
      refuseUnknownFunctions(stackName, current.resources, request.functions);
      current.functions = request.functions;
      await this.#codes.placeAll(current);
      return describe(current);
    }
    const functions = hasUploadedCode ? {} : (request.functions ?? current?.functions ?? {});
    const plan = this.#plan(request);
    // A stack of an earlier run goes on where it was, with the names that it had, even where it could not be brought back.
    const earlier = current ? undefined : this.#store.get(stackName);
    refuseChangedTypes(plan.resources, current ? [...current.resources.values()].map(typed) : (earlier?.kept ?? []));
    const take: TakeCode | undefined = hasUploadedCode ? this.#codes.taking(restored?.archives) : undefined;
    const deployment = new Deployment(plan, {
      stackName,
      current: current?.resources ?? new Map(),
      generations: new Map(Object.entries(earlier?.generations ?? {})),
      refuseTaken: (planned, properties) => refuseTakenName(this.#stacks, stackName, planned, properties),
      ...(earlier && { keeping: (remove) => this.#core.store.withoutLoss(stackName, remove) }),
      onReady: (resource) => this.#codes.ready(resource, functions, take),
      report: this.#history.ofResources(stackName),
      watch: watch?.resource ?? UNHEARD,
    });
    const frame = {
      name: stackName,
      id: stackIdOf(stackName),
      status: current ? ('UPDATE_COMPLETE' as const) : ('CREATE_COMPLETE' as const),
      template: structuredClone(template),
      parameters: { ...parameters },
      imports: plan.imports,
      functions,
      hasUploadedCode,
      order: current?.order ?? Math.max(0, ...[...this.#stacks.values()].map((stack) => stack.order)) + 1,
    };
    const state = await this.#carryOut(deployment, frame, watch);
    this.#stacks.set(stackName, state);
    // Restoring removes nothing but what was about to be removed before.
    const left = earlier ? leftBehind(restored ? { ...earlier, kept: [] } : earlier, state) : [];
    this.#save(state, [...keptResources(deployment.going()), ...left]);
    if (current) watch?.stack('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    await deployment.finish();
    await this.#removal.kept(stackName, left);
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
      ...this.#planContext(stackName),
      importValue: (name) => exporterOf(name)?.exports[name],
      exporter: (name) => exporterOf(name)?.name,
    });
  }

  #planContext(stackName: string) {
    const { resolveDynamic } = this.#options;
    return { stackName, stackId: stackIdOf(stackName), types: this.#types, ...(resolveDynamic && { resolveDynamic }) };
  }

  async #carryOut(
    deployment: Deployment,
    frame: Omit<StackState, 'resources' | 'outputs' | 'exports'>,
    watch: StackWatch | undefined,
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
    } catch (thrown) {
      const error = asError(thrown);
      const { failed } = deployment;
      const verb = current ? 'update' : 'create';
      const reason = failed ? `The following resource(s) failed to ${verb}: [${failed}].` : error.message;
      watch?.stack(current ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS', reason);
      await deployment.rollBack();
      if (current) await this.#codes.placeAll(current);
      const status: StackStatus = current ? 'UPDATE_ROLLBACK_COMPLETE' : 'ROLLBACK_COMPLETE';
      if (current) current.status = status;
      this.#history.ofStack(frame.name, status, {}, error);
      throw error;
    }
  }

  async #remove(stackName: string, watch?: StackWatch): Promise<void> {
    const stack = this.#stacks.get(stackName);
    if (stack) await this.#removeResources(stack, watch);
    else if (!(await this.#removeLost(stackName, watch))) throw doesNotExist(stackName);
    this.#stacks.delete(stackName);
    this.#store.remove(stackName);
    this.#history.ofStack(stackName, 'DELETE_COMPLETE', {});
  }

  async #removeResources(stack: StackState, watch: StackWatch | undefined): Promise<void> {
    refuseLostExports(this.#stacks, stack.name, {});
    await this.#removal.retain([...stack.resources.values()].reverse());
    this.#save(stack, [], true);
    const { left, error } = await this.#removal.resourcesOf(stack, watch);
    if (!error) return;
    stack.resources = left;
    stack.status = 'DELETE_FAILED';
    this.#save(stack, [], true);
    this.#history.ofStack(stack.name, stack.status, {}, error);
    throw error;
  }

  /** One of an earlier run that could not be brought back, or whose file cannot be used. False when there is none. */
  async #removeLost(stackName: string, watch: StackWatch | undefined): Promise<boolean> {
    const { stacks, damaged } = this.#store.load();
    if (damaged.some((lost) => lost.stackName === stackName)) return true;
    const stored = stacks.find((lost) => lost.stackName === stackName);
    if (!stored) return false;
    await this.#removal.lost(stored, watch);
    return true;
  }

  #existing(stackName: string): StackState {
    const stack = this.#stacks.get(stackName);
    if (!stack) throw doesNotExist(stackName);
    return stack;
  }

  #save(state: StackState, going: KeptResource[] = [], isGoing = false): void {
    this.#store.save(storedStack(state, going, isGoing));
  }
}

/** Whether a stack is what is asked for already. */
const isSame = (current: StackState, asked: Pick<StackState, 'template' | 'parameters'>): boolean =>
  !current.hasUploadedCode &&
  current.status !== 'DELETE_FAILED' &&
  isSameJson([current.template, current.parameters], [asked.template, asked.parameters]);

const typed = ({ logicalId, type }: ResourceState) => ({ logicalId, type: type.type });

function doesNotExist(stackName: string): AwsError {
  return new AwsError('ValidationError', `Stack with id ${stackName} does not exist`);
}
