import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { MAX_MESSAGE_BYTES, sizeOf } from '../message.ts';
import { messageAttributes, onTopic, type SnsState, snsOperation, topicArn } from '../service.ts';
import { publishTo } from './publish.ts';

/** docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
const MAX_ENTRIES = 10;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

const entry = z.strictObject({
  Id: z.string(),
  Message: z.string(),
  Subject: z.string().optional(),
  MessageStructure: z.string().optional(),
  MessageAttributes: messageAttributes.optional(),
});

function checkBatch(entries: z.output<typeof entry>[]): void {
  const refuse = (code: string, message: string) => new AwsError(code, message);
  if (entries.length === 0) throw refuse('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > MAX_ENTRIES) {
    throw refuse(
      'TooManyEntriesInBatchRequest',
      `The batch request contains more entries than permissible (more than ${MAX_ENTRIES}).`,
    );
  }
  const ids = entries.map(({ Id }) => Id);
  const bad = ids.find((id) => !ENTRY_ID.test(id));
  if (bad !== undefined) {
    throw refuse(
      'InvalidBatchEntryId',
      `The Id of a batch entry in a batch request doesn't abide by the specification: '${bad}'.`,
    );
  }
  if (new Set(ids).size < ids.length) {
    throw refuse('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  if (entries.reduce((bytes, message) => bytes + sizeOf(message), 0) > MAX_MESSAGE_BYTES) {
    throw refuse('BatchRequestTooLong', 'The length of all the batch messages put together is more than the limit.');
  }
}

export const publishBatch = (state: SnsState) =>
  snsOperation('PublishBatch', {
    input: z.strictObject({ TopicArn: topicArn, PublishBatchRequestEntries: z.array(entry) }),
    // AWS has no permission of its own for batches.
    permissions: ({ TopicArn }) => onTopic('Publish', TopicArn),
    async run({ TopicArn, PublishBatchRequestEntries: entries }, { traceHeader }) {
      state.topics.get(TopicArn);
      checkBatch(entries);
      const Successful: { Id: string; MessageId: string }[] = [];
      const Failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[] = [];
      for (const { Id, ...message } of entries) {
        try {
          Successful.push({ Id, MessageId: publishTo(state, TopicArn, message, traceHeader) });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
        }
      }
      return { Successful, Failed };
    },
  });
