import type { MessageAttribute } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { messageBytes } from '../core/messageAttributes.ts';
import { invalidInput, invalidValue, missingParameter } from './errors.ts';

/** A message in a queue. */
export interface StoredMessage {
  id: string;
  body: string;
  attributes: Record<string, MessageAttribute>;
  /** Who sent it: an ARN. */
  senderId: string;
  /** Milliseconds since the epoch. A dead letter keeps the time at which it was first sent: its retention counts from there. */
  sentAtMs: number;
  /** How often it was received, in this queue and in those that it was dead-lettered from. */
  receiveCount: number;
  /** How often since it came to this queue. Left out for never. */
  receivedHere?: number;
  firstReceivedAtMs?: number;
  /** `X-Amzn-Trace-Id` of the chain that sent it. */
  traceHeader?: string;
  /** The queue that it was dead-lettered from. */
  deadLetterSourceArn?: string;
  correlationId?: string;
  /** Messages of one group are received in order; of a standard queue it is only passed on. */
  groupId?: string;
  /** Of FIFO queues. */
  deduplicationId?: string;
  sequenceNumber?: string;
}

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const MAX_ATTRIBUTES = 10;
/** XML 1.0's characters: `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`. */
const ALLOWED_TEXT = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;
const ATTRIBUTE_NAME = /^(?!\.)(?!aws\.|amazon\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;
const ATTRIBUTE_TYPE = /^(String|Number|Binary)(\.|$)/;

/** Checks a message for a queue that takes at most `maxBytes`, alone or as an `entry` of a batch. Throws AwsError. */
export function checkMessage(
  body: string,
  attributes: Record<string, MessageAttribute>,
  maxBytes: number,
  isEntry = false,
): void {
  if (body === '') throw missingParameter('MessageBody');
  if (!ALLOWED_TEXT.test(body)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  if (messageBytes(body, attributes) > maxBytes) {
    throw invalidInput(
      `One or more parameters ${isEntry ? 'cannot be validated' : 'are invalid'}. Reason: Message must be shorter than ${maxBytes} bytes.`,
    );
  }
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) {
    throw invalidInput(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  for (const [name, attribute] of entries) checkAttribute(name, attribute);
}

function checkAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void {
  if (!ATTRIBUTE_NAME.test(name)) throw invalidValue('MessageAttributes', name, 'not a name of a message attribute');
  if (!ATTRIBUTE_TYPE.test(DataType)) {
    throw invalidValue(
      `MessageAttributes.${name}`,
      DataType,
      'The type of message attribute must be String, Number or Binary',
    );
  }
  if (!(DataType.startsWith('Binary') ? BinaryValue : StringValue)) {
    throw invalidInput(`Message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`);
  }
  if (DataType === 'Number' && !Number.isFinite(Number(StringValue))) {
    throw invalidValue(`MessageAttributes.${name}`, StringValue, 'not a number');
  }
}
