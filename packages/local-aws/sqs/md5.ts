import { createHash } from 'node:crypto';
import type { MessageAttribute } from '../core/cloud.ts';

/** MD5 of a message's body, in hexadecimal. */
export function md5OfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/** Which kind of value follows, in the digest's encoding. */
const STRING_VALUE = 1;
const BINARY_VALUE = 2;

/**
 * MD5 of message attributes, in hexadecimal; undefined when there are none. The SDKs compare it with their own.
 * docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: Record<string, MessageAttribute>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue = '' } = attributes[name] ?? {};
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    const isBinary = DataType.startsWith('Binary');
    hash.update(Buffer.of(isBinary ? BINARY_VALUE : STRING_VALUE));
    add(isBinary ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue ?? ''));
  }
  return hash.digest('hex');
}
