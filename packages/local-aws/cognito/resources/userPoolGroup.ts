import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import type { Provisioned, ResourceContext, ResourceType } from '../../core/resource.ts';
import type { UserPools } from '../pools.ts';

const properties = z.strictObject({
  UserPoolId: z.string(),
  GroupName: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u)
    .optional(),
  Description: z.string().max(2048).optional(),
  Precedence: z.int().min(0).optional(),
  RoleArn: z
    .string()
    .regex(/^arn:aws:iam::\d{12}:role\//, 'must be the ARN of a role')
    .optional(),
});
type Properties = z.output<typeof properties>;

/** `AWS::Cognito::UserPoolGroup`. */
export function userPoolGroupType(pools: UserPools, { clock }: Pick<Core, 'clock'>): ResourceType<Properties> {
  const put = (name: string, { UserPoolId, Description, Precedence, RoleArn }: Properties): Provisioned => {
    const pool = pools.get(UserPoolId);
    const group = {
      name,
      ...(Description !== undefined && { description: Description }),
      ...(Precedence !== undefined && { precedence: Precedence }),
      ...(RoleArn !== undefined && { roleArn: RoleArn }),
    };
    const nowMs = clock.now();
    const { createdAtMs = nowMs, changedAtMs: _changed, ...before } = pool.groups.get(name) ?? {};
    // What a stack takes over as it was is not changed by it.
    if (!isDeepStrictEqual(before, group)) pools.putGroup(pool, { ...group, createdAtMs, changedAtMs: nowMs });
    return { physicalId: name, attributes: {} };
  };
  const nameOf = ({ GroupName }: Properties, context: ResourceContext) =>
    GroupName ?? context.generateName({ maxLength: 128 });
  return {
    type: 'AWS::Cognito::UserPoolGroup',
    properties,
    replaceOn: ['GroupName', 'UserPoolId'],
    async create(wanted, context) {
      const name = nameOf(wanted, context);
      if (pools.get(wanted.UserPoolId).groups.has(name))
        throw new AwsError('GroupExistsException', 'A group with the name already exists.');
      return put(name, wanted);
    },
    async adopt(wanted, context) {
      const name = nameOf(wanted, context);
      return pools.find(wanted.UserPoolId)?.groups.has(name) ? put(name, wanted) : undefined;
    },
    update: async (current, wanted) => put(current.physicalId, wanted),
    async remove(current, { UserPoolId }) {
      const pool = pools.find(UserPoolId);
      if (pool) pools.removeGroup(pool, current.physicalId);
    },
    // It is kept with its pool.
    retain: async () => {},
  };
}
