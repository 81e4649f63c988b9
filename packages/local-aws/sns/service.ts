import { z } from 'zod';
import { isArnOf, LOCAL_REGION, parseArn } from '../core/arn.ts';
import { checkedOperations } from '../core/checkedOperation.ts';
import type { Core } from '../core/cloud.ts';
import type { Permission, PolicyDocument } from '../core/service.ts';
import { createDelivering, type Delivering } from './deliver.ts';
import { invalidParameter } from './errors.ts';
import { FifoMemory } from './fifo.ts';
import { Topics } from './topics.ts';

/** What the operations of SNS work on. */
export interface SnsState {
  core: Core;
  topics: Topics;
  /** Of FIFO topics. */
  memory: FifoMemory;
  delivering: Delivering;
}

export function createState(core: Core): SnsState {
  const topics = new Topics();
  return { core, topics, memory: new FifoMemory(core), delivering: createDelivering(core, topics) };
}

/** Removes a topic, its subscriptions and what it was told; does nothing when it is not there. */
export function removeTopic({ topics, memory }: SnsState, arn: string): void {
  const topic = topics.find(arn);
  if (topic?.fifo) memory.forget(topic);
  topics.remove(arn);
}

/** Of what AWS says only that it is wrong. */
const NO_REASON = 'wrong';

/** Makes an operation of SNS: its input is checked, and refused with `InvalidParameter`. */
export const snsOperation = checkedOperations('sns', (path, reason, missing) =>
  invalidParameter(path, missing ? 'no value for a required parameter' : reason === NO_REASON ? undefined : reason),
);

/** How many parts an ARN has at the least. */
const ARN_PARTS = 6;

/** What is wrong with the ARN of a topic. */
function faultOf(arn: string): string | undefined {
  const { length } = arn.split(':');
  if (length < ARN_PARTS) return `An ARN must have at least ${ARN_PARTS} elements, not ${length}`;
  return isArnOf('sns', arn) && parseArn(arn).region === LOCAL_REGION ? undefined : NO_REASON;
}

export const topicArn = z.string().superRefine((arn, context) => {
  const message = faultOf(arn);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});
export const subscriptionArn = z
  .string()
  .refine((text) => isArnOf('sns', text) && text.split(':').length === 7, 'not the ARN of a subscription');

/** The permission for `action` on a topic. */
export function onTopic(action: string, arn: string): Permission[] {
  return [{ action: `sns:${action}`, resource: arn }];
}

/** The permission for `action` on a subscription, which IAM sees as one on its topic's ARN. */
export function onSubscription(action: string, arn: string): Permission[] {
  return onTopic(action, arn.slice(0, arn.lastIndexOf(':')));
}

/** The policy of a topic that has none of its own, as AWS makes it. */
export function defaultPolicy(arn: string): PolicyDocument & { Id: string } {
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': arn.split(':')[4] ?? '' } },
      },
    ],
  };
}
