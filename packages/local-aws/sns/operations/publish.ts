import { z } from 'zod';
import { messageAttributes } from '../../core/messageAttributes.ts';
import type { CallContext } from '../../core/service.ts';
import { invalidParameter } from '../errors.ts';
import { correlationIdOfInput, type MessageInput, takeMessage } from '../message.ts';
import { onTopic, type SnsState, snsOperation, topicArn } from '../service.ts';

/**
 * Takes messages for a topic, all of them or none, and hands them to the subscribers, in the background. Gives their ids.
 * Throws AwsError.
 */
export function publishTo(
  { topics, core, delivering }: SnsState,
  arn: string,
  inputs: readonly MessageInput[],
  { traceHeader, madeBy }: Pick<CallContext, 'traceHeader' | 'madeBy'>,
): string[] {
  const topic = topics.get(arn);
  const stamp = { topicArn: arn, nowMs: core.clock.now(), traceHeader, madeBy };
  const messages = inputs.map((input) => takeMessage(input, { ...stamp, id: core.newId() }));
  for (const message of messages) delivering.fanOut(topic, message);
  return messages.map(({ id }) => id);
}

/** What a publisher may say of a message. */
export const messageInput = {
  Message: z.string(),
  Subject: z.string().optional(),
  MessageStructure: z.string().optional(),
  MessageAttributes: messageAttributes.optional(),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
};

const publishInput = z
  .strictObject({ TopicArn: topicArn.optional(), TargetArn: topicArn.optional(), ...messageInput })
  .transform(({ TopicArn, TargetArn, ...message }) => ({ arn: TopicArn ?? TargetArn, message }));

const arnIn = ({ arn }: z.output<typeof publishInput>): string => {
  if (arn === undefined) throw invalidParameter('TopicArn or TargetArn', 'no value for a required parameter');
  return arn;
};

export const publish = (state: SnsState) =>
  snsOperation('Publish', {
    input: publishInput,
    permissions: (input) => onTopic('Publish', arnIn(input)),
    correlationId: ({ message }) => correlationIdOfInput(message),
    async run(input, context: CallContext) {
      const [MessageId] = publishTo(state, arnIn(input), [input.message], context);
      return { MessageId };
    },
  });
