import { isDeepStrictEqual } from 'node:util';
import { serviceEdges } from '../../core/edges.ts';
import { AwsError } from '../../core/errors.ts';
import type { Provisioned, ResourceContext, ResourceType } from '../../core/resource.ts';
import { invalidParameter } from '../errors.ts';
import { type Origin, type Pool, providerName, type UserPools } from '../pools.ts';
import { type PoolProperties, poolProperties } from './poolProperties.ts';

/** `AWS::Cognito::UserPool`, with its users kept. */
export function userPoolType(pools: UserPools): ResourceType<PoolProperties> {
  const provisioned = (pool: Pool): Provisioned => ({
    physicalId: pool.id,
    attributes: {
      Arn: pool.arn,
      ProviderName: providerName(pool.id),
      ProviderURL: pools.issuerOf(pool),
      UserPoolId: pool.id,
    },
  });
  const change = (pool: Pool, wanted: PoolProperties) => {
    refuseImmutable(pool.properties, wanted);
    if (!isDeepStrictEqual(pool.properties, wanted)) pools.change(pool, wanted);
    return provisioned(pool);
  };
  return {
    type: 'AWS::Cognito::UserPool',
    properties: poolProperties,
    async create(wanted, context) {
      return provisioned(await pools.create(originOf(context), wanted));
    },
    async adopt(wanted, context) {
      const pool = pools.madeFor(originOf(context));
      return pool && change(pool, wanted);
    },
    async update(current, wanted) {
      return change(pools.get(current.physicalId), wanted);
    },
    async remove(current) {
      const pool = pools.find(current.physicalId);
      if (pool?.properties.DeletionProtection === 'ACTIVE')
        throw invalidParameter(
          'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
        );
      pools.remove(current.physicalId);
    },
    retain: async (current) => pools.retain(pools.get(current.physicalId)),
    edges({ properties: { LambdaConfig }, provisioned: { attributes } }) {
      const arns = Object.values(LambdaConfig).filter((arn) => arn !== undefined);
      return serviceEdges(TRIGGER_PRINCIPAL, attributes.Arn ?? '', arns);
    },
  };
}

/** Who calls the functions of a pool. */
export const TRIGGER_PRINCIPAL = 'cognito-idp.amazonaws.com';

/** By what a stack finds again what it has made. */
export function originOf(context: ResourceContext): Origin {
  return { stackName: context.stackName, madeFor: context.generateName({ maxLength: 128 }) };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-userpool.html */
function refuseImmutable(before: PoolProperties, wanted: PoolProperties): void {
  const caseOf = ({ UsernameConfiguration }: PoolProperties) => UsernameConfiguration?.CaseSensitive ?? true;
  if (caseOf(before) !== caseOf(wanted))
    throw new AwsError('InvalidRequest', 'Updates are not allowed for property - UsernameConfiguration.');
  const kept = (before.Schema ?? []).every((attribute) =>
    wanted.Schema?.some((other) => isDeepStrictEqual(attribute, other)),
  );
  if (!kept) throw invalidParameter('Existing schema attributes cannot be modified or deleted.');
}
