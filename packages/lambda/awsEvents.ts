import type { ObjectSchema } from '@arcade/events';
import * as z from 'zod/mini';
import { correlatedOrFailed } from './correlated.ts';
import { UnknownTriggerError } from './errors.ts';
import { checked } from './fits.ts';
import type { Invocation, InvocationContext } from './invocation.ts';
import { refusalLogged } from './messages.ts';
import { type Log, logger } from './observability.ts';
import { makeStacksReadable } from './readableStacks.ts';

/** An event of AWS's own on the default bus, with its detail checked. */
export interface AwsEvent<Detail> {
  /** The same when it is delivered twice. */
  id: string;
  /** Milliseconds since the epoch. */
  atMs: number;
  detail: Detail;
}

const envelope = z.object({ 'detail-type': z.string(), id: z.string(), time: z.iso.datetime(), detail: z.unknown() });

/**
 * A handler for functions that a rule of the default bus invokes with events which AWS puts there: they have no contract of ours,
 * so that a schema says what is read of them. What is thrown takes the way that `messageHandler` tells of.
 *
 * @example
 * awsEventHandler('CloudWatch Alarm State Change', z.object({ alarmName: z.string() }), async ({ detail }) => ring(detail.alarmName));
 */
export function awsEventHandler<Detail extends ObjectSchema>(
  detailType: string,
  schema: Detail,
  onEvent: (event: AwsEvent<z.output<Detail>>, invocation: Invocation) => Promise<void>,
  { log = logger }: { log?: Log } = {},
) {
  makeStacksReadable();
  return async (trigger: unknown, { awsRequestId: requestId }: InvocationContext): Promise<void> => {
    const { data: event } = envelope.safeParse(trigger);
    if (event?.['detail-type'] !== detailType) throw new UnknownTriggerError([`the event '${detailType}'`]);
    const detail = refusalLogged(log, () => checked(schema, event.detail, detailType)) as z.output<Detail>;
    const { id, time } = event;
    await correlatedOrFailed(log, id, () =>
      onEvent({ id, atMs: Date.parse(time), detail }, { requestId, correlationId: id }),
    );
  };
}
