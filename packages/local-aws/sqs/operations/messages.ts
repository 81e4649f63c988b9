import { z } from 'zod';
import { checkBatch, entryId, forEachEntry } from '../batch.ts';
import { onQueue, type SqsState, sqsOperation, visibilitySeconds } from '../service.ts';

const receipt = { ReceiptHandle: z.string() };
const change = { ...receipt, VisibilityTimeout: visibilitySeconds };

export const deleteMessage = (state: SqsState) =>
  sqsOperation('DeleteMessage', {
    input: z.strictObject({ QueueUrl: z.string(), ...receipt }),
    permissions: ({ QueueUrl }) => onQueue('DeleteMessage', QueueUrl),
    async run({ QueueUrl, ReceiptHandle }) {
      state.queues.byUrl(QueueUrl).delete(ReceiptHandle);
      return {};
    },
  });

export const deleteMessageBatch = (state: SqsState) =>
  sqsOperation('DeleteMessageBatch', {
    input: z.strictObject({ QueueUrl: z.string(), Entries: z.array(z.strictObject({ Id: entryId, ...receipt })) }),
    permissions: ({ QueueUrl }) => onQueue('DeleteMessage', QueueUrl),
    async run({ QueueUrl, Entries }) {
      const queue = state.queues.byUrl(QueueUrl);
      checkBatch(Entries);
      return forEachEntry(Entries, ({ ReceiptHandle }) => {
        queue.delete(ReceiptHandle);
        return {};
      });
    },
  });

export const changeMessageVisibility = (state: SqsState) =>
  sqsOperation('ChangeMessageVisibility', {
    input: z.strictObject({ QueueUrl: z.string(), ...change }),
    permissions: ({ QueueUrl }) => onQueue('ChangeMessageVisibility', QueueUrl),
    async run({ QueueUrl, ReceiptHandle, VisibilityTimeout }) {
      state.queues.byUrl(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout * 1000);
      return {};
    },
  });

export const changeMessageVisibilityBatch = (state: SqsState) =>
  sqsOperation('ChangeMessageVisibilityBatch', {
    input: z.strictObject({ QueueUrl: z.string(), Entries: z.array(z.strictObject({ Id: entryId, ...change })) }),
    permissions: ({ QueueUrl }) => onQueue('ChangeMessageVisibility', QueueUrl),
    async run({ QueueUrl, Entries }) {
      const queue = state.queues.byUrl(QueueUrl);
      checkBatch(Entries);
      return forEachEntry(Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
        queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000);
        return {};
      });
    },
  });
