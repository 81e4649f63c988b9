import { z } from 'zod';
import { arnOf, LOCAL_ACCOUNT } from '../core/arn.ts';
import { checkedOperations } from '../core/checkedOperation.ts';
import { AwsError } from '../core/errors.ts';
import type { LocalService } from '../core/service.ts';

const operation = checkedOperations(
  'ecr',
  (path, reason) => new AwsError('InvalidParameterException', `Invalid parameter at '${path}': ${reason}`),
);

/** ECR without any repository: functions are archives here, and osls asks for one of images before it removes a stack. */
export function createEcr(): LocalService {
  return {
    id: 'ecr',
    protocol: { kind: 'json', targetPrefix: 'AmazonEC2ContainerRegistry_V20150921', version: '1.1' },
    errors: { denied: { code: 'AccessDeniedException', status: 400 } },
    operations: {
      DescribeRepositories: operation('DescribeRepositories', {
        input: z.strictObject({ repositoryNames: z.array(z.string()).optional(), registryId: z.string().optional() }),
        permissions: ({ repositoryNames = ['*'] }) =>
          repositoryNames.map((name) => ({
            action: 'ecr:DescribeRepositories',
            resource: arnOf('ecr', `repository/${name}`),
          })),
        run({ repositoryNames = [], registryId = LOCAL_ACCOUNT }) {
          const [name] = repositoryNames;
          if (name === undefined) return { repositories: [] };
          const message = `The repository with name '${name}' does not exist in the registry with id '${registryId}'`;
          throw new AwsError('RepositoryNotFoundException', message);
        },
      }),
    },
    resources: [],
  };
}
