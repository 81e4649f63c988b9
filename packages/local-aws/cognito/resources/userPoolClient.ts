import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Core } from '../../core/cloud.ts';
import type { Provisioned, ResourceType } from '../../core/resource.ts';
import type { PoolClient } from '../model.ts';
import type { UserPools } from '../pools.ts';
import { type ClientProperties, clientProperties } from './clientProperties.ts';
import { originOf } from './userPool.ts';

/** `AWS::Cognito::UserPoolClient`. Its id stays from one start to the next, and so do the sign-ins made by it. */
export function userPoolClientType(pools: UserPools, { clock }: Pick<Core, 'clock'>): ResourceType<ClientProperties> {
  const provisioned = ({ id, secret, madeFor, properties }: PoolClient): Provisioned => ({
    physicalId: id,
    attributes: {
      ClientId: id,
      Name: properties.ClientName ?? madeFor,
      ...(secret !== undefined && { ClientSecret: secret }),
    },
  });
  const change = (client: PoolClient, properties: ClientProperties) => {
    if (isDeepStrictEqual(client.properties, properties)) return provisioned(client);
    const changed = { ...client, properties, changedAtMs: clock.now() };
    pools.saveClient(changed);
    return provisioned(changed);
  };
  return {
    type: 'AWS::Cognito::UserPoolClient',
    properties: clientProperties,
    replaceOn: ['UserPoolId', 'GenerateSecret'],
    async create(properties, context) {
      const { id: poolId } = pools.get(properties.UserPoolId);
      const secret = properties.GenerateSecret ? randomBytes(39).toString('base64url') : undefined;
      const made = { poolId, properties, ...(secret !== undefined && { secret }) };
      return provisioned(pools.createClient(originOf(context), made));
    },
    async adopt(properties, context) {
      const client = pools.clientMadeFor(originOf(context));
      return client?.poolId === properties.UserPoolId ? change(client, properties) : undefined;
    },
    async update(current, properties) {
      return change(pools.client(current.physicalId).client, properties);
    },
    async remove(current) {
      pools.removeClient(current.physicalId);
    },
    retain: async (current) => pools.retainClient(pools.client(current.physicalId).client),
  };
}
