import { z } from 'zod';
import { resourceNotFound } from '../errors.ts';
import { byPrecedence } from '../groups.ts';
import type { Group } from '../model.ts';
import type { Pool } from '../pools.ts';
import {
  findUser,
  most,
  noBody,
  onPool,
  type PoolState,
  pageOf,
  poolOperation,
  seconds,
  userName,
  userPoolId,
} from '../service.ts';
import { userType } from './admin.ts';

const groupName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u);
const onGroup = z.strictObject({ UserPoolId: userPoolId, GroupName: groupName });
const membership = onGroup.extend({ Username: userName });
const nextToken = z.string().max(131_072).optional();

function findGroup({ groups }: Pool, name: string): Group {
  const group = groups.get(name);
  if (!group) throw resourceNotFound('Group not found.');
  return group;
}

function groupType({ id }: Pool, { name, description, precedence, roleArn, createdAtMs, changedAtMs }: Group) {
  return {
    GroupName: name,
    UserPoolId: id,
    ...(description !== undefined && { Description: description }),
    ...(precedence !== undefined && { Precedence: precedence }),
    ...(roleArn !== undefined && { RoleArn: roleArn }),
    CreationDate: seconds(createdAtMs),
    LastModifiedDate: seconds(changedAtMs),
  };
}

/** AdminAddUserToGroup */
export const adminAddUserToGroup = ({ pools }: PoolState) =>
  poolOperation('AdminAddUserToGroup', {
    input: membership,
    permissions: ({ UserPoolId }) => onPool('AdminAddUserToGroup', UserPoolId),
    run({ UserPoolId, GroupName, Username }) {
      const pool = pools.get(UserPoolId);
      const user = findUser(pool, Username);
      const { name } = findGroup(pool, GroupName);
      if (!user.groups.includes(name)) pool.users.change(user, ({ groups }) => ({ groups: [...groups, name] }));
      return noBody();
    },
  });

/** AdminRemoveUserFromGroup */
export const adminRemoveUserFromGroup = ({ pools }: PoolState) =>
  poolOperation('AdminRemoveUserFromGroup', {
    input: membership,
    permissions: ({ UserPoolId }) => onPool('AdminRemoveUserFromGroup', UserPoolId),
    run({ UserPoolId, GroupName, Username }) {
      const pool = pools.get(UserPoolId);
      const user = findUser(pool, Username);
      const { name } = findGroup(pool, GroupName);
      pool.users.change(user, ({ groups }) => ({ groups: groups.filter((other) => other !== name) }));
      return noBody();
    },
  });

/** AdminListGroupsForUser */
export const adminListGroupsForUser = ({ pools }: PoolState) =>
  poolOperation('AdminListGroupsForUser', {
    input: z.strictObject({ UserPoolId: userPoolId, Username: userName, Limit: most, NextToken: nextToken }),
    permissions: ({ UserPoolId }) => onPool('AdminListGroupsForUser', UserPoolId),
    run({ UserPoolId, Username, Limit, NextToken }) {
      const pool = pools.get(UserPoolId);
      const groups = byPrecedence(findUser(pool, Username).groups.flatMap((name) => pool.groups.get(name) ?? []));
      return groupPage(pool, groups, Limit, NextToken);
    },
  });

/** ListGroups */
export const listGroups = ({ pools }: PoolState) =>
  poolOperation('ListGroups', {
    input: z.strictObject({ UserPoolId: userPoolId, Limit: most, NextToken: nextToken }),
    permissions: ({ UserPoolId }) => onPool('ListGroups', UserPoolId),
    run({ UserPoolId, Limit, NextToken }) {
      const pool = pools.get(UserPoolId);
      return groupPage(pool, byPrecedence([...pool.groups.values()]), Limit, NextToken);
    },
  });

function groupPage(pool: Pool, groups: readonly Group[], limit: number, token: string | undefined) {
  const { page, next } = pageOf(groups, limit, token);
  return { Groups: page.map((group) => groupType(pool, group)), ...(next && { NextToken: next }) };
}

/** ListUsersInGroup */
export const listUsersInGroup = ({ pools }: PoolState) =>
  poolOperation('ListUsersInGroup', {
    input: onGroup.extend({ Limit: most, NextToken: nextToken }),
    permissions: ({ UserPoolId }) => onPool('ListUsersInGroup', UserPoolId),
    run({ UserPoolId, GroupName, Limit, NextToken }) {
      const pool = pools.get(UserPoolId);
      const { name } = findGroup(pool, GroupName);
      const { page, next } = pageOf(
        pool.users.all().filter(({ groups }) => groups.includes(name)),
        Limit,
        NextToken,
      );
      return { Users: page.map(userType), ...(next && { NextToken: next }) };
    },
  });
