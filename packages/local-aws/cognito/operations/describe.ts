import { z } from 'zod';
import { resourceNotFound } from '../errors.ts';
import { userFilter } from '../filter.ts';
import { passwordPolicyOf } from '../passwords.ts';
import { lifetimesOf } from '../resources/clientProperties.ts';
import { clientId, most, onPool, type PoolState, pageOf, poolOperation, seconds, userPoolId } from '../service.ts';
import { userType } from './admin.ts';

/** ListUsers */
export const listUsers = ({ pools }: PoolState) =>
  poolOperation('ListUsers', {
    input: z.strictObject({
      UserPoolId: userPoolId,
      AttributesToGet: z.array(z.string()).nullish(),
      Filter: z.string().max(256).default(''),
      Limit: most,
      PaginationToken: z.string().max(131_072).optional(),
    }),
    permissions: ({ UserPoolId }) => onPool('ListUsers', UserPoolId),
    run({ UserPoolId, AttributesToGet, Filter, Limit, PaginationToken }) {
      const { users, properties } = pools.get(UserPoolId);
      const fits = userFilter(Filter, properties.UsernameConfiguration?.CaseSensitive ?? true);
      const { page, next } = pageOf(users.all().filter(fits), Limit, PaginationToken);
      const Users = page.map(userType).map(({ Attributes, ...user }) => ({
        ...user,
        Attributes: Attributes.filter(({ Name }) => AttributesToGet?.includes(Name) ?? true),
      }));
      return { Users, ...(next && { PaginationToken: next }) };
    },
  });

/** DescribeUserPool */
export const describeUserPool = ({ pools }: PoolState) =>
  poolOperation('DescribeUserPool', {
    input: z.strictObject({ UserPoolId: userPoolId }),
    permissions: ({ UserPoolId }) => onPool('DescribeUserPool', UserPoolId),
    run({ UserPoolId }) {
      const { id, name, arn, properties, users, createdAtMs, changedAtMs } = pools.get(UserPoolId);
      const { LambdaConfig, AutoVerifiedAttributes, UsernameConfiguration, AccountRecoverySetting } = properties;
      const { AdminCreateUserConfig = { AllowAdminCreateUserOnly: false }, DeletionProtection } = properties;
      return {
        UserPool: {
          Id: id,
          Name: name,
          Arn: arn,
          Policies: { PasswordPolicy: passwordPolicyOf(properties.Policies) },
          LambdaConfig,
          AutoVerifiedAttributes,
          UsernameConfiguration: UsernameConfiguration ?? { CaseSensitive: true },
          AdminCreateUserConfig,
          ...(AccountRecoverySetting && { AccountRecoverySetting }),
          DeletionProtection,
          MfaConfiguration: 'OFF',
          EstimatedNumberOfUsers: users.all().length,
          CreationDate: seconds(createdAtMs),
          LastModifiedDate: seconds(changedAtMs),
        },
      };
    },
  });

/** DescribeUserPoolClient */
export const describeUserPoolClient = ({ pools }: PoolState) =>
  poolOperation('DescribeUserPoolClient', {
    input: z.strictObject({ UserPoolId: userPoolId, ClientId: clientId }),
    permissions: ({ UserPoolId }) => onPool('DescribeUserPoolClient', UserPoolId),
    run({ UserPoolId, ClientId }) {
      const { client, pool } = pools.client(ClientId);
      if (pool.id !== UserPoolId) throw resourceNotFound(`User pool client ${ClientId} does not exist.`);
      const { GenerateSecret: _made, ClientName, ...properties } = client.properties;
      const { id, access, refresh } = lifetimesOf(client.properties);
      return {
        UserPoolClient: {
          ...properties,
          ClientId,
          ClientName: ClientName ?? client.madeFor,
          ...(client.secret !== undefined && { ClientSecret: client.secret }),
          IdTokenValidity: id,
          AccessTokenValidity: access,
          RefreshTokenValidity: refresh,
          TokenValidityUnits: { IdToken: 'seconds', AccessToken: 'seconds', RefreshToken: 'seconds' },
          EnableTokenRevocation: true,
          CreationDate: seconds(client.createdAtMs),
          LastModifiedDate: seconds(client.changedAtMs),
        },
      };
    },
  });
