import type { Delivery } from '../../core/cloud.ts';
import { correlationIdIn } from '../../core/correlation.ts';
import { AwsError } from '../../core/errors.ts';
import type { Call, CallContext } from '../../core/service.ts';
import { formatTrace, newTrace } from '../../lambda/trace.ts';
import { type BusEvent, newBusEvent } from '../busEvent.ts';
import { busNameOf } from '../buses.ts';
import { jsonObjectIn } from '../jsonObject.ts';
import type { PutParts } from './putEvents.ts';

/** What another service brings to a bus. */
export type BroughtEvent = Pick<Delivery, 'targetArn' | 'payload' | 'event' | 'buses'>;

/** Buses whose rules name each other would hand an event on for ever, and nothing else would get its turn. */
const MOST_BUSES = 16;

/**
 * The call that a delivery to a bus becomes: a whole event goes on as it is (from another bus, with its id); what is a detail only
 * becomes an event by what its sender says of it. Throws AwsError: `MalformedDetail`, `EventLoop`, and `ResourceNotFoundException` when it runs.
 */
export function takeDelivery({ core, bus }: PutParts, brought: BroughtEvent, context: CallContext): Call {
  const { targetArn, payload, event: told, buses = 0 } = brought;
  if (buses > MOST_BUSES)
    throw new AwsError('EventLoop', `The event has been on ${buses} buses, whose rules hand it on to each other.`);
  const json = jsonObjectIn(payload);
  if (!json) throw new AwsError('MalformedDetail', 'Detail is malformed.');
  const event = told
    ? newBusEvent({ ...told, id: core.newId(), timeMs: told.timeMs ?? core.clock.now(), detail: json })
    : (json as unknown as BusEvent);
  const correlationId = context.correlationId ?? correlationIdIn(event.detail);
  const conditions = {
    'events:source': event.source,
    'events:detail-type': event['detail-type'],
    'events:eventBusInvocation': String(told === undefined),
  };
  return {
    permissions: [{ action: 'events:PutEvents', resource: targetArn, conditions }],
    ...(correlationId !== undefined && { correlationId }),
    run() {
      const { traceHeader = formatTrace(newTrace(core.newId(), core.clock.now())) } = context;
      const chain = { traceHeader, ...(correlationId !== undefined && { correlationId }), ...(!told && { buses }) };
      bus.accept(busNameOf(targetArn), event, chain);
      return {};
    },
  };
}
