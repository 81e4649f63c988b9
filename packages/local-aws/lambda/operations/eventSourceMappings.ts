import { z } from 'zod';
import { arnOf } from '../../core/arn.ts';
import { functionArn, parseFunctionReference } from '../names.ts';
import type { LambdaParts } from '../service.ts';
import type { Mapping } from '../sources/mappings.ts';
import { mappingRequest } from '../sources/request.ts';
import { lambdaOperation } from './operation.ts';

const uuidInput = z.strictObject({ UUID: z.string() });
const onMapping = (action: string, uuid: string) => [
  { action: `lambda:${action}`, resource: arnOf('lambda', `event-source-mapping:${uuid}`) },
];

/** `GET /2015-03-31/event-source-mappings/{UUID}` */
export function getEventSourceMapping({ mappings }: LambdaParts) {
  return lambdaOperation('GetEventSourceMapping', {
    input: uuidInput,
    permissions: ({ UUID }) => onMapping('GetEventSourceMapping', UUID),
    run: ({ UUID }) => describe(mappings.get(UUID)),
  });
}

/** `GET /2015-03-31/event-source-mappings/`; all on one page: there are never many. */
export function listEventSourceMappings({ mappings }: LambdaParts) {
  return lambdaOperation('ListEventSourceMappings', {
    input: z.strictObject({ EventSourceArn: z.string().optional(), FunctionName: z.string().optional() }),
    permissions: () => [{ action: 'lambda:ListEventSourceMappings', resource: '*' }],
    run: ({ EventSourceArn, FunctionName }) => ({
      EventSourceMappings: mappings
        .list()
        .filter(({ request }) => EventSourceArn === undefined || request.EventSourceArn === EventSourceArn)
        .filter(({ request }) => FunctionName === undefined || nameIn(request.FunctionName) === nameIn(FunctionName))
        .map(describe),
    }),
  });
}

/** What of a mapping can be changed: not where it reads from. */
const { Enabled, MaximumBatchingWindowInSeconds, FunctionResponseTypes } = mappingRequest.shape;
const changes = mappingRequest
  .omit({ EventSourceArn: true, StartingPosition: true, StartingPositionTimestamp: true })
  .partial()
  .extend({
    UUID: z.string(),
    // What is not said stays as it is: no defaults here.
    Enabled: Enabled.unwrap().optional(),
    MaximumBatchingWindowInSeconds: MaximumBatchingWindowInSeconds.unwrap().optional(),
    FunctionResponseTypes: FunctionResponseTypes.unwrap().optional(),
  });

/** `PUT /2015-03-31/event-source-mappings/{UUID}`: for example, stops the reading for a while. */
export function updateEventSourceMapping({ mappings }: LambdaParts) {
  return lambdaOperation('UpdateEventSourceMapping', {
    input: changes,
    permissions: ({ UUID }) => onMapping('UpdateEventSourceMapping', UUID),
    run({ UUID, ...input }) {
      const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
      return describe(mappings.changeByHand(UUID, given));
    },
  });
}

const nameIn = (reference: string) => parseFunctionReference(reference).name;

function describe({ uuid, request, settings, lastModifiedMs, lastProcessingResult }: Mapping) {
  const { name, qualifier } = parseFunctionReference(request.FunctionName);
  const isStream = request.StartingPosition !== undefined;
  return {
    UUID: uuid,
    EventSourceArn: request.EventSourceArn,
    EventSourceMappingArn: arnOf('lambda', `event-source-mapping:${uuid}`),
    FunctionArn: functionArn(name, qualifier),
    State: request.Enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: isStream ? 'User action' : 'USER_INITIATED',
    LastModified: lastModifiedMs / 1000,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: request.MaximumBatchingWindowInSeconds,
    FunctionResponseTypes: request.FunctionResponseTypes,
    ...((request.FilterCriteria?.Filters.length ?? 0) > 0 && { FilterCriteria: request.FilterCriteria }),
    ...(request.ScalingConfig && { ScalingConfig: request.ScalingConfig }),
    ...(isStream && {
      StartingPosition: request.StartingPosition,
      BisectBatchOnFunctionError: settings.retries.bisects,
      DestinationConfig: { OnFailure: {}, ...request.DestinationConfig },
      MaximumRecordAgeInSeconds: request.MaximumRecordAgeInSeconds ?? -1,
      MaximumRetryAttempts: request.MaximumRetryAttempts ?? -1,
      ParallelizationFactor: settings.parallelizationFactor,
      TumblingWindowInSeconds: 0,
      LastProcessingResult: lastProcessingResult,
    }),
  };
}
