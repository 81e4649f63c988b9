import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { AnyEvent } from '../contract.ts';
import type { FailedEntry } from '../errors.ts';
import { type PublishOptions, publishInBatches } from './retry.ts';

/** Publishes events to an EventBridge bus. */
export interface EventBridgePublisher {
  /** Done only when the bus has taken every event. Throws PublishError for those that it did not take. */
  publish(busName: string, events: readonly AnyEvent[]): Promise<void>;
}

/** PutEvents answers 200 even when entries failed (`FailedEntryCount`); these are worth asking again. */
const RETRYABLE = new Set(['InternalFailure', 'ThrottlingException', 'InternalException']);

/** The whole event is the entry's detail; `source` and `type` also stand where rules match them. */
export function createEventBridgePublisher(
  client: Pick<EventBridgeClient, 'send'>,
  options: PublishOptions = {},
): EventBridgePublisher {
  const sendBatch = async (busName: string, events: readonly AnyEvent[]): Promise<FailedEntry[]> => {
    const { Entries = [], FailedEntryCount = 0 } = await client.send(
      new PutEventsCommand({
        Entries: events.map((event) => ({
          EventBusName: busName,
          Source: event.source,
          DetailType: event.type,
          Time: new Date(event.time),
          Detail: JSON.stringify(event),
        })),
      }),
    );
    if (FailedEntryCount === 0) return [];
    return Entries.flatMap(({ ErrorCode, ErrorMessage }, at) =>
      ErrorCode
        ? [
            {
              eventId: events[at]?.id ?? String(at),
              code: ErrorCode,
              message: ErrorMessage ?? '',
              permanent: !RETRYABLE.has(ErrorCode),
            },
          ]
        : [],
    );
  };

  return {
    publish: (busName, events) => publishInBatches(busName, events, (batch) => sendBatch(busName, batch), options),
  };
}
