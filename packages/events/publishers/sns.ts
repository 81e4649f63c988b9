import {
  InvalidParameterException,
  InvalidParameterValueException,
  PublishBatchCommand,
  PublishCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import { type AnyEvent, attributesOf, type Contract } from '../contract.ts';
import { type FailedEntry, PublishError } from '../errors.ts';
import { placeFor } from './place.ts';
import { type PublishOptions, publishInBatches } from './retry.ts';

/** Publishes events to SNS topics. */
export interface SnsPublisher {
  /**
   * Publishes all events to the topic, in order within a call of ten. Done only when SNS has taken every one.
   * Throws PublishError for those that it refuses, or the SDK's error when a call fails whole: no access, no topic, throttled.
   */
  publish(topicArn: string, events: readonly AnyEvent[]): Promise<void>;
}

/**
 * The message is the event as JSON; its attributes are `type`, `correlationId` and those of its contract, so that
 * subscriptions can filter on them. To a FIFO topic it says the group of its contract, and the event's id: the topic takes each once.
 *
 * @example
 * const { publish } = createSnsPublisher(new SNSClient(), [ballHit]);
 * await publish(topicArn, [createEvent(ballHit, { rally: 1, stroke: 1 }, context)]);
 */
export function createSnsPublisher(
  client: Pick<SNSClient, 'send'>,
  contracts: readonly Contract[],
  options: PublishOptions = {},
): SnsPublisher {
  const messageOf = (topicArn: string, event: AnyEvent) => ({
    Message: JSON.stringify(event),
    ...placeFor(topicArn, contracts, event),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributesOf(contracts, event)).map(([name, value]) => [
        name,
        { DataType: 'String', StringValue: value },
      ]),
    ),
  });

  const sendBatch = async (topicArn: string, events: readonly AnyEvent[]): Promise<FailedEntry[]> => {
    const { Failed = [] } = await client.send(
      new PublishBatchCommand({
        TopicArn: topicArn,
        // Entry ids allow letters, digits, - and _ only; the position is always allowed.
        PublishBatchRequestEntries: events.map((event, at) => ({ Id: String(at), ...messageOf(topicArn, event) })),
      }),
    );
    return Failed.map(({ Id, Code, Message, SenderFault }) => ({
      eventId: events[Number(Id)]?.id ?? String(Id),
      code: Code ?? 'Unknown',
      message: Message ?? '',
      permanent: SenderFault === true,
    }));
  };

  /** The answer to one message says of the call what that to a batch says of its entries. */
  const sendOne = async (topicArn: string, event: AnyEvent): Promise<FailedEntry[]> => {
    try {
      await client.send(new PublishCommand({ TopicArn: topicArn, ...messageOf(topicArn, event) }));
      return [];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return [{ eventId: event.id, code: error.name, message: error.message, permanent: true }];
    }
  };

  /** For one message that it does not take SNS refuses the whole batch, and does not say for which. */
  const sendAll = async (topicArn: string, events: readonly AnyEvent[]): Promise<FailedEntry[]> => {
    try {
      return await sendBatch(topicArn, events);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const failed: FailedEntry[] = [];
      for (const event of events) failed.push(...(await sendOne(topicArn, event)));
      return failed;
    }
  };

  return {
    async publish(topicArn, events) {
      const [only, ...others] = events;
      if (only && others.length === 0) {
        const failed = await sendOne(topicArn, only);
        if (failed.length > 0) throw new PublishError(topicArn, failed);
        return;
      }
      await publishInBatches(topicArn, events, (batch) => sendAll(topicArn, batch), options);
    },
  };
}

/** Whether SNS does not take a message, today or tomorrow. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof InvalidParameterException || error instanceof InvalidParameterValueException;
