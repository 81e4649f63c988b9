import { isDeepStrictEqual } from 'node:util';
import { AwsError, asError } from '../core/errors.ts';
import type { Provisioned, ResourceContext } from '../core/resource.ts';
import { checkProperties } from './checkProperties.ts';
import { TextBudget } from './limits.ts';
import { member, refuseCustomName, resourceContext } from './names.ts';
import { type Plan, type PlannedResource, placeOf } from './plan.ts';
import { Problems } from './problems.ts';
import { Resolver, type Scope } from './resolver.ts';
import type { ResourceState } from './state.ts';

/** Says what happens to each resource. */
export type Report = (action: string, resource: NamedResource, error?: Error) => void;

/** Something that happens to a resource, as CloudFormation tells it. */
export interface ResourceEvent {
  logicalId: string;
  type: string;
  physicalId?: string;
  /** `CREATE_IN_PROGRESS` */
  status: string;
  reason?: string;
}

/** Hears what happens to resources while it happens. */
export type Watch = (event: ResourceEvent) => void;

/** Nobody hears. */
export const UNHEARD: Watch = () => undefined;

/** CloudFormation's words for a step of a change. */
const INITIATED = 'Resource creation Initiated';
const REPLACING = 'Requested update requires the creation of a new physical resource; hence creating one.';

/** What a resource is called. */
export type NamedResource = Pick<ResourceState, 'logicalId' | 'type' | 'provisioned'>;

/** What carrying out a plan needs beside it. */
export interface DeploymentContext {
  stackName: string;
  /** The resources that the stack has. */
  current: ReadonlyMap<string, ResourceState>;
  /** How often resources were replaced before a restart: the names that they generate follow from that. */
  generations: ReadonlyMap<string, number>;
  /** Throws when a resource of another logical id or stack has that name. */
  refuseTaken(planned: PlannedResource, properties: unknown): void;
  /** For a stack of an earlier run that is not back yet: removes what was made again of it, and leaves what is kept for the next try. */
  keeping?(remove: () => Promise<void>): Promise<void>;
  /** Called for each resource that now exists as wanted, before those that depend on it. */
  onReady?(resource: ResourceState): Promise<void>;
  report: Report;
  watch: Watch;
}

/**
 * Carries out a plan, resource by resource. Nothing that is to go is removed before `finish`, and all that was done
 * is undone by `rollBack`: what an earlier run had left and was only taken over stays.
 */
export class Deployment {
  /** The resources as the template wants them. */
  readonly resources = new Map<string, ResourceState>();
  readonly #plan: Plan;
  readonly #context: DeploymentContext;
  readonly #resolver: Resolver;
  readonly #problems: Problems;
  readonly #undo: { resource: ResourceState; run: () => Promise<unknown> }[] = [];
  readonly #replaced = new Set<ResourceState>();
  #failed: string | undefined;
  /** What dynamic references have given: no message may tell. */
  readonly #secrets = new Set<string>();

