import { z } from 'zod';
import type { Accepted } from '../../core/deduplication.ts';
import { messageAttributes } from '../../core/messageAttributes.ts';
import type { CallContext } from '../../core/service.ts';
import { invalidParameter } from '../errors.ts';
import { correlationIdOfInput, type Message, type MessageInput, takeMessage } from '../message.ts';
import { onTopic, type SnsState, snsOperation, topicArn } from '../service.ts';
import type { Topic } from '../topics.ts';

/**
 * Takes messages for a topic, all of them or none, and hands them to the subscribers, in the background. Gives what their publisher
 * is told of each. Throws AwsError.
 */
export function publishTo(
  state: SnsState,
  arn: string,
  inputs: readonly MessageInput[],
  { traceHeader, madeBy }: Pick<CallContext, 'traceHeader' | 'madeBy'>,
): { MessageId: string; SequenceNumber?: string }[] {
  const { topics, core } = state;
  const topic = topics.get(arn);
  const stamp = { topicArn: arn, fifo: topic.fifo, nowMs: core.clock.now(), traceHeader, madeBy };
  const messages = inputs.map((input) => takeMessage(input, { ...stamp, id: core.newId() }));
  return messages.map((message) => {
    const { id, sequenceNumber } = accept(state, topic, message);
    return { MessageId: id, ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }) };
  });
}

/** Hands a message on, unless a FIFO topic has had it in the last minutes: then the first one is what its publisher is told. */
function accept({ delivering, memory }: SnsState, topic: Topic, message: Message): Accepted {
  const { id, groupId, deduplicationId } = message;
  const { fifo } = topic;
  if (!fifo || groupId === undefined || deduplicationId === undefined) {
    delivering.fanOut(topic, message);
    return { id };
  }
  const place = { groupId, deduplicationId };
  const before = memory.find(topic, fifo, place);
  if (before) return before;
  const accepted = { id, sequenceNumber: memory.nextSequenceNumber() };
  memory.remember(topic, fifo, place, accepted);
  delivering.fanOut(topic, { ...message, ...accepted });
  return accepted;
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
      return publishTo(state, arnIn(input), [input.message], context)[0];
    },
  });
