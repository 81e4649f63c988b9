import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { checkedOperations } from '../core/checkedOperation.ts';
import type { Core } from '../core/cloud.ts';
import type { Permission } from '../core/service.ts';
import { invalidValue, missingParameter } from './errors.ts';
import type { MoveTasks } from './moveTasks.ts';
import { nameInUrl, type Queues } from './queues.ts';

/** What the operations of SQS work on. */
export interface SqsState {
  core: Core;
  queues: Queues;
  moveTasks: MoveTasks;
}

/** Makes an operation of SQS: its input is checked, and refused in SQS's own words. */
export const sqsOperation = checkedOperations('sqs', (path, reason, missing, value) =>
  missing ? missingParameter(path) : invalidValue(path, value, reason),
);

/** A whole number of seconds (or of messages) in a range, which `must` words as AWS does. */
export const wholeNumber = (min: number, max: number, must = `Must be between ${min} and ${max}, if provided`) =>
  z.int(must).min(min, must).max(max, must);

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
export const visibilitySeconds = wholeNumber(0, 43_200);
export const delaySeconds = wholeNumber(0, 900);

/** The one system attribute that a sender may set. */
export const systemAttributes = z.strictObject({
  AWSTraceHeader: z.strictObject({ DataType: z.literal('String'), StringValue: z.string() }).optional(),
});

/** The permission for `action` on the queue of an address. */
export function onQueue(action: string, queueUrl: string): Permission[] {
  return onQueueNamed(action, nameInUrl(queueUrl));
}

/** The same for a queue by its name. */
export function onQueueNamed(action: string, name: string): Permission[] {
  return [{ action: `sqs:${action}`, resource: arnOf('sqs', name) }];
}
