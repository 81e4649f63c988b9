import type { MessageAttribute } from '../core/cloud.ts';
import { correlationIdOf } from '../core/correlation.ts';
import type { DeliveryFaults } from '../core/faults.ts';
import { traceRoot } from '../core/trace.ts';
import { type PlaceInput, placeOf } from './fifo.ts';
import { md5OfAttributes, md5OfBody } from './md5.ts';
import { checkMessage, type StoredMessage } from './message.ts';
import type { Queue } from './queue.ts';
import type { SqsState } from './service.ts';

/** What a sender hands in. */
export interface SendInput extends PlaceInput {
  MessageBody: string;
  MessageAttributes?: Record<string, MessageAttribute> | undefined;
  MessageSystemAttributes?: { AWSTraceHeader?: { StringValue: string } | undefined } | undefined;
}

/** The correlation id: a message attribute of that name, or in the body. */
export function correlationIdOfInput({ MessageAttributes, MessageBody }: SendInput): string | undefined {
  return MessageAttributes?.correlationId?.StringValue ?? correlationIdOf(MessageBody);
}

/** Makes a message of what is handed in. Throws AwsError when the queue cannot take it. */
export function newMessage(
  { core }: SqsState,
  queue: Queue,
  input: SendInput,
  sender: { senderId: string; traceHeader?: string | undefined; correlationId?: string | undefined },
  isEntry = false,
): StoredMessage {
  const attributes = input.MessageAttributes ?? {};
  checkMessage(input.MessageBody, attributes, queue.settings.maximumMessageBytes, isEntry);
  const place = placeOf(queue.settings.fifo, input.MessageBody, input);
  const traceHeader = input.MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? sender.traceHeader;
  const correlationId = sender.correlationId ?? correlationIdOfInput(input);
  return {
    id: core.newId(),
    body: input.MessageBody,
    attributes,
    senderId: sender.senderId,
    sentAtMs: core.clock.now(),
    receiveCount: 0,
    ...place,
    ...(traceHeader !== undefined && { traceHeader }),
    ...(correlationId !== undefined && { correlationId }),
  };
}

/** What a message belongs to, for the hops of its faults. */
function chainOf({ correlationId, traceHeader }: StoredMessage) {
  const traceId = traceRoot(traceHeader);
  return { ...(correlationId !== undefined && { correlationId }), ...(traceId !== undefined && { traceId }) };
}

/** What another service brings has met its faults on the way. */
const AS_IT_IS: DeliveryFaults = { copies: [{ delayMs: 0 }] };

/**
 * Puts a message into the queue, as often and as late as the fault plan says, and gives what a sender is told. A message
 * that the plan holds back is overtaken by whatever is sent meanwhile.
 */
export function sendTo({ core }: SqsState, queue: Queue, message: StoredMessage, input: SendInput, isDelivery = false) {
  const { fifo, delaySeconds } = queue.settings;
  // A FIFO queue keeps the order, and what is sent to it comes once: there is nothing for a fault plan to do.
  const { copies, holdForNextMs = 0 } =
    isDelivery || fifo ? AS_IT_IS : core.faults.delivery('sqs', queue.arn, chainOf(message));
  const delayMs = (fifo ? delaySeconds : (input.DelaySeconds ?? delaySeconds)) * 1000;
  const [accepted] = copies.map((copy, index) =>
    queue.send({ ...message }, delayMs + copy.delayMs + (index === 0 ? holdForNextMs : 0)),
  );
  const attributesMd5 = md5OfAttributes(message.attributes);
  const systemMd5 = md5OfAttributes((input.MessageSystemAttributes ?? {}) as Record<string, MessageAttribute>);
  return {
    MessageId: accepted?.id ?? message.id,
    ...(accepted?.sequenceNumber !== undefined && { SequenceNumber: accepted.sequenceNumber }),
    MD5OfMessageBody: md5OfBody(message.body),
    ...(attributesMd5 && { MD5OfMessageAttributes: attributesMd5 }),
    ...(systemMd5 && { MD5OfMessageSystemAttributes: systemMd5 }),
  };
}
