import type { Core, Delivery } from '../core/cloud.ts';
import { bring } from '../core/delivery.ts';
import { AwsError } from '../core/errors.ts';
import type { Hop } from '../core/journal.ts';
import { ACCOUNT } from '../core/store/index.ts';
import { traceRoot } from '../core/trace.ts';
import type { Iam } from '../iam/index.ts';
import { type BatchResult, type Poller, startPoller } from '../lambda/sources/poller.ts';
import type { MappingSettings, SourceRecord, SourceType } from '../lambda/sources/source.ts';
import { formatTrace, newTrace } from '../lambda/trace.ts';
import { compilePattern } from '../patterns/pattern.ts';
import { parameterOf, pipeInput } from './input.ts';
import { type PipeProperties, pipeArn } from './pipeResource.ts';

/** What pipes are made with. */
export interface PipesParts {
  core: Core;
  iam: Pick<Iam, 'sessionOf' | 'assertTrust'>;
  /** Reads queues. */
  queues: SourceType;
}

/** The pipes of all stacks, each with its poller while it runs. */
export interface Pipes {
  has(name: string): boolean;
  /** Makes a pipe, or another one of it. Throws AwsError: the role is not handed over, the source is not there. */
  put(name: string, properties: PipeProperties): void;
  remove(name: string): void;
  /** All stacks are there: reading begins. */
  resume(): void;
  close(): void;
}

const TRUSTED = 'pipes.amazonaws.com';
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-sqs.html */
const DEFAULT_BATCH_SIZE = 10;

export function createPipes(parts: PipesParts): Pipes {
  let isResumed = false;
  const pipes = new Map<string, Poller | undefined>();

  const end = (name: string) => {
    pipes.get(name)?.close();
    pipes.delete(name);
  };

  return {
    has: (name) => pipes.has(name),
    put(name, properties) {
      const { RoleArn, Source, DesiredState } = properties;
      assertTrust(parts, name, RoleArn);
      const settings = settingsOf(properties);
      parts.queues.check(Source, settings, 0);
      end(name);
      const pipe: Pipe = { name, arn: pipeArn(name), properties, settings };
      pipes.set(name, DesiredState === 'RUNNING' ? startPipe(parts, pipe, () => isResumed) : undefined);
    },
    remove: end,
    resume() {
      isResumed = true;
      for (const poller of pipes.values()) poller?.wake();
    },
    close() {
      for (const name of [...pipes.keys()]) end(name);
    },
  };
}

/** A pipe that runs. */
interface Pipe {
  name: string;
  arn: string;
  properties: PipeProperties;
  settings: MappingSettings;
}

function assertTrust({ iam }: PipesParts, name: string, roleArn: string): void {
  try {
    iam.assertTrust(roleArn, TRUSTED, pipeArn(name));
  } catch (cause) {
    const message = `Role ${roleArn} cannot be assumed by principal '${TRUSTED}'.`;
    throw new AwsError('ValidationException', message, { cause });
  }
}

function settingsOf({
  SourceParameters: { FilterCriteria, SqsQueueParameters } = {},
}: PipeProperties): MappingSettings {
  const { BatchSize = DEFAULT_BATCH_SIZE, MaximumBatchingWindowInSeconds = 0 } = SqsQueueParameters ?? {};
  return {
    batchSize: BatchSize,
    windowMs: MaximumBatchingWindowInSeconds * 1000,
    // What the target did not take comes back by itself, when its visibility timeout is over.
    reportsFailures: true,
    filters: (FilterCriteria?.Filters ?? []).map(({ Pattern }) => compilePattern(Pattern, 'lambda')),
    parallelizationFactor: 1,
    retries: { bisects: false, maxRetries: 0, maxAgeMs: 0 },
  };
}

