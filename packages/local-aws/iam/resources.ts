import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { type AnyResourceType, inert, type ResourceContext, type ResourceType } from '../core/resource.ts';
import { identityPolicySchema, managedPolicySchema, trustPolicySchema } from './policySchema.ts';
import { idFrom, type Roles } from './roles.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
const MAX_ROLE_NAME = 64;
const MAX_POLICY_NAME = 128;

const iamName = (maxLength: number) =>
  z
    .string()
    .regex(/^[\w+=,.@-]+$/, 'holds a character other than letters, digits and _+=,.@-')
    .max(maxLength);
const iamPath = z.string().regex(/^\/([!-~]+\/)?$/, "begins and ends with '/'");

const roleProperties = z.strictObject({
  AssumeRolePolicyDocument: trustPolicySchema,
  RoleName: iamName(MAX_ROLE_NAME).optional(),
  Path: iamPath.default('/'),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: identityPolicySchema })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Description: z.string().optional(),
  MaxSessionDuration: inert('sessions do not expire on a laptop'),
  Tags: inert('tags have no effect on a laptop'),
});

const policyProperties = z.strictObject({
  PolicyName: iamName(MAX_POLICY_NAME),
  PolicyDocument: identityPolicySchema,
  Roles: z.array(z.string()).min(1, 'names no role'),
});

const managedPolicyProperties = z.strictObject({
  ManagedPolicyName: iamName(MAX_POLICY_NAME).optional(),
  PolicyDocument: managedPolicySchema,
  Path: iamPath.default('/'),
  Description: z.string().optional(),
  Roles: z.array(z.string()).default([]),
});

const ownerOf = (context: ResourceContext) => `${context.stackName}/${context.logicalId}`;

/** The resource types of IAM. `PermissionsBoundary`, users and groups are refused: nothing here would evaluate them. */
export function iamResources(roles: Roles): AnyResourceType[] {
  return [roleType(roles), policyType(roles), managedPolicyType(roles)];
}

function roleType(roles: Roles): ResourceType<z.output<typeof roleProperties>> {
  const put = (name: string, properties: z.output<typeof roleProperties>, context: ResourceContext) => {
    const arn = arnOf('iam', `role${properties.Path}${name}`);
    const id = `AROA${idFrom(`role ${arn}`)}`;
    roles.put({
      name,
      arn,
      id,
      owner: ownerOf(context),
      trust: properties.AssumeRolePolicyDocument,
      inline: new Map(properties.Policies.map((policy) => [policy.PolicyName, policy.PolicyDocument])),
      managedPolicyArns: properties.ManagedPolicyArns,
    });
    return { physicalId: name, attributes: { Arn: arn, RoleId: id } };
  };
  return {
    type: 'AWS::IAM::Role',
    properties: roleProperties,
    replaceOn: ['RoleName', 'Path'],
    create: async (properties, context) =>
      put(properties.RoleName ?? context.generateName({ maxLength: MAX_ROLE_NAME }), properties, context),
    update: async (current, properties, _previous, context) => put(current.physicalId, properties, context),
    remove: async (current) => roles.remove(current.physicalId),
  };
}

function policyType(roles: Roles): ResourceType<z.output<typeof policyProperties>> {
  const attach = (properties: z.output<typeof policyProperties>, context: ResourceContext) => {
    roles.attach(ownerOf(context), properties.Roles, properties.PolicyDocument);
    return { physicalId: properties.PolicyName, attributes: { Id: properties.PolicyName } };
  };
  return {
    type: 'AWS::IAM::Policy',
    properties: policyProperties,
    create: async (properties, context) => attach(properties, context),
    update: async (_current, properties, _previous, context) => attach(properties, context),
    remove: async (_current, _properties, context) => roles.detach(ownerOf(context)),
  };
}

function managedPolicyType(roles: Roles): ResourceType<z.output<typeof managedPolicyProperties>> {
  return {
    type: 'AWS::IAM::ManagedPolicy',
    properties: managedPolicyProperties,
    replaceOn: ['ManagedPolicyName', 'Path', 'Description'],
    async create(properties, context) {
      const name = properties.ManagedPolicyName ?? context.generateName({ maxLength: MAX_POLICY_NAME });
      const arn = arnOf('iam', `policy${properties.Path}${name}`);
      roles.putManagedPolicy(arn, properties.Roles, properties.PolicyDocument);
      return { physicalId: arn, attributes: { PolicyArn: arn, PolicyId: `ANPA${idFrom(`policy ${arn}`)}` } };
    },
    async update(current, properties) {
      roles.putManagedPolicy(current.physicalId, properties.Roles, properties.PolicyDocument);
      return current;
    },
    remove: async (current) => roles.removeManagedPolicy(current.physicalId),
  };
}
