import { nameFromArn } from '../core/arn.ts';
import type { Core, Delivery } from '../core/cloud.ts';
import { typedAttributes } from '../core/messageAttributes.ts';
import type { LocalService } from '../core/service.ts';
import { QUERY_CODES } from './errors.ts';
import { MoveTasks } from './moveTasks.ts';
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
} from './operations/messages.ts';
import { cancelMessageMoveTask, listMessageMoveTasks, startMessageMoveTask } from './operations/moveTasks.ts';
import {
  createQueue,
  deleteQueue,
  getQueueAttributes,
  getQueueUrl,
  listQueues,
  purgeQueue,
  setQueueAttributes,
} from './operations/queues.ts';
import { receiveMessage } from './operations/receiveMessage.ts';
import { sendMessage, sendMessageBatch } from './operations/sendMessage.ts';
import { Queues } from './queues.ts';
import { sqsResources } from './resources.ts';
import type { SqsState } from './service.ts';

/** SQS, with its queues for those who read them in process (event source mappings). */
export interface Sqs extends LocalService {
  queues: Queues;
}

/**
 * SQS: standard and FIFO queues with visibility, delays, retention, dead letters and redrive. Queues and their messages
 * are kept in `core.store`.
 */
export function createSqs(core: Core): Sqs {
  const queues = new Queues(core);
  const state: SqsState = { core, queues, moveTasks: new MoveTasks(queues, core) };
  return {
    id: 'sqs',
    protocol: { kind: 'json', targetPrefix: 'AmazonSQS', version: '1.0' },
    errors: {
      namespace: 'com.amazonaws.sqs#',
      queryCodes: QUERY_CODES,
      throttled: {
        code: 'RequestThrottled',
        status: 403,
        message: 'The request was denied due to request throttling.',
      },
      denied: { code: 'AccessDenied', status: 403 },
    },
    operations: {
      CreateQueue: createQueue(state),
      DeleteQueue: deleteQueue(state),
      GetQueueUrl: getQueueUrl(state),
      ListQueues: listQueues(state),
      GetQueueAttributes: getQueueAttributes(state),
      SetQueueAttributes: setQueueAttributes(state),
      PurgeQueue: purgeQueue(state),
      SendMessage: sendMessage(state),
      SendMessageBatch: sendMessageBatch(state),
      ReceiveMessage: receiveMessage(state),
      DeleteMessage: deleteMessage(state),
      DeleteMessageBatch: deleteMessageBatch(state),
      ChangeMessageVisibility: changeMessageVisibility(state),
      ChangeMessageVisibilityBatch: changeMessageVisibilityBatch(state),
      StartMessageMoveTask: startMessageMoveTask(state),
      ListMessageMoveTasks: listMessageMoveTasks(state),
      CancelMessageMoveTask: cancelMessageMoveTask(state),
    },
    policyOf: (arn) => queues.findByArn(arn)?.settings.policy,
    takes: {
      action: 'sqs:SendMessage',
      allowedBy: 'AWS::SQS::QueuePolicy',
      call: ({ targetArn, payload, attributes, groupId, deduplicationId }: Delivery) => ({
        operation: 'SendMessage',
        input: {
          QueueUrl: queues.urlOf({ name: nameFromArn(targetArn) }),
          MessageBody: payload,
          MessageAttributes: typedAttributes(attributes),
          ...(groupId !== undefined && { MessageGroupId: groupId }),
          ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
        },
      }),
    },
    resources: sqsResources(state),
    queues,
    async close() {
      for (const queue of queues.all()) queue.close();
    },
  };
}
