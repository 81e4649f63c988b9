import { createHash } from 'node:crypto';

/** SQS's limit of a message group's id: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const LONGEST_GROUP = 128;

/** What keeps all that concerns one device in order: the message group of topics and queues. */
export function groupOf({ account, endpointId }: { account: string; endpointId: string }): string {
  const name = `${account}#${endpointId}`;
  return name.length <= LONGEST_GROUP ? name : createHash('sha256').update(name).digest('hex');
}
