import { z } from 'zod';
import type { Core } from '../../core/cloud.ts';
import { correlationIdIn } from '../../core/correlation.ts';
import { AwsError } from '../../core/errors.ts';
import type { Hop } from '../../core/journal.ts';
import type { CallContext, Operation, Permission } from '../../core/service.ts';
import { formatTrace, newTrace } from '../../lambda/trace.ts';
import type { Bus } from '../bus.ts';
import { type BusEvent, newBusEvent } from '../busEvent.ts';
import { type Buses, busArn, busNameOf } from '../buses.ts';
import { type Chain, chainOf as hopsOf } from '../chain.ts';
import { jsonObjectIn } from '../jsonObject.ts';
import { eventsOperation } from './operation.ts';

/** docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MOST_ENTRIES = 10;
/** docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MOST_BYTES = 1_048_576;
/** What a time counts for. */
const TIME_BYTES = 14;

/** The end of the year 9999: what comes after has no time in the form of events. */
const LATEST_SECONDS = 253_402_300_799;

const entry = z.strictObject({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().min(1).optional(),
  Resources: z.array(z.string()).optional(),
  /** Seconds since the epoch, as the JSON protocol has times; text is taken as well. */
  Time: z.union([z.number().min(0).max(LATEST_SECONDS), z.iso.datetime({ offset: true })]).optional(),
  TraceHeader: z.string().max(500).optional(),
});
type Entry = z.output<typeof entry>;

/** What is wrong with an entry, as its result says it. */
interface Failure {
  ErrorCode: string;
  ErrorMessage: string;
}

/** An entry that has been looked at. */
interface Read {
  entry: Entry;
  bus: string;
  result: { detail: Record<string, unknown> } | Failure;
}

const input = z
  .strictObject({ Entries: z.array(entry).min(1, 'Member must have length greater than or equal to 1') })
  .transform(({ Entries }) => {
    refuseTooMuch(Entries);
    return Entries.map(read);
  });

/** What the operations that put events work with. */
export interface PutParts {
  core: Pick<Core, 'clock' | 'journal' | 'newId'>;
  buses: Buses;
  bus: Bus;
}

/** Takes events of clients. An entry that is refused keeps none of the others out; one for a bus that is not there is lost, as on AWS. */
export function putEvents({ core, buses, bus }: PutParts): Operation<object> {
  return eventsOperation('PutEvents', {
    input,
    permissions: permissionsOf,
    correlationId: (entries) => firstCorrelationId(entries),
    run(entries, context) {
      const results = entries.map(({ entry, bus: name, result }) => {
        if ('ErrorCode' in result) return result;
        const EventId = core.newId();
        const chain = chainOf(core, entry, context, correlationIdIn(result.detail));
        const event = newBusEvent({
          id: EventId,
          source: entry.Source ?? '',
          detailType: entry.DetailType ?? '',
          timeMs: timeOf(entry, core.clock.now()),
          ...(entry.Resources && { resources: entry.Resources }),
          detail: result.detail,
        });
        if (buses.get(name)) bus.accept(name, event, chain);
        else core.journal.record(lostHop(name, event, chain));
        return { EventId };
      });
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    },
  });
}

/** On AWS nobody hears of it. */
function lostHop(name: string, { id: eventId, 'detail-type': detailType, source }: BusEvent, chain: Chain): Hop {
  const detail = { eventId, detailType, source, field: 'EventBusName', reason: `there is no event bus ${name}` };
  const hop = { kind: 'no-match', service: 'events', action: 'EventPattern', outcome: 'ok' } as const;
  return { ...hop, to: busArnOf(name), ...hopsOf(chain), detail };
}

/** `[PutEventsRequestEntry(...)]`: AWS shows the entries as Java prints them. */
function refuseTooMuch(entries: readonly Entry[]): void {
  if (entries.length > MOST_ENTRIES) {
    const shown = entries.map(
      ({ Source = null, DetailType = null, EventBusName = null }) =>
        `PutEventsRequestEntry(source=${Source}, detailType=${DetailType}, eventBusName=${EventBusName})`,
    );
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '[${shown.join(', ')}]' at 'entries' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${MOST_ENTRIES}`,
    );
  }
  const bytes = entries.reduce((sum, one) => sum + bytesOf(one), 0);
  if (bytes > MOST_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
}

/** docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html, "Calculating PutEvents event entry size" */
function bytesOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : TIME_BYTES);
}

function read(entry: Entry): Read {
  return { entry, bus: busNameOf(entry.EventBusName), result: resultOf(entry) };
}

function resultOf(entry: Entry): Read['result'] {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (entry[name]) continue;
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    };
  }
  if (entry.Source?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = jsonObjectIn(entry.Detail ?? '');
  return detail ? { detail } : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

const busArnOf = (name: string): string => (name.startsWith('arn:') ? name : busArn(name));

/** docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html */
function permissionsOf(entries: readonly Read[]): Permission[] {
  const byKind = new Map<string, Permission>();
  for (const { entry, bus } of entries) {
    const { Source = '', DetailType = '' } = entry;
    const conditions = {
      'events:source': Source,
      'events:detail-type': DetailType,
      'events:eventBusInvocation': 'false',
    };
    byKind.set(`${bus}\n${Source}\n${DetailType}`, { action: 'events:PutEvents', resource: busArnOf(bus), conditions });
  }
  return [...byKind.values()];
}

function firstCorrelationId(entries: readonly Read[]): string | undefined {
  for (const { result } of entries) {
    const found = 'detail' in result ? correlationIdIn(result.detail) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function timeOf({ Time }: Entry, nowMs: number): number {
  if (Time === undefined) return nowMs;
  return typeof Time === 'number' ? Time * 1000 : Date.parse(Time);
}

/** What an event that is put belongs to: its entry says so, or the call does, or a chain begins with it. */
function chainOf(core: PutParts['core'], { TraceHeader }: Entry, context: CallContext, correlationId?: string) {
  const traceHeader = TraceHeader ?? context.traceHeader ?? formatTrace(newTrace(core.newId(), core.clock.now()));
  return {
    traceHeader,
    ...(correlationId !== undefined && { correlationId }),
    ...(context.madeBy !== undefined && { requestId: context.madeBy }),
  };
}