  constructor(plan: Plan, context: DeploymentContext) {
    this.#plan = plan;
    this.#context = context;
    this.#problems = new Problems(context.stackName);
    const lookUp = {
      ref: (id: string) => this.resources.get(id)?.provisioned.physicalId,
      getAtt: (id: string, attribute: string) => attributeOf(this.resources.get(id), attribute),
    };
    const scope = plan.scope(this.#problems, lookUp, new TextBudget());
    this.#resolver = new Resolver({ ...scope, ...heard(scope, this.#secrets) });
  }

  /** How many resources were created, changed or replaced. */
  get changes(): number {
    return this.#undo.length;
  }

  /** The logical id of the resource that could not be made or changed. */
  get failed(): string | undefined {
    return this.#failed;
  }

  /** Creates and changes what the plan wants. Throws at the first failure, with the resource named. */
  async apply(): Promise<void> {
    for (const planned of this.#plan.resources) {
      try {
        await this.#applyOne(planned);
      } catch (thrown) {
        const error = failureOf(planned, thrown, this.#secrets);
        const verb = this.#context.current.has(planned.logicalId) ? 'UPDATE' : 'CREATE';
        this.#failed = planned.logicalId;
        this.#tell(planned, `${verb}_FAILED`, undefined, error.message);
        throw error;
      }
    }
  }

  /** Evaluates the outputs and exports. */
  outputs(): { outputs: Record<string, string>; exports: Record<string, string> } {
    const outputs: Record<string, string> = {};
    const exports: Record<string, string> = {};
    for (const [name, { Value, Condition, Export }] of Object.entries(this.#plan.template.Outputs)) {
      if (Condition !== undefined && !this.#resolver.condition(Condition, `Outputs.${name}`)) continue;
      const value = this.#resolver.text(Value, `Outputs.${name}.Value`);
      outputs[name] = value;
      if (Export) exports[this.#resolver.text(Export.Name, `Outputs.${name}.Export.Name`)] = value;
    }
    this.#problems.throwIfAny();
    return { outputs, exports };
  }

  /** What was replaced and what left the template, but for what its policy keeps. */
  going(): ResourceState[] {
    return this.#leaving().filter((resource) => !this.#isKept(resource));
  }

  /** Removes what is going, and lets go of what is kept. A failure is reported, and does not stop the rest. */
  async finish(): Promise<void> {
    for (const resource of this.#leaving()) {
      if (!this.#isKept(resource)) await removeResource(resource, this.#context);
      else {
        await resource.type.retain?.(resource.provisioned);
        this.#tell(resource, 'DELETE_SKIPPED', resource.provisioned);
      }
    }
  }

  /** Undoes everything, last first. A failure is reported, and does not stop the rest. */
  async rollBack(): Promise<void> {
    for (const { resource, run } of this.#undo.toReversed()) {
      const verb = this.#context.current.has(resource.logicalId) ? 'UPDATE' : 'DELETE';
      this.#tell(resource, `${verb}_IN_PROGRESS`, resource.provisioned);
      try {
        await run();
        this.#context.report('ROLLBACK', resource);
        this.#tell(resource, `${verb}_COMPLETE`, resource.provisioned);
      } catch (thrown) {
        const error = asError(thrown);
        this.#context.report('ROLLBACK', resource, error);
        this.#tell(resource, `${verb}_FAILED`, resource.provisioned, error.message);
      }
    }
  }

  #leaving(): ResourceState[] {
    return inRemovalOrder(this.#context.current).filter(
      (resource) => this.#replaced.has(resource) || !this.resources.has(resource.logicalId),
    );
  }

  #isKept(resource: ResourceState): boolean {
    return this.#replaced.has(resource) ? resource.retainReplaced : resource.retain;
  }

  async #applyOne(planned: PlannedResource): Promise<void> {
    const properties = this.#propertiesOf(planned);
    const before = this.#context.current.get(planned.logicalId);
    const state = before
      ? await this.#change(planned, properties, before)
      : await this.#create(planned, properties, this.#context.generations.get(planned.logicalId) ?? 0);
    this.resources.set(planned.logicalId, state);
    await this.#context.onReady?.(state);
    if (!isUnchanged(before, state))
      this.#tell(state, before ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE', state.provisioned);
  }

  #tell(
    { logicalId, type }: Pick<ResourceState, 'logicalId' | 'type'>,
    status: string,
    provisioned?: Provisioned,
    reason?: string,
  ): void {
    const physicalId = provisioned && { physicalId: provisioned.physicalId };
    this.#context.watch({ logicalId, type: type.type, status, ...physicalId, ...(reason && { reason }) });
  }

  #propertiesOf({ logicalId, definition, type }: PlannedResource): unknown {
    const raw = this.#resolver.resolve(definition.Properties ?? {}, `${placeOf(logicalId, type.type)}: Properties`);
    this.#problems.throwIfAny();
    const checked = checkProperties(type.properties, raw);
    if (checked.ok) return checked.properties;
    throw new AwsError('ValidationError', checked.problems.join('; '));
  }

  async #create(planned: PlannedResource, properties: unknown, generation: number): Promise<ResourceState> {
    this.#context.refuseTaken(planned, properties);
    const { type } = planned;
    const context = resourceContext(this.#context.stackName, planned.logicalId, generation);
    const verb = this.#context.current.has(planned.logicalId) ? 'UPDATE' : 'CREATE';
    this.#tell(planned, `${verb}_IN_PROGRESS`, undefined, verb === 'UPDATE' ? REPLACING : undefined);
    const adopted = await type.adopt?.(properties, context);
    const provisioned = adopted ?? (await type.create(properties, context));
    const state = stateOf(planned, properties, provisioned, generation);
    if (!adopted) this.#undo.push({ resource: state, run: () => this.#undoCreation(planned, state, context) });
    this.#context.report(adopted ? 'ADOPT' : 'CREATE', state);
    this.#tell(planned, `${verb}_IN_PROGRESS`, provisioned, INITIATED);
    return state;
  }

  /** Whatever was made goes, but for what is to stay even when its creation is undone. */
  async #undoCreation(
    { definition, type }: PlannedResource,
    { provisioned, properties }: ResourceState,
    context: ResourceContext,
  ): Promise<void> {
    const remove = () => type.remove(provisioned, properties, context);
    if (definition.DeletionPolicy === 'Retain') await type.retain?.(provisioned);
    // What a type that adopts has made is new: there was nothing to adopt.
    else if (type.adopt || !this.#context.keeping) await remove();
    else await this.#context.keeping(remove);
  }

  async #change(planned: PlannedResource, properties: unknown, before: ResourceState): Promise<ResourceState> {
    const { type } = planned;
    if (isDeepStrictEqual(before.properties, properties)) {
      return stateOf(planned, before.properties, before.provisioned, before.generation);
    }
    const changed = type.replaceOn?.filter(
      (name) => !isDeepStrictEqual(member(before.properties, name), member(properties, name)),
    );
    if (changed && changed.length > 0) {
      refuseCustomName(planned, properties, before, changed);
      return this.#replace(planned, properties, before);
    }
    const context = resourceContext(this.#context.stackName, planned.logicalId, before.generation);
    this.#tell(planned, 'UPDATE_IN_PROGRESS', before.provisioned);
    const provisioned = await type.update(before.provisioned, properties, before.properties, context);
    const state = stateOf(planned, properties, provisioned, before.generation);
    this.#undo.push({
      resource: before,
      run: async () => {
        before.provisioned = await type.update(provisioned, before.properties, properties, context);
      },
    });
    this.#context.report('UPDATE', state);
    return state;
  }

  async #replace(planned: PlannedResource, properties: unknown, before: ResourceState): Promise<ResourceState> {
    const state = await this.#create(planned, properties, before.generation + 1);
    if (state.provisioned.physicalId === before.provisioned.physicalId) this.#restoreInstead(before);
    else this.#replaced.add(before);
    return state;
  }

  /** The new one stands in the place of the old one: there is nothing to remove later, and undoing brings the old back. */
  #restoreInstead(before: ResourceState): void {
    this.#undo.pop();
    this.#undo.push({
      resource: before,
      run: async () => {
        const context = resourceContext(this.#context.stackName, before.logicalId, before.generation);
        before.provisioned = await before.type.create(before.properties, context);
      },
    });
  }
}

