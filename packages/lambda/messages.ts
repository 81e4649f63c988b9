import { type Contract, type Envelope, type EventOf, type ObjectSchema, parseEvent } from '@arcade/events';
import type { SNSEvent } from 'aws-lambda';
import type * as z from 'zod/mini';
import { correlatedOrFailed } from './correlated.ts';
import { UnknownTriggerError } from './errors.ts';
import { checked } from './fits.ts';
import type { Invocation, InvocationContext } from './invocation.ts';
import { type Log, logger } from './observability.ts';
import { makeStacksReadable } from './readableStacks.ts';

/** A schedule has fired. */
export interface Tick {
  /** The id of EventBridge's event: the same when one firing is delivered twice. */
  id: string;
  /** When it was due, milliseconds since the epoch. */
  dueMs: number;
}

export interface MessageHandlerOptions<C extends Contract, Beside extends ObjectSchema> {
  /** What may arrive over topics and buses, or from a timer; left out, with `onEvent`, for functions that none of them invokes. */
  contracts?: readonly C[];
  /**
   * What a rule's input transformer puts beside the event, which it leaves whole under `event`. A function with this is invoked by
   * such a rule, and by nothing else.
   */
  beside?: Beside;
  onEvent?(event: EventOf<C>, invocation: Invocation, beside: z.output<Beside>): Promise<void>;
  /** Left out for functions without a schedule. */
  onSchedule?(tick: Tick, invocation: Invocation): Promise<void>;
  log?: Log;
}

/**
 * A handler for functions that are invoked asynchronously: by SNS topics, by rules of an event bus, by schedules, by timers (one-time
 * schedules of EventBridge Scheduler, whose input is the event itself). Checks each
 * message against the contracts, puts the correlation id into the log, and lets errors escape, because that is how an
 * asynchronous invocation fails: Lambda tries twice more (after one and two minutes), then hands event and error to the
 * on-failure destination.
 *
 * A message that fits no contract takes the same way, although a retry cannot help it: two wasted invocations of a few
 * milliseconds are the price for a dead-letter record that Lambda writes itself, with the whole message and the
 * reason (`EventRefusedError: ... detail.stroke: expected number`), and for functions that need no permission and no
 * code to write one. Lambda gets one SNS record an invocation; should there be more, the first error fails all of them.
 *
 * @example
 * export const handler = messageHandler({ contracts: [ballHit], onEvent: (event, { requestId }) => hit(event, requestId) });
 */
export function messageHandler<const C extends Contract, Beside extends ObjectSchema = ObjectSchema>({
  contracts = [],
  beside,
  onEvent,
  onSchedule,
  log = logger,
}: MessageHandlerOptions<C, Beside>) {
  makeStacksReadable();
  const sources = beside ? ["an event bus, through a rule's transformer"] : ['SNS', 'an event bus', 'a timer'];
  const triggers = [...(onEvent ? sources : []), ...(onSchedule ? ['a schedule'] : [])];

  return async (trigger: unknown, { awsRequestId: requestId }: InvocationContext): Promise<void> => {
    const given = membersOf(trigger);
    if (onSchedule && given['detail-type'] === 'Scheduled Event') {
      const tick = { id: String(given.id), dueMs: Date.parse(String(given.time)) };
      await correlatedOrFailed(log, tick.id, () => onSchedule(tick, { requestId, correlationId: tick.id }));
      return;
    }
    const messages = beside ? [given.event] : messagesIn(given);
    if (!onEvent || messages.length === 0 || messages.includes(undefined)) throw new UnknownTriggerError(triggers);
    for (const message of messages) {
      const event = refusalLogged(log, () => parseEvent(contracts, message));
      const more = refusalLogged(log, () => checked(beside, given)) as z.output<Beside>;
      // EventOf of an open type parameter hides that every event has an envelope.
      const { correlationId } = event as unknown as Envelope;
      await correlatedOrFailed(log, correlationId, () => onEvent(event, { requestId, correlationId }, more));
    }
  };
}

/** Tells the log why something does not fit, and lets it escape. */
export function refusalLogged<Result>(log: Log, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    log.error('the message does not fit its contract', error as Error);
    throw error;
  }
}

const membersOf = (trigger: unknown): Record<string, unknown> =>
  typeof trigger === 'object' && trigger !== null ? (trigger as Record<string, unknown>) : {};

/** The messages of an SNS event, each as text; or the one that came over a bus or from a timer, parsed. Undefined for what is none. */
function messagesIn(given: Record<string, unknown>): unknown[] {
  if (typeof given.type === 'string' && typeof given.detail === 'object') return [given];
  if (typeof given['detail-type'] === 'string' && given['detail-type'] !== 'Scheduled Event') return [given.detail];
  const { Records } = given as Partial<SNSEvent>;
  if (!Array.isArray(Records)) return [];
  return Records.map((record) => {
    const message: unknown = record?.Sns?.Message;
    return typeof message === 'string' ? message : undefined;
  });
}
