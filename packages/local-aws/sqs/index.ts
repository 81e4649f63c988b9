import { nameFromArn } from '../core/arn.ts';
import type { Core, Delivery, MessageAttribute } from '../core/cloud.ts';
import { describePrincipal } from '../core/principal.ts';
import type { LocalService } from '../core/resource.ts';
import type { AwsService } from '../core/service.ts';
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
import { newMessage } from './send.ts';
import { onQueueNamed, type SqsState } from './service.ts';

/** SQS, with its queues for those who read them in process (event source mappings). */
export interface Sqs extends LocalService {
  service: AwsService;
  queues: Queues;
}

/**
 * SQS: standard queues with visibility, delays, retention, dead letters and redrive. Others deliver to a queue through
 * `core.deliver`. Queues and their messages are kept in `core.store`.
 */
export function createSqs(core: Core): Sqs {
  const queues = new Queues(core);
  const state: SqsState = { core, queues, moveTasks: new MoveTasks(queues, core) };
  core.registerTarget('sqs', async (delivery) => accept(state, delivery));

  return {
    service: {
      id: 'sqs',
      protocol: { kind: 'json', targetPrefix: 'AmazonSQS', version: '1.0' },
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
    },
    resources: sqsResources(state),
    queues,
    async close() {
      for (const queue of queues.all()) queue.close();
    },
  };
}

/** Takes a message that another service brings. Faults on the way were the deliverer's to make. */
function accept(state: SqsState, delivery: Delivery): void {
  const { targetArn, principal, payload, traceHeader, correlationId } = delivery;
  const queue = state.queues.byArn(targetArn);
  for (const permission of onQueueNamed(state.queues, 'SendMessage', nameFromArn(targetArn))) {
    state.core.authorize(principal, permission);
  }
  const MessageAttributes: Record<string, MessageAttribute> = {};
  for (const [name, value] of Object.entries(delivery.attributes ?? {})) {
    MessageAttributes[name] = typeof value === 'string' ? { DataType: 'String', StringValue: value } : value;
  }
  const sender = { senderId: describePrincipal(principal), traceHeader, correlationId };
  const message = newMessage(state, queue, { MessageBody: payload, MessageAttributes }, sender);
  queue.send(message, queue.settings.delaySeconds * 1000);
}
