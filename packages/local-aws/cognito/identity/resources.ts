import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { type AnyResourceType, inert, type Provisioned, type ResourceType } from '../../core/resource.ts';
import type { Iam } from '../../iam/index.ts';
import { originOf } from '../resources/userPool.ts';
import type { IdentityPool, IdentityPools } from './identityPools.ts';
import { federationOf } from './operations.ts';
import { type RoleSettings, roleSettings, rolesIn } from './roleSettings.ts';

const poolProperties = z.strictObject({
  IdentityPoolName: z.string().min(1).max(128).optional(),
  AllowUnauthenticatedIdentities: z.literal(
    false,
    'local-aws knows no guests: the policy that AWS lays over what their role allows is not executed',
  ),
  AllowClassicFlow: z.literal(false, 'local-aws knows the enhanced flow alone').optional(),
  CognitoIdentityProviders: z
    .array(
      z.strictObject({
        ClientId: z.string(),
        ProviderName: z.string(),
        ServerSideTokenCheck: z.boolean().default(false),
      }),
    )
    .default([]),
  IdentityPoolTags: inert('tags have no behaviour'),
});
type PoolProperties = z.output<typeof poolProperties>;

/** `AWS::Cognito::IdentityPool` and `AWS::Cognito::IdentityPoolRoleAttachment`. */
export function identityResources(pools: IdentityPools, iam: Pick<Iam, 'trustsWebIdentity'>): AnyResourceType[] {
  return [identityPoolType(pools), roleAttachmentType(pools, iam)];
}

function identityPoolType(pools: IdentityPools): ResourceType<PoolProperties> {
  const settingsOf = ({ CognitoIdentityProviders }: PoolProperties) => ({
    providers: CognitoIdentityProviders.map(({ ClientId, ProviderName, ServerSideTokenCheck }) => ({
      name: ProviderName,
      clientId: ClientId,
      asksServer: ServerSideTokenCheck,
    })),
  });
  const provisioned = ({ id, name }: IdentityPool): Provisioned => ({ physicalId: id, attributes: { Name: name } });
  return {
    type: 'AWS::Cognito::IdentityPool',
    properties: poolProperties,
    async create(wanted, context) {
      const { stackName, madeFor } = originOf(context);
      const name = wanted.IdentityPoolName ?? madeFor;
      return provisioned(pools.put(stackName, madeFor, { name, ...settingsOf(wanted) }));
    },
    async update({ physicalId }, wanted, _previous, context) {
      const pool = found(pools, physicalId);
      const name = wanted.IdentityPoolName ?? originOf(context).madeFor;
      return provisioned(Object.assign(pool, { name, ...settingsOf(wanted) }));
    },
    remove: async ({ physicalId }) => pools.remove(physicalId),
  };
}

const attachmentProperties = roleSettings.extend({ IdentityPoolId: z.string() });
type AttachmentProperties = z.output<typeof attachmentProperties>;

function roleAttachmentType(
  pools: IdentityPools,
  iam: Pick<Iam, 'trustsWebIdentity'>,
): ResourceType<AttachmentProperties> {
  const attach = ({ IdentityPoolId, ...roles }: AttachmentProperties): Provisioned => {
    const pool = found(pools, IdentityPoolId);
    for (const roleArn of rolesIn(roles)) checkTrust(iam, pool, roleArn);
    pool.roles = roles satisfies RoleSettings;
    return { physicalId: IdentityPoolId, attributes: { Id: IdentityPoolId } };
  };
  return {
    type: 'AWS::Cognito::IdentityPoolRoleAttachment',
    properties: attachmentProperties,
    replaceOn: ['IdentityPoolId'],
    create: async (wanted) => attach(wanted),
    update: async (_current, wanted) => attach(wanted),
    async remove({ physicalId }) {
      const pool = pools.find(physicalId);
      if (pool) pool.roles = undefined;
    },
  };
}

function found(pools: IdentityPools, id: string): IdentityPool {
  const pool = pools.find(id);
  if (!pool) throw new AwsError('ResourceNotFoundException', `IdentityPool '${id}' not found.`);
  return pool;
}

/**
 * AWS finds out when somebody asks for credentials (`InvalidIdentityPoolConfigurationException`); here the deployment fails. It
 * cannot know the identity: a role that trusts one alone is refused.
 */
function checkTrust(iam: Pick<Iam, 'trustsWebIdentity'>, { id, providers }: IdentityPool, roleArn: string): void {
  const provider = providers[0]?.name ?? '';
  const federation = federationOf(id, `${id.split(':')[0]}:00000000-0000-0000-0000-000000000000`, {
    provider,
    sub: '',
  });
  if (iam.trustsWebIdentity({ roleArn, ...federation })) return;
  throw new AwsError(
    'InvalidParameterException',
    `The role ${roleArn} does not trust who has signed in by ${id}: its AssumeRolePolicyDocument must let ` +
      'cognito-identity.amazonaws.com do sts:AssumeRoleWithWebIdentity under the conditions :aud and :amr.',
  );
}
