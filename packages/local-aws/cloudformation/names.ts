import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../core/errors.ts';
import type { AnyResourceType, Provisioned, ResourceContext } from '../core/resource.ts';
import type { PlannedResource } from './plan.ts';
import type { ResourceState } from './state.ts';

/** AWS cannot create the replacement of a resource whose name is fixed by the template: the name is still in use. */
export function refuseCustomName(
  { type }: PlannedResource,
  properties: unknown,
  before: ResourceState,
  changed: readonly string[],
): void {
  if (!isSameIdentity(type, before.properties, properties)) return;
  const fixed = customNames(type).find((name) => namesResource(member(properties, name), before.provisioned));
  if (fixed === undefined) return;
  throw new AwsError(
    'ValidationError',
    `changing ${changed.join(', ')} means replacing it, and CloudFormation cannot replace a resource with a fixed name: ` +
      `change ${fixed} ('${member(properties, fixed)}') as well, or remove the stack first`,
  );
}

/** The properties that may give a resource its name. */
export function customNames({ replaceOn = [] }: AnyResourceType): string[] {
  return replaceOn.filter((name) => name.endsWith('Name'));
}

/** Whether all that a resource is known by is the same: a stage by its name and its API, an alias by name and function. */
export function isSameIdentity({ replaceOn = [] }: AnyResourceType, left: unknown, right: unknown): boolean {
  return replaceOn
    .filter((name) => /(Name|Id|Arn)$/.test(name))
    .every((name) => isDeepStrictEqual(member(left, name), member(right, name)));
}

/** Whether the physical id is `name`, or an ARN or URL that ends with it. */
export function namesResource(name: unknown, { physicalId }: Provisioned): boolean {
  return (
    typeof name === 'string' &&
    (physicalId === name || physicalId.endsWith(`:${name}`) || physicalId.endsWith(`/${name}`))
  );
}

/** A property by its name. */
export function member(properties: unknown, name: string): unknown {
  return typeof properties === 'object' && properties !== null ? Reflect.get(properties, name) : undefined;
}

/** What a resource type gets to know. Names that it makes follow from stack, logical id and generation alone. */
export function resourceContext(stackName: string, logicalId: string, generation: number): ResourceContext {
  return {
    stackName,
    logicalId,
    generateName({ maxLength = 64, suffix = '' } = {}) {
      const digest = createHash('sha256').update(`${stackName}/${logicalId}/${generation}`).digest();
      const unique = [...digest.subarray(0, 12)].map((byte) => NAME_LETTERS[byte % NAME_LETTERS.length]).join('');
      const prefix = `${stackName}-${logicalId}`.slice(0, maxLength - unique.length - 1 - suffix.length);
      return `${prefix}-${unique}${suffix}`;
    },
  };
}

const NAME_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
