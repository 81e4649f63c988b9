import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { messageBytes } from '../../core/messageAttributes.ts';
import { MAX_MESSAGE_BYTES } from '../message.ts';
import { onTopic, type SnsState, snsOperation, topicArn } from '../service.ts';
import { messageInput, publishTo } from './publish.ts';

/** docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
const MAX_ENTRIES = 10;
const MAX_ID_LENGTH = 80;
const ENTRY_ID = /^[A-Za-z0-9_-]*$/;

const entry = z.strictObject({ Id: z.string(), ...messageInput });

function checkBatch(entries: z.output<typeof entry>[]): void {
  const refuse = (code: string, message: string) => new AwsError(code, message);
  if (entries.length === 0) throw refuse('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > MAX_ENTRIES) {
    throw refuse('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  }
  const ids = entries.map(({ Id }) => Id);
  if (new Set(ids).size < ids.length) {
    throw refuse('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  for (const id of ids) {
    const wrong = (what: string) =>
      refuse('InvalidBatchEntryId', `The Id of a batch entry in the batch request ${what}: ${id}`);
    if (id.length > MAX_ID_LENGTH) throw wrong('is too long');
    if (id === '' || !ENTRY_ID.test(id)) throw wrong('contains an impermissible character');
  }
  const bytes = entries.reduce(
    (sum, { Message, MessageAttributes }) => sum + messageBytes(Message, MessageAttributes),
    0,
  );
  if (bytes > MAX_MESSAGE_BYTES) {
    throw refuse('BatchRequestTooLong', 'The length of all the messages put together is more than the limit.');
  }
}

export const publishBatch = (state: SnsState) =>
  snsOperation('PublishBatch', {
    input: z.strictObject({ TopicArn: topicArn, PublishBatchRequestEntries: z.array(entry) }),
    // AWS has no permission of its own for batches.
    permissions: ({ TopicArn }) => onTopic('Publish', TopicArn),
    async run({ TopicArn, PublishBatchRequestEntries: entries }, context) {
      state.topics.get(TopicArn);
      checkBatch(entries);
      // One bad message refuses them all: `Failed` is for what goes wrong inside AWS.
      const told = publishTo(state, TopicArn, entries, context);
      return { Successful: entries.map(({ Id }, index) => ({ Id, ...told[index] })), Failed: [] };
    },
  });
