import { z } from 'zod';
import { checkedOperations } from '../core/checkedOperation.ts';
import type { Core } from '../core/cloud.ts';
import type { Permission, PolicyDocument } from '../core/service.ts';
import { createDelivering, type Delivering } from './deliver.ts';
import { invalidParameter } from './errors.ts';
import { isArnOf } from './settings.ts';
import { Topics } from './topics.ts';

/** What the operations of SNS work on. */
export interface SnsState {
  core: Core;
  topics: Topics;
  delivering: Delivering;
}

export function createState(core: Core): SnsState {
  const topics = new Topics();
  return { core, topics, delivering: createDelivering(core, topics) };
}

/** Makes an operation of SNS: its input is checked, and refused with `InvalidParameter`. */
export const snsOperation = checkedOperations('sns', (path, reason, missing) =>
  invalidParameter(path, missing ? 'no value for a required parameter' : reason),
);

export const topicArn = z.string().refine((text) => isArnOf('sns', text), 'not the ARN of a topic');
export const subscriptionArn = z
  .string()
  .refine((text) => isArnOf('sns', text) && text.split(':').length === 7, 'not the ARN of a subscription');

/** A message attribute as a publisher gives it. */
export const messageAttributes = z.record(
  z.string(),
  z.strictObject({
    DataType: z.string(),
    StringValue: z.string().exactOptional(),
    BinaryValue: z.string().exactOptional(),
  }),
);

/** The permission for `action` on a topic. */
export function onTopic(action: string, arn: string): Permission[] {
  return [{ action: `sns:${action}`, resource: arn }];
}

/** The permission for `action` on a subscription, which IAM sees as one on its topic's ARN. */
export function onSubscription(action: string, arn: string): Permission[] {
  return onTopic(action, arn.slice(0, arn.lastIndexOf(':')));
}

/** The policy of a topic that has none of its own, as AWS makes it. */
export function defaultPolicy(arn: string): PolicyDocument {
  return {
    Version: '2008-10-17',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['SNS:Publish', 'SNS:Subscribe', 'SNS:GetTopicAttributes', 'SNS:SetTopicAttributes', 'SNS:DeleteTopic'],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': arn.split(':')[4] ?? '' } },
      },
    ],
  };
}
