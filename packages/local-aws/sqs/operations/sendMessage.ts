import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { messageAttributes, messageBytes } from '../../core/messageAttributes.ts';
import { describePrincipal } from '../../core/principal.ts';
import { checkBatch, entryId, forEachEntry } from '../batch.ts';
import { invalidInput, missingParameter } from '../errors.ts';
import { correlationIdOfInput, newMessage, sendTo } from '../send.ts';
import { delaySeconds, onQueue, type SqsState, sqsOperation, systemAttributes } from '../service.ts';

const message = {
  MessageBody: z.string(),
  DelaySeconds: delaySeconds.optional(),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
  MessageAttributes: messageAttributes.optional(),
  MessageSystemAttributes: systemAttributes.optional(),
};

export const sendMessage = (state: SqsState) =>
  sqsOperation('SendMessage', {
    input: z.strictObject({ QueueUrl: z.string(), ...message }),
    permissions: ({ QueueUrl }) => onQueue('SendMessage', QueueUrl),
    correlationId: correlationIdOfInput,
    run({ QueueUrl, ...input }, { principal, traceHeader, correlationId, isDelivery }) {
      const queue = state.queues.byUrl(QueueUrl);
      const sender = { senderId: describePrincipal(principal), traceHeader, correlationId };
      return sendTo(state, queue, newMessage(state, queue, input, sender), input, isDelivery);
    },
  });

/** All messages of a batch together. docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MAX_BATCH_BYTES = 1_048_576;

export const sendMessageBatch = (state: SqsState) =>
  sqsOperation('SendMessageBatch', {
    input: z.strictObject({ QueueUrl: z.string(), Entries: z.array(z.strictObject({ Id: entryId, ...message })) }),
    // AWS has no permission of its own for batches.
    permissions: ({ QueueUrl }) => onQueue('SendMessage', QueueUrl),
    async run({ QueueUrl, Entries }, { principal, traceHeader }) {
      const queue = state.queues.byUrl(QueueUrl);
      checkBatch(Entries);
      const bytes = Entries.reduce((sum, entry) => sum + messageBytes(entry.MessageBody, entry.MessageAttributes), 0);
      if (bytes > MAX_BATCH_BYTES) {
        throw new AwsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
        );
      }
      // This alone fails the others too.
      if (queue.settings.fifo && Entries.some(({ MessageGroupId }) => MessageGroupId === undefined)) {
        throw invalidInput(missingParameter('MessageGroupId').message);
      }
      const sender = { senderId: describePrincipal(principal), traceHeader };
      const send = (entry: (typeof Entries)[number]) =>
        sendTo(state, queue, newMessage(state, queue, entry, sender, true), entry);
      return forEachEntry(Entries, send);
    },
  });