function startPipe({ core, iam, queues }: PipesParts, pipe: Pipe, isReady: () => boolean): Poller {
  const { RoleArn, Source, Target } = pipe.properties;
  const session = () => {
    iam.assertTrust(RoleArn, TRUSTED, pipe.arn);
    return iam.sessionOf(RoleArn, pipe.name);
  };
  return startPoller({
    clock: core.clock,
    source: queues.open(Source, pipe.settings, session, { owner: ACCOUNT, id: pipe.arn }),
    kind: 'queue',
    settings: pipe.settings,
    isReady,
    async run({ records }) {
      const failed: string[] = [];
      // In the order of the batch, as one call of PutEvents would have it.
      for (const record of records) {
        const hop = { ...hopOf(pipe, record), kind: 'delivery' as const, action: 'deliver', to: Target };
        const deliveryOf = () => ({ ...pipedDelivery(core, pipe, record), principal: session() });
        if (await bring(core, hop, deliveryOf)) failed.push(record.id);
      }
      return answer(failed);
    },
    failed: () => undefined,
    unwanted(record, { field, reason }) {
      const { detail, ...hop } = hopOf(pipe, record);
      const missed = { ...hop, kind: 'no-match', action: 'FilterCriteria', to: Target, outcome: 'ok' } as const;
      core.journal.record({ ...missed, detail: { ...detail, field, reason } }, { said: record.json });
    },
    discarded: async () => undefined,
    processed: () => undefined,
  });
}

/** What a function would answer that could not handle these. */
const answer = (failed: readonly string[]): BatchResult => ({
  payload: JSON.stringify({ batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }),
});

/** What the target is brought of a message. Throws AwsError when the bus could not take it for an event. */
function pipedDelivery(core: Core, { name, arn, properties }: Pipe, record: SourceRecord): Omit<Delivery, 'principal'> {
  const { Source, Target, TargetParameters = {} } = properties;
  const event = record.filterable() as object;
  const nowMs = core.clock.now();
  const names = { pipeArn: arn, pipeName: name, sourceArn: Source, targetArn: Target, receivedMs: nowMs };
  const isBus = Target.startsWith('arn:aws:events:');
  return {
    targetArn: Target,
    payload: pipeInput(TargetParameters.InputTemplate, event, names),
    traceHeader: record.traceHeader ?? formatTrace(newTrace(core.newId(), nowMs)),
    ...(record.correlationId !== undefined && { correlationId: record.correlationId }),
    ...(isBus && { event: busParameters(TargetParameters.EventBridgeEventBusParameters ?? {}, event, name) }),
  };
}

type BusParameters = NonNullable<NonNullable<PipeProperties['TargetParameters']>['EventBridgeEventBusParameters']>;

/** Without parameters, events are called as AWS calls them. */
function busParameters(wanted: BusParameters, event: object, pipeName: string): NonNullable<Delivery['event']> {
  const { DetailType = 'Event from aws:sqs', Source = `Pipe ${pipeName}`, Resources = [], Time } = wanted;
  const known = (name: string, text: string) => {
    const value = parameterOf(text, event);
    if (value) return value;
    throw new AwsError('ValidationException', `${name} of the target's parameters: there is nothing at ${text}.`);
  };
  const source = known('Source', Source);
  if (source.startsWith('aws.'))
    throw new AwsError('NotAuthorizedForSourceException', `Not authorized for the source.`);
  const timeMs = Time === undefined ? undefined : Date.parse(known('Time', Time));
  if (Number.isNaN(timeMs)) throw new AwsError('ValidationException', `Time of the target's parameters is no time.`);
  return {
    source,
    detailType: known('DetailType', DetailType),
    resources: Resources.map((one) => known('Resources', one)),
    ...(timeMs !== undefined && { timeMs }),
  };
}

function hopOf({ arn }: Pipe, record: SourceRecord) {
  const traceId = traceRoot(record.traceHeader);
  return {
    service: 'pipes',
    from: arn,
    ...(record.correlationId !== undefined && { correlationId: record.correlationId }),
    ...(traceId !== undefined && { traceId }),
    detail: { messageId: record.id },
  } satisfies Partial<Hop>;
}
