import { z } from 'zod';
import { arnOfService } from '../../core/arnSchema.ts';
import { roleEdges } from '../../core/edges.ts';
import { inert, type Provisioned, type ResourceType } from '../../core/resource.ts';
import { RESERVED_VARIABLES } from '../environment.ts';
import type { FunctionIam } from '../functionIam.ts';
import type { FunctionConfiguration, FunctionRegistry } from '../registry.ts';

/** All of a function's variables together may take this much (developer guide, "Lambda quotas"). */
const MAX_ENVIRONMENT_BYTES = 4096;

/** CloudFormation takes numbers and booleans for text, and text for numbers. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const wholeNumber = (least: number, most: number) => z.coerce.number().pipe(z.int().min(least).max(most));

const variables = z
  .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]*$/, 'is no name for an environment variable'), text)
  .superRefine((values, context) => {
    for (const name of Object.keys(values)) {
      if (RESERVED_VARIABLES.has(name)) {
        context.addIssue({ code: 'custom', path: [name], message: `${name} is reserved by Lambda` });
      }
    }
    const bytes = Buffer.byteLength(JSON.stringify(values));
    if (bytes > MAX_ENVIRONMENT_BYTES) {
      context.addIssue({
        code: 'custom',
        message:
          'Lambda was unable to configure your environment variables because the environment variables you have provided ' +
          `exceeded the 4KB limit. String measured: ${JSON.stringify(values)}`,
      });
    }
  });

const properties = z.strictObject({
  FunctionName: z
    .string()
    .regex(/^[a-zA-Z0-9-_]{1,64}$/, 'must be 1 to 64 letters, digits, - or _')
    .optional(),
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs\d+\.x$/, 'local-aws runs Node.js functions only'),
  Role: z.string().regex(/^arn:aws:iam::\d{12}:role\//, 'must be the ARN of a role'),
  MemorySize: wholeNumber(128, 10_240).default(128),
  Timeout: wholeNumber(1, 900).default(3),
  Environment: z.strictObject({ Variables: variables.default({}) }).optional(),
  ReservedConcurrentExecutions: wholeNumber(0, 1000).optional(),
  RecursiveLoop: z.enum(['Allow', 'Terminate']).default('Terminate'),
  DeadLetterConfig: z
    .strictObject({ TargetArn: arnOfService(['sqs', 'sns'], 'must be the ARN of a queue or topic').optional() })
    .optional(),
  Description: z.string().default(''),
  PackageType: z.literal('Zip').optional(),
  Code: inert(
    'a service that runs from its sources has its bundles run; by the archives that this names runs what osls deploys',
  ),
  Architectures: inert('functions run on the laptop’s own processor'),
  TracingConfig: inert('there is no X-Ray; the journal shows every hop'),
  LoggingConfig: inert('logs are plain text files'),
  EphemeralStorage: inert('/tmp is the laptop’s own'),
  Tags: inert('tags have no behaviour'),
});

type Properties = z.output<typeof properties>;

/** What the function's resource needs of the rest. */
export interface FunctionLifecycle {
  registry: FunctionRegistry;
  iam: FunctionIam;
  /** Configuration or code changed: environments are started anew, refused events are tried again. */
  changed(functionName: string): Promise<void>;
  removed(functionName: string): Promise<void>;
}

/** `AWS::Lambda::Function`. Its code comes separately, by `functions.setCode`. */
export function functionType({ registry, iam, changed, removed }: FunctionLifecycle): ResourceType<Properties> {
  return {
    type: 'AWS::Lambda::Function',
    properties,
    replaceOn: ['FunctionName'],
    async create(wanted, context) {
      const name = wanted.FunctionName ?? context.generateName({ maxLength: 64 });
      iam.assertTrust(wanted.Role, 'lambda.amazonaws.com');
      const { arn } = registry.create(name, configurationOf(wanted), context.stackName);
      return provisioned(name, arn);
    },
    async update(current, wanted) {
      iam.assertTrust(wanted.Role, 'lambda.amazonaws.com');
      const { arn } = registry.configure(current.physicalId, configurationOf(wanted));
      await changed(current.physicalId);
      return provisioned(current.physicalId, arn);
    },
    async remove(current) {
      registry.remove(current.physicalId);
      await removed(current.physicalId);
    },
    edges: ({ properties: { Role, DeadLetterConfig } }) => roleEdges(Role, [DeadLetterConfig?.TargetArn ?? '']),
  };
}

function provisioned(name: string, arn: string): Provisioned {
  return { physicalId: name, attributes: { Arn: arn } };
}

function configurationOf(wanted: Properties): FunctionConfiguration {
  const deadLetterArn = wanted.DeadLetterConfig?.TargetArn;
  return {
    handler: wanted.Handler,
    runtime: wanted.Runtime,
    roleArn: wanted.Role,
    memoryMb: wanted.MemorySize,
    timeoutSeconds: wanted.Timeout,
    description: wanted.Description,
    variables: wanted.Environment?.Variables ?? {},
    recursiveLoop: wanted.RecursiveLoop,
    ...(wanted.ReservedConcurrentExecutions !== undefined && {
      reservedConcurrency: wanted.ReservedConcurrentExecutions,
    }),
    ...(deadLetterArn && { deadLetterArn }),
  };
}
