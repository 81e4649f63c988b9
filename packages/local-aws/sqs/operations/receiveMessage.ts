import { z } from 'zod';
import { notForThisType } from '../fifo.ts';
import { md5OfAttributes, md5OfBody } from '../md5.ts';
import type { StoredMessage } from '../message.ts';
import type { Received } from '../queue.ts';
import { onQueue, type SqsState, sqsOperation, visibilitySeconds, wholeNumber } from '../service.ts';

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const MAX_MESSAGES = 10;
const MAX_WAIT_SECONDS = 20;

const names = z.array(z.string());

export const receiveMessage = (state: SqsState) =>
  sqsOperation('ReceiveMessage', {
    input: z.strictObject({
      QueueUrl: z.string(),
      MaxNumberOfMessages: wholeNumber(1, MAX_MESSAGES).default(1),
      VisibilityTimeout: visibilitySeconds.optional(),
      WaitTimeSeconds: wholeNumber(
        0,
        MAX_WAIT_SECONDS,
        `Must be >= 0 and <= ${MAX_WAIT_SECONDS}, if provided`,
      ).optional(),
      AttributeNames: names.optional(),
      MessageSystemAttributeNames: names.optional(),
      MessageAttributeNames: names.default([]),
      ReceiveRequestAttemptId: z.string().min(1).max(128).optional(),
    }),
    permissions: ({ QueueUrl }) => onQueue('ReceiveMessage', QueueUrl),
    async run(input, { signal }) {
      const queue = state.queues.byUrl(input.QueueUrl);
      const { ReceiveRequestAttemptId: attemptId } = input;
      if (attemptId !== undefined && !queue.settings.fifo) throw notForThisType('ReceiveRequestAttemptId', attemptId);
      const received = await queue.receive({
        max: input.MaxNumberOfMessages,
        waitMs: (input.WaitTimeSeconds ?? queue.settings.waitSeconds) * 1000,
        ...(input.VisibilityTimeout !== undefined && { visibilityMs: input.VisibilityTimeout * 1000 }),
        ...(signal && { signal }),
        ...(attemptId !== undefined && { attemptId }),
      });
      if (received.length === 0) return {};
      // The older name counts only where the newer one is not there.
      const systemNames = input.MessageSystemAttributeNames ?? input.AttributeNames ?? [];
      return { Messages: received.map((one) => asAnswered(one, systemNames, input.MessageAttributeNames)) };
    },
  });

function asAnswered({ message, receiptHandle }: Received, systemNames: string[], attributeNames: string[]) {
  const system = Object.entries(systemAttributesOf(message)).filter(
    ([name]) => systemNames.includes('All') || systemNames.includes(name),
  );
  const attributes = Object.entries(message.attributes).filter(([name]) => isAsked(name, attributeNames));
  // The digest is that of the attributes which are given, not of all: clients can check no others.
  const attributesMd5 = md5OfAttributes(Object.fromEntries(attributes));
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    Body: message.body,
    MD5OfBody: md5OfBody(message.body),
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(attributesMd5 && { MessageAttributes: Object.fromEntries(attributes), MD5OfMessageAttributes: attributesMd5 }),
  };
}

/** What SQS itself says of a message, by AWS's names. */
function systemAttributesOf(message: StoredMessage): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
    ...(message.deduplicationId !== undefined && { MessageDeduplicationId: message.deduplicationId }),
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
    ...(message.traceHeader !== undefined && { AWSTraceHeader: message.traceHeader }),
    ...(message.deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
  };
}

/** `All`, `*` and `.*` ask for every attribute, `foo.*` for those that begin so. */
function isAsked(name: string, asked: readonly string[]): boolean {
  return asked.some(
    (pattern) =>
      pattern === 'All' ||
      pattern === '*' ||
      pattern === name ||
      (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
  );
}
