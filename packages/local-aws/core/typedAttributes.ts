import type { MessageAttribute } from './cloud.ts';

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