function stateOf(
  { logicalId, definition, type, dependencies }: PlannedResource,
  properties: unknown,
  provisioned: Provisioned,
  generation: number,
): ResourceState {
  return {
    logicalId,
    type,
    properties,
    provisioned,
    generation,
    dependencies,
    retain: definition.DeletionPolicy === 'Retain' || definition.DeletionPolicy === 'RetainExceptOnCreate',
    retainReplaced: definition.UpdateReplacePolicy === 'Retain',
  };
}

const isUnchanged = (before: ResourceState | undefined, after: ResourceState): boolean =>
  before !== undefined && before.properties === after.properties && before.generation === after.generation;

/** Resources, each before those that it depends on. */
export function inRemovalOrder(resources: ReadonlyMap<string, ResourceState>): ResourceState[] {
  return [...resources.values()].reverse();
}

/** Removes one resource; gives whether it is gone. A failure is reported, not thrown: what else is to go must go. */
export async function removeResource(
  resource: NamedResource & Pick<ResourceState, 'properties' | 'generation'>,
  { stackName, report, watch }: Pick<DeploymentContext, 'stackName' | 'report' | 'watch'>,
): Promise<boolean> {
  const { logicalId, type, provisioned, properties, generation } = resource;
  const told = { logicalId, type: type.type, physicalId: provisioned.physicalId };
  watch({ ...told, status: 'DELETE_IN_PROGRESS' });
  try {
    await type.remove(provisioned, properties, resourceContext(stackName, logicalId, generation));
    report('DELETE', resource);
    watch({ ...told, status: 'DELETE_COMPLETE' });
    return true;
  } catch (thrown) {
    const error = asError(thrown);
    report('DELETE', resource, error);
    watch({ ...told, status: 'DELETE_FAILED', reason: error.message });
    return false;
  }
}

function attributeOf(resource: ResourceState | undefined, attribute: string): string | undefined {
  if (!resource) return undefined;
  const { attributes } = resource.provisioned;
  if (Object.hasOwn(attributes, attribute)) return attributes[attribute];
  const known = Object.keys(attributes).join(', ') || 'none';
  throw new TypeError(
    `Resource type ${resource.type.type} does not support attribute {${attribute}}; ${resource.logicalId} has ${known}`,
  );
}

/** Remembers what dynamic references give. */
function heard({ resolveDynamic }: Scope, secrets: Set<string>): Pick<Scope, 'resolveDynamic'> {
  if (!resolveDynamic) return {};
  return {
    resolveDynamic(service, key) {
      const value = resolveDynamic(service, key);
      if (value) secrets.add(value);
      return value;
    },
  };
}

function failureOf({ logicalId, type }: PlannedResource, thrown: unknown, secrets: ReadonlySet<string>): Error {
  const cause = asError(thrown);
  const message = [...secrets].reduce((text, secret) => text.replaceAll(secret, '***'), cause.message);
  const options = { cause, ...(cause instanceof AwsError && { status: cause.status, fields: cause.fields }) };
  const code = cause instanceof AwsError ? cause.code : 'InternalFailure';
  const place = placeOf(logicalId, type.type);
  return new AwsError(code, message.includes(place) ? message : `${place}: ${message}`, options);
}
