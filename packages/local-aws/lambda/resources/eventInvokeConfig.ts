import { z } from 'zod';
import { arnOfService } from '../../core/arnSchema.ts';
import { roleEdges } from '../../core/edges.ts';
import { AwsError } from '../../core/errors.ts';
import type { ResourceType } from '../../core/resource.ts';
import type { FunctionRegistry, InvokeConfig, LocalFunction } from '../registry.ts';
import { ownerOf, roleOf } from './versions.ts';

const destination = z.strictObject({
  Destination: arnOfService(['sqs', 'sns', 'lambda'], 'must be the ARN of a queue, topic or function'),
});

const properties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.string(),
  MaximumEventAgeInSeconds: z.coerce.number().pipe(z.int().min(60).max(21_600)).optional(),
  MaximumRetryAttempts: z.coerce.number().pipe(z.int().min(0).max(2)).optional(),
  DestinationConfig: z
    .strictObject({ OnFailure: destination.optional(), OnSuccess: destination.optional() })
    .optional(),
});

type Properties = z.output<typeof properties>;

/** `AWS::Lambda::EventInvokeConfig` */
export function eventInvokeConfigType(registry: FunctionRegistry): ResourceType<Properties> {
  return {
    type: 'AWS::Lambda::EventInvokeConfig',
    properties,
    replaceOn: ['FunctionName', 'Qualifier'],
    async create(wanted, context) {
      const { function: owner } = registry.find(wanted.FunctionName);
      registry.find(`${owner.name}:${wanted.Qualifier}`);
      const config = configOf(owner, wanted);
      if (owner.invokeConfigs.has(wanted.Qualifier)) {
        throw new AwsError(
          'ResourceConflictException',
          `${owner.name}:${wanted.Qualifier} has an event invoke config already`,
          { status: 409 },
        );
      }
      owner.invokeConfigs.set(wanted.Qualifier, config);
      return { physicalId: context.generateName(), attributes: {} };
    },
    async update(current, wanted) {
      const { function: owner } = registry.find(wanted.FunctionName);
      owner.invokeConfigs.set(wanted.Qualifier, configOf(owner, wanted));
      return current;
    },
    async remove(_current, wanted) {
      ownerOf(registry, wanted.FunctionName)?.invokeConfigs.delete(wanted.Qualifier);
    },
    edges({ properties: { FunctionName, DestinationConfig } }, all) {
      const { OnFailure, OnSuccess } = DestinationConfig ?? {};
      return roleEdges(roleOf(FunctionName, all), [OnFailure?.Destination ?? '', OnSuccess?.Destination ?? '']);
    },
  };
}

/** Throws AwsError for what Lambda refuses. */
function configOf(owner: LocalFunction, wanted: Properties): InvokeConfig {
  const onFailureArn = wanted.DestinationConfig?.OnFailure?.Destination;
  const onSuccessArn = wanted.DestinationConfig?.OnSuccess?.Destination;
  const config = {
    ...(wanted.MaximumEventAgeInSeconds !== undefined && { maximumEventAgeSeconds: wanted.MaximumEventAgeInSeconds }),
    ...(wanted.MaximumRetryAttempts !== undefined && { maximumRetryAttempts: wanted.MaximumRetryAttempts }),
    ...(onFailureArn && { onFailureArn }),
    ...(onSuccessArn && { onSuccessArn }),
  };
  if (Object.keys(config).length === 0) {
    throw invalid('You must specify at least one of error handling or destination setting.');
  }
  const isItself = (arn: string) => arn === owner.arn || arn.startsWith(`${owner.arn}:`);
  if ([onFailureArn, onSuccessArn].some((arn) => arn !== undefined && isItself(arn))) {
    throw invalid("You can't specify the function as a destination for itself.");
  }
  return config;
}

const invalid = (message: string) =>
  new AwsError('InvalidParameterValueException', message, { fields: { Type: 'User' } });
