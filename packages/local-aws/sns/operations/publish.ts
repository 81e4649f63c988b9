import { z } from 'zod';
import type { CallContext } from '../../core/service.ts';
import { invalidParameter } from '../errors.ts';
import { correlationIdOfInput, type MessageInput, takeMessage } from '../message.ts';
import { messageAttributes, onTopic, type SnsState, snsOperation, topicArn } from '../service.ts';

/** Takes a message for a topic and hands it to the subscribers, in the background. Gives its id. Throws AwsError. */
export function publishTo(state: SnsState, arn: string, input: MessageInput, traceHeader: string | undefined): string {
  const topic = state.topics.get(arn);
  const id = state.core.newId();
  const message = takeMessage(input, { id, topicArn: arn, nowMs: state.core.clock.now(), traceHeader });
  state.delivering.fanOut(topic, message);
  return id;
}

const publishInput = z
  .strictObject({
    TopicArn: topicArn.optional(),
    TargetArn: topicArn.optional(),
    Message: z.string(),
    Subject: z.string().optional(),
    MessageStructure: z.string().optional(),
    MessageAttributes: messageAttributes.optional(),
  })
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
    run: async (input, { traceHeader }: CallContext) => ({
      MessageId: publishTo(state, arnIn(input), input.message, traceHeader),
    }),
  });
