import { z } from 'zod';
import type { MessageAttribute } from './cloud.ts';

/** Attributes of a message as its sender gives them to SNS or SQS. AWS reserves lists of values, and does not implement them. */
export const messageAttributes = z.record(
  z.string(),
  z.strictObject({
    DataType: z.string(),
    StringValue: z.string().exactOptional(),
    BinaryValue: z.string().exactOptional(),
  }),
);

/** Bytes of a message that count against limits: its text, and names, types and values of its attributes. */
export function messageBytes(text: string, attributes: Record<string, MessageAttribute> = {}): number {
  let bytes = Buffer.byteLength(text);
  for (const [name, { DataType, StringValue = '', BinaryValue = '' }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue);
    bytes += Buffer.byteLength(BinaryValue, 'base64');
  }
  return bytes;
}

/** A delivery's attributes as SNS and SQS take them: a bare text is of type `String`. */
export function typedAttributes(
  attributes: Readonly<Record<string, string | MessageAttribute>> = {},
): Record<string, MessageAttribute> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'string' ? { DataType: 'String', StringValue: value } : value,
    ]),
  );
}
