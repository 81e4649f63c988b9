import { z } from 'zod';
import type { MessageAttribute } from './cloud.ts';

/** As `z.record(z.string(), value)`, which leaves out a key `__proto__` without a word. */
export function recordOf<Value extends z.ZodType>(value: Value) {
  const isRecord = (input: unknown) => typeof input === 'object' && input !== null && !Array.isArray(input);
  return z.custom<Record<string, unknown>>(isRecord, 'must be an object').transform((input, context) => {
    const entries = Object.entries(input).map(([key, one]): [string, z.output<Value>] => {
      const { data, error } = value.safeParse(one);
      for (const issue of error?.issues ?? []) context.addIssue({ ...issue, path: [key, ...issue.path] });
      return [key, data as z.output<Value>];
    });
    return Object.fromEntries(entries);
  });
}

/** Attributes of a message as its sender gives them to SNS or SQS. AWS reserves lists of values, and does not implement them. */
export const messageAttributes = recordOf(
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
