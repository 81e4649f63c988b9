import type { Core } from '../../core/cloud.ts';
import type { LocalService } from '../../core/service.ts';
import type { Iam } from '../../iam/index.ts';
import type { UserPools } from '../pools.ts';
import { IdentityPools } from './identityPools.ts';
import { identityOperations } from './operations.ts';
import { identityResources } from './resources.ts';

/** `cognito-identity`: roles for who has signed in. */
export function createIdentityService(
  core: Core,
  { iam, pools }: { iam: Pick<Iam, 'assumeWithWebIdentity' | 'trustsWebIdentity'>; pools: UserPools },
): LocalService {
  const identityPools = new IdentityPools(core);
  const operations = identityOperations({ core, iam, pools, identityPools });
  return {
    id: 'cognito-identity',
    protocol: { kind: 'json', targetPrefix: 'AWSCognitoIdentityService', version: '1.1' },
    errors: {
      hasMessageHeader: true,
      throttled: { code: 'TooManyRequestsException', status: 400, message: 'Rate exceeded' },
      denied: { code: 'AccessDeniedException', status: 400 },
    },
    operations,
    unsigned: new Set(Object.keys(operations)),
    resources: identityResources(identityPools, iam),
  };
}
