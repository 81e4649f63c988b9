import { AwsError } from '../core/errors.ts';
import type { AnyResourceType, Provisioned } from '../core/resource.ts';
import { inRemovalOrder, removeResource, UNHEARD } from './deployment.ts';
import type { History } from './history.ts';
import type { StackWatch } from './stackTypes.ts';
import type { ResourceState, StackState } from './state.ts';
import type { KeptResource, StoredStack } from './store.ts';

/** Removes what stacks have. */
export class Removal {
  readonly #types: ReadonlyMap<string, AnyResourceType>;
  readonly #history: History;

  constructor(types: ReadonlyMap<string, AnyResourceType>, history: History) {
    this.#types = types;
    this.#history = history;
  }

  /** Lets go of those that stay when their stack goes. */
  async retain(
    resources: readonly { type: AnyResourceType; provisioned: Provisioned; retain: boolean }[],
  ): Promise<void> {
    for (const { type, provisioned, retain } of resources) if (retain) await type.retain?.(provisioned);
  }

  /** Removes a stack's resources, each before those that it depends on. Gives those that stay, where one could not be removed. */
  async resourcesOf(
    { name, resources }: StackState,
    watch: StackWatch | undefined,
  ): Promise<{ left: Map<string, ResourceState>; error?: AwsError }> {
    const context = this.#context(name, watch);
    const failed: string[] = [];
    // In the order in which they were made.
    const left: ResourceState[] = [];
    for (const resource of inRemovalOrder(resources)) {
      const { logicalId, type, provisioned, retain } = resource;
      if (retain) {
        context.watch({ logicalId, type: type.type, physicalId: provisioned.physicalId, status: 'DELETE_SKIPPED' });
        continue;
      }
      const isNeeded = left.some(({ dependencies }) => dependencies.includes(logicalId));
      const isGone = !isNeeded && (await removeResource(resource, context));
      if (!isGone) left.unshift(resource);
      if (!isGone && !isNeeded) failed.push(logicalId);
    }
    const kept = new Map(left.map((resource) => [resource.logicalId, resource]));
    return { left: kept, ...(failed.length > 0 && { error: failedToDelete(failed) }) };
  }

  /** Removes what an earlier run has left of a stack. Throws AwsError when that is not possible for all. */
  async lost({ stackName, kept, going }: StoredStack, watch: StackWatch | undefined): Promise<void> {
    await this.retain(kept.flatMap((resource) => this.#typed(resource)));
    const failed = await this.kept(stackName, [...going, ...kept.filter(({ retain }) => !retain)], watch);
    if (failed.length > 0) throw failedToDelete(failed);
  }

  /** Removes resources that have state of their own; gives the logical ids of those that could not be removed. */
  async kept(stackName: string, resources: readonly KeptResource[], watch?: StackWatch): Promise<string[]> {
    const context = this.#context(stackName, watch);
    const failed: string[] = [];
    for (const resource of resources.flatMap((one) => this.#typed(one)))
      if (!(await removeResource(resource, context))) failed.push(resource.logicalId);
    return failed;
  }

  /** With its type; nothing where there is no such type any more. */
  #typed({ type: name, ...resource }: KeptResource) {
    const type = this.#types.get(name);
    return type ? [{ ...resource, type }] : [];
  }

  #context(stackName: string, watch: StackWatch | undefined) {
    return { stackName, report: this.#history.ofResources(stackName), watch: watch?.resource ?? UNHEARD };
  }
}

const failedToDelete = (failed: readonly string[]) =>
  new AwsError('ValidationError', `The following resource(s) failed to delete: [${failed.join(', ')}].`);
