import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { inert, type Provisioned, type ResourceContext, type ResourceType } from '../core/resource.ts';
import type { Announce } from './announce.ts';
import { alreadyExists } from './operations.ts';
import { latest, type Parameters, TIERS } from './parameters.ts';

/** Templates hold no SecureString: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html */
const properties = z.strictObject({
  Name: z.string().min(1).optional(),
  Type: z.enum(['String', 'StringList']),
  Value: z.string().min(1),
  Description: z.string().max(1024).optional(),
  AllowedPattern: z.string().max(1024).optional(),
  DataType: z.literal('text').optional(),
  Tier: z.enum(TIERS).default('Standard'),
  Tags: inert('tags have no effect on a laptop'),
});
type Properties = z.output<typeof properties>;

/** How many a generated name ends in. */
const LETTERS = 12;

/**
 * `AWS::SSM::Parameter`. What somebody writes into it stays, over restarts and deployments that leave it as it was; a template that says
 * something new of it writes all that it says, as CloudFormation does.
 */
export function parameterType(parameters: Parameters, announce: Announce): ResourceType<Properties> {
  // `CFN-<logical id>-<letters>`: unlike others, without the stack.
  const nameOf = ({ Name }: Properties, context: ResourceContext) =>
    Name ?? `CFN-${context.logicalId}-${context.generateName().slice(-LETTERS)}`;
  const isThere = (name: string) => {
    const known = parameters.known(name);
    return known !== undefined && latest(known) !== undefined;
  };
  const write = (name: string, wanted: Properties, owner: string): Provisioned => {
    const wasThere = isThere(name);
    const version = parameters.put(
      name,
      {
        type: wanted.Type,
        value: wanted.Value,
        tier: wanted.Tier,
        description: wanted.Description,
        allowedPattern: wanted.AllowedPattern,
        changedBy: 'cloudformation.amazonaws.com',
      },
      { owner, declared: declaredBy(wanted) },
    );
    announce(wasThere ? 'Update' : 'Create', name, version, {});
    return provisioned(name, wanted);
  };
  return {
    type: 'AWS::SSM::Parameter',
    properties,
    replaceOn: ['Name'],
    async create(wanted, context) {
      const name = nameOf(wanted, context);
      if (isThere(name)) throw alreadyExists();
      return write(name, wanted, context.stackName);
    },
    async adopt(wanted, context) {
      const name = nameOf(wanted, context);
      const kept = parameters.known(name);
      if (kept?.owner !== context.stackName) return undefined;
      const isAsBefore = isDeepStrictEqual(kept.declared, declaredBy(wanted));
      return isAsBefore ? provisioned(name, wanted) : write(name, wanted, context.stackName);
    },
    update: async ({ physicalId }, wanted, _previous, context) => write(physicalId, wanted, context.stackName),
    async remove({ physicalId }) {
      const parameter = parameters.known(physicalId);
      const last = parameter && latest(parameter);
      parameters.remove(physicalId);
      if (parameter && last) announce('Delete', parameter.name, last, {});
    },
    async retain({ physicalId }) {
      const parameter = parameters.known(physicalId);
      if (parameter) parameters.retain(parameter);
    },
  };
}

/** As it comes back from the store: what is not said is not there. */
const declaredBy = ({ Tags: _inert, ...wanted }: Properties): unknown => JSON.parse(JSON.stringify(wanted));

const provisioned = (name: string, { Type, Value }: Properties): Provisioned => ({
  physicalId: name,
  attributes: { Type, Value },
});
