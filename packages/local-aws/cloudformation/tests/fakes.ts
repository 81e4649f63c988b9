import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { type AnyResourceType, inert, type ResourceType } from '../../core/resource.ts';
import { createTestCore } from '../../core/tests/testCore.ts';

/** A core without any service in it. */
export const testCore = createTestCore;

const boxSchema = z.strictObject({
  BoxName: z.string().optional(),
  Size: z.number().optional(),
  Sealed: z.boolean().optional(),
  Label: z.string().optional(),
  Material: z.enum(['wood', 'steel']).optional(),
  Content: z.union([z.string(), z.strictObject({ Kind: z.string(), Count: z.number() })]).optional(),
  Layers: z.array(z.strictObject({ Depth: z.number(), Name: z.string().optional() })).optional(),
  Environment: z.record(z.string(), z.string()).optional(),
  OwnerArn: z.string().regex(/^arn:/).optional(),
  Tags: inert('nobody reads tags on a laptop'),
});

type BoxProperties = z.output<typeof boxSchema>;

/** A world in which templates make boxes: what exists, and what was done, in order. */
export class BoxWorld {
  readonly boxes = new Map<string, BoxProperties>();
  readonly log: string[] = [];
  /** Names or labels of boxes whose next creation or change fails. */
  readonly broken = new Set<string>();

  readonly type: ResourceType<BoxProperties> = {
    type: 'Arcade::Test::Box',
    properties: boxSchema,
    replaceOn: ['BoxName', 'Material'],
    create: async (properties, context) => {
      const name = properties.BoxName ?? context.generateName({ maxLength: 40 });
      this.#refuseBroken(properties, context.logicalId);
      this.boxes.set(name, properties);
      this.log.push(`create ${context.logicalId}`);
      return { physicalId: name, attributes: { Arn: `arn:aws:box:eu-west-1:000000000000:box/${name}` } };
    },
    update: async (current, properties, _previous, context) => {
      this.#refuseBroken(properties, context.logicalId);
      this.boxes.set(current.physicalId, properties);
      this.log.push(`update ${context.logicalId}`);
      return current;
    },
    remove: async (current, _properties, context) => {
      this.boxes.delete(current.physicalId);
      this.log.push(`remove ${context.logicalId}`);
    },
  };

  #refuseBroken(properties: BoxProperties, logicalId: string): void {
    for (const name of [properties.Label, logicalId]) {
      if (name !== undefined && this.broken.has(name)) throw new AwsError('Broken', `the box ${name} is broken`);
    }
  }

  /** Forgets what was done so far, and gives it. */
  takeLog(): string[] {
    return this.log.splice(0);
  }
}

/** A template of boxes. */
export function boxes(
  resources: Record<string, Record<string, unknown> & { $?: Record<string, unknown> }>,
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  const Resources = Object.fromEntries(
    Object.entries(resources).map(([id, { $, ...Properties }]) => [
      id,
      { Type: 'Arcade::Test::Box', Properties, ...$ },
    ]),
  );
  return { Resources, ...rest };
}

/** A resource type that takes anything, and has the attributes that `attributes` gives. */
export function looseType(
  type: string,
  identify: (properties: Record<string, unknown>, logicalId: string) => { physicalId: string; Arn?: string },
): AnyResourceType {
  return {
    type,
    properties: z.record(z.string(), z.unknown()),
    async create(properties: Record<string, unknown>, { logicalId }) {
      const { physicalId, Arn } = identify(properties, logicalId);
      return { physicalId, attributes: { ...(Arn !== undefined && { Arn }) } };
    },
    update: async (current) => current,
    remove: async () => undefined,
  };
}

/** Chests outlive local-aws with what was put in them: the map is what is on disk. A label `broken` cannot be made. */
export function chestType(
  chests: Map<string, { owner: string; content: string }>,
): ResourceType<{ Label?: string | undefined }> {
  return {
    type: 'Arcade::Test::Chest',
    properties: z.strictObject({ Label: z.string().optional() }),
    replaceOn: ['Label'],
    async create(_properties, context) {
      const name = context.generateName();
      if (chests.has(name)) throw new AwsError('AlreadyExists', `the chest ${name} exists`);
      chests.set(name, { owner: context.stackName, content: '' });
      return { physicalId: name, attributes: {} };
    },
    async adopt(_properties, context) {
      const name = context.generateName();
      return chests.get(name)?.owner === context.stackName ? { physicalId: name, attributes: {} } : undefined;
    },
    update: async (current) => current,
    remove: async ({ physicalId }) => void chests.delete(physicalId),
    retain: async ({ physicalId }) => void Object.assign(chests.get(physicalId) ?? {}, { owner: 'account' }),
  };
}
