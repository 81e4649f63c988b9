import { parseJson } from '../core/boundedJson.ts';
import type { MessageAttribute } from '../core/cloud.ts';
import { correlationIdOf } from '../core/correlation.ts';
import { AwsError } from '../core/errors.ts';
import { messageBytes } from '../core/messageAttributes.ts';
import { invalidParameter } from './errors.ts';
import { type FifoSettings, type Place, placeOf } from './fifo.ts';
import type { Protocol } from './topics.ts';

/** What a publisher hands in. */
export interface MessageInput {
  Message: string;
  Subject?: string | undefined;
  MessageStructure?: string | undefined;
  MessageAttributes?: Record<string, MessageAttribute> | undefined;
  MessageGroupId?: string | undefined;
  /** Of FIFO topics only. */
  MessageDeduplicationId?: string | undefined;
}

/** A message that a topic has taken. */
export interface Message {
  id: string;
  topicArn: string;
  subject?: string;
  /** The text for everybody, or for the protocols that have their own (`MessageStructure: json`). */
  text: string;
  textFor?: Partial<Record<Protocol, string>>;
  attributes: Record<string, MessageAttribute>;
  /** ISO 8601, by local-aws's clock. */
  timestamp: string;
  /** Passed on to queues: standard ones are fair to groups, those of a FIFO topic keep each in order. */
  groupId?: string;
  /** Of FIFO topics. */
  deduplicationId?: string;
  sequenceNumber?: string;
  correlationId?: string;
  traceHeader?: string;
  /** Of the invocation that published it, where a function did. */
  requestId?: string;
}

/** 256 KB; a batch counts as a whole. docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const MAX_MESSAGE_BYTES = 262_144;
/** AWS's pages say less than a hundred; AWS itself takes a hundred, and sends them (AWS Config). */
const MAX_SUBJECT_LENGTH = 100;
/** Printable ASCII, beginning with no space: "must be ASCII text that begins with a letter, number, or punctuation mark". */
const SUBJECT = /^[!-~][ -~]*$/;
const MAX_NAME_LENGTH = 256;
const SUPPORTED_TYPE = /^(String|Number|Binary)(\..+)?$/;
const PLACE_ID = /^[!-~]{1,128}$/;

/** Checks what a publisher hands in, and finds its place in a FIFO topic. Throws AwsError `InvalidParameter` or `ParameterValueInvalid`. */
function checkMessage(input: MessageInput, fifo: FifoSettings | undefined): Place | undefined {
  if (input.Message === '') throw invalidParameter('Empty message');
  if (messageBytes(input.Message, input.MessageAttributes) > MAX_MESSAGE_BYTES)
    throw invalidParameter('Message too long');
  if (input.Subject !== undefined && (input.Subject.length > MAX_SUBJECT_LENGTH || !SUBJECT.test(input.Subject))) {
    throw invalidParameter('Subject');
  }
  for (const [name, attribute] of Object.entries(input.MessageAttributes ?? {})) checkAttribute(name, attribute);
  if (input.MessageStructure !== undefined) textsByProtocol(input);
  checkPlaceId('MessageGroupId', input.MessageGroupId);
  if (fifo) {
    checkPlaceId('MessageDeduplicationId', input.MessageDeduplicationId);
    return placeOf(fifo, input);
  }
  if (input.MessageDeduplicationId !== undefined) {
    const reason = 'The request includes MessageDeduplicationId parameter that is not valid for this topic type';
    throw invalidParameter('MessageDeduplicationId', reason);
  }
  return undefined;
}

function checkPlaceId(name: string, id: string | undefined): void {
  if (id !== undefined && !PLACE_ID.test(id)) throw invalidParameter(name);
}

function checkAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void {
  const refuse = (message: string) => new AwsError('ParameterValueInvalid', message);
  const fault = faultOfName(name);
  if (fault) throw refuse(fault);
  if (!SUPPORTED_TYPE.test(DataType)) {
    throw refuse(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const [field, value, other] = DataType.startsWith('Binary')
    ? ['Binary', BinaryValue, StringValue]
    : ['String', StringValue, BinaryValue];
  if (value === undefined && other !== undefined) {
    throw refuse(`The message attribute '${name}' with type '${DataType}' must use field '${field}'.`);
  }
  if (!value) {
    throw refuse(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  }
  if (DataType === 'Number' && !Number.isFinite(Number(StringValue))) {
    throw refuse(`Could not cast message attribute '${name}' value to number.`);
  }
}

/** What is wrong with the name of an attribute, in AWS's words. */
function faultOfName(name: string): string | undefined {
  if (name.length > MAX_NAME_LENGTH)
    return `Length of message attribute name must be less than ${MAX_NAME_LENGTH} bytes.`;
  const foreign = /[^A-Za-z0-9_.-]/u.exec(name)?.[0].codePointAt(0);
  if (foreign !== undefined) {
    const shown = `#x${foreign.toString(16).toUpperCase()}`;
    return `Invalid non-alphanumeric character '${shown}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`;
  }
  if (name.startsWith('.')) return "Invalid message attribute name starting with character '.' was found.";
  if (name.endsWith('.')) return "Invalid message attribute name ending with character '.' was found.";
  return name.includes('..') ? "Message attribute name can not have successive '.' character." : undefined;
}

/** The message as the topic takes it: checked, with its id, time and, in a FIFO topic, place. */
export function takeMessage(
  input: MessageInput,
  stamp: {
    id: string;
    topicArn: string;
    fifo: FifoSettings | undefined;
    nowMs: number;
    traceHeader?: string | undefined;
    madeBy?: string | undefined;
  },
): Message {
  const place = checkMessage(input, stamp.fifo);
  const texts = input.MessageStructure === undefined ? undefined : textsByProtocol(input);
  const text = texts?.default ?? input.Message;
  const correlationId = correlationIdOfInput(input);
  return {
    id: stamp.id,
    topicArn: stamp.topicArn,
    text,
    attributes: input.MessageAttributes ?? {},
    timestamp: new Date(stamp.nowMs).toISOString(),
    ...(texts && { textFor: texts }),
    ...(input.Subject !== undefined && { subject: input.Subject }),
    ...(input.MessageGroupId !== undefined && { groupId: input.MessageGroupId }),
    ...place,
    ...(correlationId !== undefined && { correlationId }),
    ...(stamp.traceHeader !== undefined && { traceHeader: stamp.traceHeader }),
    ...(stamp.madeBy !== undefined && { requestId: stamp.madeBy }),
  };
}

/** The correlation id: a message attribute of that name, or in the body. */
export function correlationIdOfInput(input: MessageInput): string | undefined {
  return input.MessageAttributes?.correlationId?.StringValue ?? correlationIdOf(input.Message);
}

/** The texts of a message whose structure is JSON: one per protocol, and `default`. */
function textsByProtocol(input: MessageInput): Partial<Record<Protocol, string>> & { default: string } {
  if (input.MessageStructure !== 'json') {
    throw invalidParameter('MessageStructure', `'${input.MessageStructure}' is not 'json'`);
  }
  let texts: unknown;
  try {
    texts = parseJson(input.Message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const { default: fallback, lambda, sqs } = (texts ?? {}) as Record<string, unknown>;
  if (typeof fallback !== 'string') throw invalidParameter('Message Structure - No default entry in JSON message body');
  return {
    default: fallback,
    ...(typeof lambda === 'string' && { lambda }),
    ...(typeof sqs === 'string' && { sqs }),
  };
}
