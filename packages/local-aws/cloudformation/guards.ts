import { AwsError } from '../core/errors.ts';
import { customNames, isSameIdentity, member, namesResource } from './names.ts';
import { type PlannedResource, placeOf } from './plan.ts';
import { didYouMean, TemplateError } from './problems.ts';
import type { FunctionCodes, ResourceState, StackState } from './state.ts';

/** All stacks, by name. */
type StackMap = ReadonlyMap<string, StackState>;

/** An export that another stack imports can neither go nor change. Throws AwsError in CloudFormation's words. */
export function refuseLostExports(stacks: StackMap, stackName: string, exports: Record<string, string>): void {
  const before = stacks.get(stackName)?.exports ?? {};
  for (const [name, value] of Object.entries(before)) {
    if (exports[name] === value) continue;
    const users = [...stacks.values()].filter((stack) => stack.name !== stackName && stack.imports.has(name));
    if (users.length === 0) continue;
    const verb = name in exports ? 'updated' : 'deleted';
    const by = users.map((user) => user.name).join(', ');
    throw new AwsError('ValidationError', `Export ${name} cannot be ${verb} as it is in use by ${by}`);
  }
}

/** A fixed name that another resource of the same type has would silently be shared with it. Throws AwsError. */
export function refuseTakenName(
  stacks: StackMap,
  stackName: string,
  planned: PlannedResource,
  properties: unknown,
): void {
  const names = customNames(planned.type);
  if (names.length === 0) return;
  for (const stack of stacks.values()) {
    for (const other of stack.resources.values()) {
      if (other.type.type !== planned.type.type) continue;
      const isSame = isSameIdentity(planned.type, other.properties, properties);
      const taken = names.find((name) => namesResource(member(properties, name), other.provisioned));
      if (!isSame || taken === undefined) continue;
      const where = stack.name === stackName ? 'this stack' : `the stack '${stack.name}'`;
      throw new AwsError(
        'AlreadyExists',
        `${taken} '${member(properties, taken)}' is taken by ${placeOf(other.logicalId, other.type.type)} of ${where}`,
      );
    }
  }
}

/** Code for a function that the stack does not have is a mistake that would show much later. Throws TemplateError. */
export function refuseUnknownFunctions(
  stackName: string,
  resources: ReadonlyMap<string, ResourceState>,
  functions: FunctionCodes,
): void {
  const lambdas = [...resources.values()].filter(({ type }) => type.type === 'AWS::Lambda::Function');
  const names = lambdas.flatMap(({ logicalId, provisioned }) => [logicalId, provisioned.physicalId]);
  const unknown = Object.keys(functions).filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  throw new TemplateError(
    stackName,
    unknown.map(
      (name) => `code was given for the function ${name}, which the template does not have${didYouMean(name, names)}`,
    ),
  );
}

/** A logical id stays what it is: CloudFormation does not replace a resource by one of another type. Throws AwsError in its words. */
export function refuseChangedTypes(
  planned: readonly PlannedResource[],
  current: readonly { logicalId: string; type: string }[],
): void {
  const before = new Map(current.map(({ logicalId, type }) => [logicalId, type]));
  const changed = planned
    .filter(({ logicalId, type }) => type.type !== (before.get(logicalId) ?? type.type))
    .map(({ logicalId }) => logicalId);
  if (changed.length === 0) return;
  throw new AwsError(
    'ValidationError',
    'Update of resource type is not permitted. The new template modifies resource type of the following resources: ' +
      `[${changed.join(', ')}]`,
  );
}
