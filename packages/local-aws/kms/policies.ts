import { LOCAL_ACCOUNT, LOCAL_REGION } from '../core/arn.ts';
import type { PolicyDocument } from '../core/service.ts';

/**
 * The policy of a key whose template gives none: the account decides, by its roles' policies.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export const accountPolicy = (): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${LOCAL_ACCOUNT}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

/**
 * The policy of a key that AWS manages for a service: whoever may use the service in this account may use the key, through the service.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-restrict-decryption.html
 */
export const managedKeyPolicy = (service: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: {
        StringEquals: { 'kms:CallerAccount': LOCAL_ACCOUNT, 'kms:ViaService': viaService(service) },
      },
    },
  ],
});

/** A service as `kms:ViaService` names it. */
export const viaService = (service: string): string => `${service}.${LOCAL_REGION}.amazonaws.com`;
