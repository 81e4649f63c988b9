import { z } from 'zod';
import { AwsError, asError } from '../core/errors.ts';
import type { Provisioned } from '../core/resource.ts';
import { ACCOUNT, kind, type Store } from '../core/store/index.ts';
import type { ResourceState, StackState } from './state.ts';

const keptSchema = z.strictObject({
  logicalId: z.string(),
  type: z.string(),
  properties: z.unknown(),
  provisioned: z.strictObject({ physicalId: z.string(), attributes: z.record(z.string(), z.string()) }),
  generation: z.number(),
  retain: z.boolean(),
});

/** An archive of code that was taken: what `code/` of the state folder has it under, how long it is in bytes, and since when. */
const archiveSchema = z.strictObject({ sha256: z.string(), size: z.number(), takenMs: z.number() });

const storedSchema = z.strictObject({
  stackName: z.string(),
  /** Restoring goes in this order, so that exports exist before they are imported. */
  order: z.number(),
  template: z.unknown(),
  parameters: z.record(z.string(), z.string()),
  /** How often each replaced resource was replaced: its generated name follows from that. */
  generations: z.record(z.string(), z.number()),
  /** Its resources that have state of their own. */
  kept: z.array(keptSchema),
  /** Those that have left the template, or were replaced, and are being removed. */
  going: z.array(keptSchema),
  /** The stack is being removed. */
  isGoing: z.boolean(),
  /** What is kept of its functions' code, by logical id; left out where whoever deploys the stack gives it along. */
  archives: z.record(z.string(), archiveSchema).optional(),
});

/** What of a stack outlives the process. */
export type StoredStack = z.output<typeof storedSchema>;

/** A resource whose state outlives the process. */
export type KeptResource = z.output<typeof keptSchema>;

/** Keeps stacks, each in its own file beside the state of its resources. */
export interface StackStore {
  save(stack: StoredStack): void;
  /** What is kept of a stack. Throws AwsError when its file cannot be used. */
  get(stackName: string): StoredStack | undefined;
  /** Forgets the stack and all state of its resources. */
  remove(stackName: string): void;
  /** In the order of their first deployment; beside them those that cannot be read, with the reason. */
  load(): { stacks: StoredStack[]; damaged: { stackName: string; error: Error }[] };
}

/** Checked where it is read, so that what else stands in the file can be used. */
const STACKS = kind<unknown>('cloudformation/stacks', z.unknown());

export function createStackStore(store: Store): StackStore {
  const checked = (stackName: string, value: unknown): StoredStack => {
    const stack = storedSchema.safeParse(value);
    if (stack.success) return stack.data;
    throw new AwsError(
      'ValidationError',
      `What is kept of the stack '${stackName}' was not written by this version of local-aws. What to do: ` +
        `remove this stack alone (DELETE /_local/stacks/${stackName}), or start with --fresh, which forgets everything.`,
      { cause: stack.error },
    );
  };
  return {
    save: (stack) => store.collection(stack.stackName, STACKS).put(stack.stackName, stack),
    get(stackName) {
      const damaged = store.damaged().find(({ owner }) => owner === stackName);
      if (damaged) throw new AwsError('ValidationError', damaged.error.message, { cause: damaged.error });
      const kept = store.collection(stackName, STACKS).get(stackName);
      return kept === undefined ? undefined : checked(stackName, kept);
    },
    remove: (stackName) => store.drop(stackName),
    load() {
      const stacks: StoredStack[] = [];
      const damaged = store
        .damaged()
        .filter(({ owner }) => owner !== ACCOUNT)
        .map(({ owner, error }) => ({ stackName: owner, error }));
      for (const { key, value } of store.all(STACKS)) {
        try {
          stacks.push(checked(key, value));
        } catch (thrown) {
          damaged.push({ stackName: key, error: asError(thrown) });
        }
      }
      return { stacks: stacks.toSorted((left, right) => left.order - right.order), damaged };
    },
  };
}

/** A stack as it is kept. */
export function storedStack(state: StackState, going: KeptResource[], isGoing: boolean): StoredStack {
  const resources = [...state.resources.values()];
  const replaced = resources.filter(({ generation }) => generation > 0);
  return {
    stackName: state.name,
    order: state.order,
    template: state.template,
    parameters: state.parameters,
    generations: Object.fromEntries(replaced.map(({ logicalId, generation }) => [logicalId, generation])),
    kept: keptResources(resources),
    going,
    isGoing,
    ...(state.hasUploadedCode && { archives: archivesOf(state) }),
  };
}

const archivesOf = ({ functions }: StackState) =>
  Object.fromEntries(
    Object.entries(functions).flatMap(([id, { archive }]) => (archive ? [[id, archive] as const] : [])),
  );

/** Those of the resources that have state of their own; what has none goes with the process. */
export function keptResources(resources: readonly ResourceState[]): KeptResource[] {
  return resources
    .filter(({ type }) => type.adopt)
    .map(({ logicalId, type, properties, provisioned, generation, retain }) => ({
      logicalId,
      type: type.type,
      properties,
      provisioned,
      generation,
      retain,
    }));
}

/** What an earlier run has left to a stack, or was removing, and the stack does not have any more. */
export function leftBehind(
  { kept, going }: Pick<StoredStack, 'kept' | 'going'>,
  { resources }: StackState,
): KeptResource[] {
  const has = new Set([...resources.values()].map(({ type, provisioned }) => identityOf(type.type, provisioned)));
  return [...going, ...kept.filter(({ retain }) => !retain)].filter(
    ({ type, provisioned }) => !has.has(identityOf(type, provisioned)),
  );
}

/** What a resource is, however it is reached: the address of a queue has the port of the day. */
const identityOf = (type: string, { physicalId, attributes }: Provisioned) => `${type} ${attributes.Arn ?? physicalId}`;
