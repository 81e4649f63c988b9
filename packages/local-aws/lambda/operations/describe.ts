import { z } from 'zod';
import type { LocalFunction } from '../registry.ts';
import type { LambdaParts } from '../service.ts';
import { functionInput, lambdaOperation } from './operation.ts';

function findIn({ registry }: LambdaParts, { FunctionName, Qualifier }: z.output<typeof functionInput>) {
  return registry.find(Qualifier ? `${FunctionName}:${Qualifier}` : FunctionName);
}

/** `GET /2015-03-31/functions/{FunctionName}` */
export function getFunction(parts: LambdaParts) {
  return lambdaOperation('GetFunction', {
    input: functionInput,
    permissions: (input) => [{ action: 'lambda:GetFunction', resource: findIn(parts, input).function.arn }],
    async run(input) {
      const { function: owner, arn, qualifier } = findIn(parts, input);
      return {
        Configuration: configurationOf(owner, arn, qualifier),
        Code: {},
        ...(owner.reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: owner.reservedConcurrency },
        }),
      };
    },
  });
}

/** `GET /2015-03-31/functions/{FunctionName}/configuration` */
export function getFunctionConfiguration(parts: LambdaParts) {
  return lambdaOperation('GetFunctionConfiguration', {
    input: functionInput,
    permissions: (input) => [
      { action: 'lambda:GetFunctionConfiguration', resource: findIn(parts, input).function.arn },
    ],
    async run(input) {
      const { function: owner, arn, qualifier } = findIn(parts, input);
      return configurationOf(owner, arn, qualifier);
    },
  });
}

/** `GET /2015-03-31/functions/`; all on one page: there are never many. */
export function listFunctions({ registry }: LambdaParts) {
  return lambdaOperation('ListFunctions', {
    input: z.strictObject({}),
    permissions: () => [{ action: 'lambda:ListFunctions', resource: '*' }],
    async run() {
      return { Functions: registry.list().map((owner) => configurationOf(owner, owner.arn, '$LATEST')) };
    },
  });
}

function configurationOf(owner: LocalFunction, arn: string, qualifier: string) {
  return {
    FunctionName: owner.name,
    FunctionArn: arn,
    Runtime: owner.runtime,
    Role: owner.roleArn,
    Handler: owner.handler,
    Description: owner.description,
    Timeout: owner.timeoutSeconds,
    MemorySize: owner.memoryMb,
    LastModified: new Date(owner.lastModifiedMs).toISOString().replace('Z', '+0000'),
    Version: owner.versions.has(qualifier) ? qualifier : '$LATEST',
    PackageType: 'Zip',
    ...(owner.code?.archive && {
      CodeSha256: Buffer.from(owner.code.archive.sha256, 'hex').toString('base64'),
      CodeSize: owner.code.archive.size,
    }),
    State: owner.code ? 'Active' : 'Pending',
    LastUpdateStatus: 'Successful',
    RevisionId: String(owner.revision),
    ...(Object.keys(owner.variables).length > 0 && { Environment: { Variables: owner.variables } }),
    ...(owner.deadLetterArn && { DeadLetterConfig: { TargetArn: owner.deadLetterArn } }),
  };
}
