import { z } from 'zod';
import { checkedOperations } from '../core/checkedOperation.ts';
import { AwsError } from '../core/errors.ts';
import type { Operation, Permission } from '../core/service.ts';
import { type Secret, type Secrets, secretArn } from './secrets.ts';

const operation = checkedOperations(
  'secretsmanager',
  (path, reason) => new AwsError('InvalidParameterException', `'${path}' failed to satisfy constraint: ${reason}`),
);

const secretId = z.string().min(1).max(2048);
const CURRENT = 'AWSCURRENT';

/** What is said of a secret without what it says. */
const described = (secret: Secret) => ({
  ARN: secret.arn,
  Name: secret.name,
  ...(secret.description !== undefined && { Description: secret.description }),
  CreatedDate: secret.createdMs / 1000,
  LastChangedDate: secret.changedMs / 1000,
  ...(secret.owningService !== undefined && { OwningService: secret.owningService }),
});
const versionsOf = ({ versionId, value }: Secret) => (value === undefined ? {} : { [versionId]: [CURRENT] });

/** What can be asked of secrets over the wire. */
export function secretOperations(secrets: Secrets): Record<string, Operation> {
  const onSecret = (action: string, id: string): Permission[] => {
    const found = secrets.list().find((secret) => secret === secrets.get(id) || secret.arn === id);
    const resource = found?.arn ?? (id.startsWith('arn:') ? id : secretArn(id));
    return [{ action: `secretsmanager:${action}`, resource }];
  };
  return {
    GetSecretValue: operation('GetSecretValue', {
      input: z.strictObject({
        SecretId: secretId,
        VersionId: z.string().min(1).optional(),
        VersionStage: z.string().min(1).optional(),
      }),
      permissions: ({ SecretId }) => onSecret('GetSecretValue', SecretId),
      run({ SecretId, VersionId, VersionStage }) {
        const SecretString = secrets.valueOf(SecretId, VersionStage, VersionId);
        const { arn, name, versionId, changedMs } = secrets.find(SecretId);
        return {
          ARN: arn,
          Name: name,
          VersionId: versionId,
          SecretString,
          VersionStages: [CURRENT],
          CreatedDate: changedMs / 1000,
        };
      },
    }),
    DescribeSecret: operation('DescribeSecret', {
      input: z.strictObject({ SecretId: secretId }),
      permissions: ({ SecretId }) => onSecret('DescribeSecret', SecretId),
      run({ SecretId }) {
        const secret = secrets.find(SecretId);
        return { ...described(secret), VersionIdsToStages: versionsOf(secret) };
      },
    }),
    ListSecrets: operation('ListSecrets', {
      input: z.strictObject({}),
      permissions: () => [{ action: 'secretsmanager:ListSecrets', resource: '*' }],
      run: () => ({
        SecretList: secrets
          .list()
          .map((secret) => ({ ...described(secret), SecretVersionsToStages: versionsOf(secret) })),
      }),
    }),
  };
}
