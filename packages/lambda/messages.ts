import { type Contract, type Envelope, type EventOf, parseEvent } from '@arcade/events';
import type { SNSEvent } from 'aws-lambda';
import { UnknownTriggerError } from './errors.ts';
import type { Invocation, InvocationContext } from './invocation.ts';
import { type Log, logger } from './observability.ts';
import { makeStacksReadable } from './readableStacks.ts';

/** A scheduled rule has fired. */
export interface Tick {
  /** The id of EventBridge's event: the same when one firing is delivered twice. */
  id: string;
  /** When it was due, milliseconds since the epoch. */
  dueMs: number;
}

interface ScheduledEvent {
  'detail-type': 'Scheduled Event';
  id: string;
  time: string;
}

export interface MessageHandlerOptions<C extends Contract> {
  /** What may arrive over topics; left out, with `onEvent`, for functions that none invokes. */
  contracts?: readonly C[];
  onEvent?(event: EventOf<C>, invocation: Invocation): Promise<void>;
  /** Left out for functions without a scheduled rule. */
  onSchedule?(tick: Tick, invocation: Invocation): Promise<void>;
  log?: Log;
}

/**
 * A handler for functions that are invoked asynchronously: by SNS topics, by scheduled rules. Checks each message against
 * the contracts, puts the correlation id into the log, and lets errors escape, because that is how an asynchronous
 * invocation fails: Lambda tries twice more (after one and two minutes), then hands event and error to the on-failure
 * destination.
 *
 * A message that fits no contract takes the same way, although a retry cannot help it: two wasted invocations of a few
 * milliseconds are the price for a dead-letter record that Lambda writes itself, with the whole message and the
 * reason (`EventRefusedError: ... detail.stroke: expected number`), and for functions that need no permission and no
 * code to write one. Lambda gets one SNS record an invocation; should there be more, the first error fails all of them.
 *
 * @example
 * export const handler = messageHandler({ contracts: [ballHit], onEvent: (event, { requestId }) => hit(event, requestId) });
 */
export function messageHandler<const C extends Contract>({
  contracts = [],
  onEvent,
  onSchedule,
  log = logger,
}: MessageHandlerOptions<C>) {
  makeStacksReadable();
  const triggers = [...(onEvent ? ['SNS'] : []), ...(onSchedule ? ['a scheduled rule'] : [])];
  const withCorrelation = async (correlationId: string, work: () => Promise<void>) => {
    log.appendKeys({ correlationId });
    try {
      await work();
    } catch (error) {
      log.error('the event was not handled', error as Error);
      throw error;
    } finally {
      log.removeKeys(['correlationId']);
    }
  };

  return async (trigger: unknown, { awsRequestId: requestId }: InvocationContext): Promise<void> => {
    if (onSchedule && isScheduledEvent(trigger)) {
      const tick = { id: trigger.id, dueMs: Date.parse(trigger.time) };
      await withCorrelation(tick.id, () => onSchedule(tick, { requestId, correlationId: tick.id }));
      return;
    }
    if (!onEvent) throw new UnknownTriggerError(triggers);
    for (const message of messagesIn(trigger, triggers)) {
      const event = await refusalLogged(log, () => parseEvent(contracts, message));
      // EventOf of an open type parameter hides that every event has an envelope.
      const { correlationId } = event as unknown as Envelope;
      await withCorrelation(correlationId, () => onEvent(event, { requestId, correlationId }));
    }
  };
}

async function refusalLogged<Result>(log: Log, parse: () => Result): Promise<Result> {
  try {
    return parse();
  } catch (error) {
    log.error('the message does not fit its contract', error as Error);
    throw error;
  }
}

function isScheduledEvent(trigger: unknown): trigger is ScheduledEvent {
  return typeof trigger === 'object' && trigger !== null && Reflect.get(trigger, 'detail-type') === 'Scheduled Event';
}

function messagesIn(trigger: unknown, expected: readonly string[]): string[] {
  const records = (trigger as Partial<SNSEvent> | null)?.Records;
  const messages = Array.isArray(records) ? records.map((record) => record?.Sns?.Message) : [];
  if (messages.length === 0 || messages.some((message) => typeof message !== 'string')) {
    throw new UnknownTriggerError(expected);
  }
  return messages;
}
