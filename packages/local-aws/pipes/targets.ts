import type { Core, Delivery } from '../core/cloud.ts';
import { bring } from '../core/delivery.ts';
import { AwsError } from '../core/errors.ts';
import type { BatchResult } from '../lambda/sources/poller.ts';
import type { SourceRecord } from '../lambda/sources/source.ts';
import { formatTrace, newTrace } from '../lambda/trace.ts';
import { parameterOf, pipeInput } from './input.ts';
import { invoked, read } from './invoking.ts';
import { type Bringing, chainOf, hopOf, namesOf, type Pipe } from './pipe.ts';
import type { PipeProperties } from './pipeResource.ts';

/** One thing that a target is brought: a record, or what the enrichment has made of a batch. */
interface Item {
  /** What templates and paths look at: a body or data that is JSON is read. */
  event: unknown;
  /** What goes on without a template: JSON text. */
  text: string;
  /** The record that it is of: by this it is said to have failed. Undefined where an enrichment does not say. */
  id: string | undefined;
  /** Of what it was made, for its chain. */
  records: readonly SourceRecord[];
}

const itemOf = (record: SourceRecord): Item => ({
  event: record.filterable(),
  text: record.json,
  id: record.id,
  records: [record],
});

/**
 * Brings a batch to a pipe's target, by its enrichment if it has one. Answers as a function would that says which records failed;
 * undefined when a function could not be run now. Never throws.
 */
export async function bringBatch(
  parts: Bringing,
  pipe: Pipe,
  records: readonly SourceRecord[],
): Promise<BatchResult | undefined> {
  const { Enrichment: functionArn } = pipe.properties;
  const items = records.map(itemOf);
  if (functionArn === undefined) return bringAll(parts, pipe, items);
  const { InputTemplate } = pipe.properties.EnrichmentParameters ?? {};
  const inputs = inputsOf(parts.core, pipe, InputTemplate, items);
  const result = await invoked(parts, pipe, { functionArn, action: 'enrich' }, inputs, records);
  if (!result || result.functionError) return result;
  return bringAll(parts, pipe, enriched(result.payload, records));
}

/**
 * What an enrichment has answered: each element of a list, or all of it; nothing is brought of nothing. One that still has the `eventID` or
 * `messageId` of its record can fail on its own.
 */
function enriched(payload: string, records: readonly SourceRecord[]): Item[] {
  const answer = read(payload);
  const known = new Map(records.map((record) => [record.id, record]));
  return (Array.isArray(answer) ? answer : [answer]).filter(isSomething).map((event) => {
    const { eventID, messageId } = Object(event) as { eventID?: unknown; messageId?: unknown };
    const record = known.get(String(eventID ?? messageId));
    return { event, text: JSON.stringify(event), id: record?.id, records: record ? [record] : records };
  });
}

const isSomething = (value: unknown) =>
  value !== null && value !== '' && !(typeof value === 'object' && Object.keys(value).length === 0);

const inputsOf = (core: Core, pipe: Pipe, template: string | undefined, items: readonly Item[]): string[] => {
  const names = namesOf(pipe, core.clock.now());
  return items.map(({ event, text }) => (template === undefined ? text : pipeInput(template, event, names)));
};

const NONE_FAILED: BatchResult = { payload: '{}' };
const ALL_FAILED: BatchResult = { payload: 'null', functionError: 'Unhandled' };

async function bringAll(parts: Bringing, pipe: Pipe, items: readonly Item[]): Promise<BatchResult | undefined> {
  const { core } = parts;
  if (items.length === 0) return NONE_FAILED;
  const { Target, TargetParameters: { InputTemplate, LambdaFunctionParameters } = {} } = pipe.properties;
  if (!isFunction(Target)) return bringEach(core, pipe, items);
  const inputs = inputsOf(core, pipe, InputTemplate, items);
  const records = [...new Set(items.flatMap((item) => item.records))];
  if (LambdaFunctionParameters?.InvocationType !== 'FIRE_AND_FORGET')
    return invoked(parts, pipe, { functionArn: Target, action: 'deliver' }, inputs, records);
  const hop = { ...hopOf(pipe, records), kind: 'delivery' as const, action: 'deliver', to: Target };
  const payload = JSON.stringify(inputs.map(read));
  const refusal = await bring(core, hop, () => ({ ...deliveryOf(core, pipe, records), payload }));
  return refusal ? ALL_FAILED : NONE_FAILED;
}

const isFunction = (arn: string) => arn.startsWith('arn:aws:lambda:');

/** In the order of the batch, as one call of PutEvents would have it. */
async function bringEach(core: Core, pipe: Pipe, items: readonly Item[]): Promise<BatchResult> {
  const failed: (string | undefined)[] = [];
  const { InputTemplate } = pipe.properties.TargetParameters ?? {};
  for (const item of items) {
    const hop = {
      ...hopOf(pipe, item.records),
      kind: 'delivery' as const,
      action: 'deliver',
      to: pipe.properties.Target,
    };
    const refusal = await bring(core, hop, () => ({
      ...deliveryOf(core, pipe, item.records),
      payload: inputsOf(core, pipe, InputTemplate, [item])[0] ?? '',
      ...busEvent(pipe, item.event),
    }));
    if (!refusal) continue;
    failed.push(item.id);
    // All that comes after it in its shard is tried again with it.
    if (pipe.source.kind === 'stream') break;
  }
  if (failed.includes(undefined)) return ALL_FAILED;
  return { payload: JSON.stringify({ batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }) };
}

function deliveryOf(core: Core, pipe: Pipe, records: readonly SourceRecord[]): Omit<Delivery, 'payload'> {
  const correlationId = chainOf(records);
  const traceHeader = records.find((record) => record.traceHeader)?.traceHeader;
  return {
    targetArn: pipe.properties.Target,
    principal: pipe.session(),
    traceHeader: traceHeader ?? formatTrace(newTrace(core.newId(), core.clock.now())),
    ...(correlationId !== undefined && { correlationId }),
  };
}

type BusParameters = NonNullable<NonNullable<PipeProperties['TargetParameters']>['EventBridgeEventBusParameters']>;

/** What is said of an event on a bus. Without parameters events are called as AWS calls them. Throws AwsError when the bus could not take it. */
function busEvent({ name, properties }: Pipe, event: unknown): Pick<Delivery, 'event'> {
  const { Source: sourceArn, Target, TargetParameters: { EventBridgeEventBusParameters = {} } = {} } = properties;
  if (!Target.startsWith('arn:aws:events:')) return {};
  const wanted: BusParameters = EventBridgeEventBusParameters;
  const {
    DetailType = `Event from aws:${sourceArn.split(':')[2]}`,
    Source = `Pipe ${name}`,
    Resources = [],
    Time,
  } = wanted;
  const known = (what: string, text: string) => {
    const value = parameterOf(text, event);
    if (value) return value;
    throw new AwsError('ValidationException', `${what} of the target's parameters: there is nothing at ${text}.`);
  };
  const source = known('Source', Source);
  if (source.startsWith('aws.'))
    throw new AwsError('NotAuthorizedForSourceException', `Not authorized for the source.`);
  const timeMs = Time === undefined ? undefined : Date.parse(known('Time', Time));
  if (Number.isNaN(timeMs)) throw new AwsError('ValidationException', `Time of the target's parameters is no time.`);
  return {
    event: {
      source,
      detailType: known('DetailType', DetailType),
      resources: Resources.map((one) => known('Resources', one)),
      ...(timeMs !== undefined && { timeMs }),
    },
  };
}
