import { z } from 'zod';
import { nameFromArn } from '../../core/arn.ts';
import { parseJson } from '../../core/boundedJson.ts';
import { AwsError } from '../../core/errors.ts';
import { missingParameter } from '../errors.ts';
import type { Queue } from '../queue.ts';
import { onQueueNamed, type SqsState, sqsOperation, wholeNumber } from '../service.ts';

const MAX_PER_SECOND = 500;
const MAX_RESULTS = 10;

function queueOf({ queues }: SqsState, parameter: string, arn: string): Queue {
  const queue = queues.findByArn(arn);
  if (queue) return queue;
  const message = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
  throw new AwsError('ResourceNotFoundException', message, { status: 404 });
}

const onArn = (arn: string, ...actions: string[]) =>
  actions.flatMap((action) => onQueueNamed(action, nameFromArn(arn)));

export const startMessageMoveTask = (state: SqsState) =>
  sqsOperation('StartMessageMoveTask', {
    input: z.strictObject({
      SourceArn: z.string(),
      DestinationArn: z.string().optional(),
      MaxNumberOfMessagesPerSecond: wholeNumber(1, MAX_PER_SECOND).optional(),
    }),
    permissions: ({ SourceArn, DestinationArn }) => [
      ...onArn(SourceArn, 'StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'),
      ...(DestinationArn === undefined ? [] : onArn(DestinationArn, 'SendMessage')),
    ],
    async run({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: perSecond }) {
      const source = queueOf(state, 'SourceArn', SourceArn);
      const destination = DestinationArn === undefined ? undefined : queueOf(state, 'DestinationArn', DestinationArn);
      const { handle } = state.moveTasks.start(source, {
        ...(destination && { destination }),
        ...(perSecond !== undefined && { perSecond }),
      });
      return { TaskHandle: handle };
    },
  });

export const listMessageMoveTasks = (state: SqsState) =>
  sqsOperation('ListMessageMoveTasks', {
    input: z.strictObject({ SourceArn: z.string(), MaxResults: wholeNumber(1, MAX_RESULTS).default(1) }),
    permissions: ({ SourceArn }) => onArn(SourceArn, 'ListMessageMoveTasks'),
    async run({ SourceArn, MaxResults }) {
      const tasks = state.moveTasks.list(queueOf(state, 'SourceArn', SourceArn), MaxResults);
      return {
        Results: tasks.map((task) => ({
          // Only a running task can be cancelled, so only it has a handle.
          ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
          Status: task.status,
          SourceArn,
          ...(task.destination && { DestinationArn: task.destination.arn }),
          ...(task.perSecond !== undefined && { MaxNumberOfMessagesPerSecond: task.perSecond }),
          ApproximateNumberOfMessagesMoved: task.moved,
          ApproximateNumberOfMessagesToMove: task.toMove,
          ...(task.failureReason !== undefined && { FailureReason: task.failureReason }),
          StartedTimestamp: task.startedAtMs,
        })),
      };
    },
  });

/** The queue that a task's handle names. Throws AwsError `ResourceNotFoundException` when it is no handle. */
function sourceArnIn(handle: string): string {
  try {
    const { sourceArn } = parseJson(Buffer.from(handle, 'base64').toString()) as Record<string, unknown>;
    if (typeof sourceArn === 'string') return sourceArn;
  } catch {
    // Not JSON: no handle of ours.
  }
  throw new AwsError('ResourceNotFoundException', 'Task does not exist.', { status: 404 });
}

export const cancelMessageMoveTask = (state: SqsState) =>
  sqsOperation('CancelMessageMoveTask', {
    input: z.strictObject({ TaskHandle: z.string() }),
    permissions: ({ TaskHandle }) => {
      if (TaskHandle === '') throw missingParameter('TaskHandle');
      return onArn(sourceArnIn(TaskHandle), 'CancelMessageMoveTask');
    },
    run: async ({ TaskHandle }) => ({
      ApproximateNumberOfMessagesMoved: state.moveTasks.cancel(TaskHandle).moved,
    }),
  });
