import { parseJson } from '../core/boundedJson.ts';
import type { MessageAttribute } from '../core/cloud.ts';
import type { MatchResult } from '../patterns/pattern.ts';
import type { Message } from './message.ts';
import type { Subscription } from './topics.ts';

/**
 * Whether the subscription wants the message; when not, which field of its filter policy decided.
 * docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
 */
export function applyFilter(
  subscription: Subscription,
  message: Pick<Message, 'text' | 'textFor' | 'attributes'>,
): MatchResult {
  if (!subscription.filter) return { matched: true };
  const { filter, filterScope } = subscription;
  if (filterScope !== 'MessageBody') return filter.pattern.matches(attributesAsEvent(message.attributes));
  let body: unknown;
  try {
    body = parseJson(message.textFor?.[subscription.protocol] ?? message.text);
  } catch {
    return { matched: false, field: '', reason: 'the message body is not JSON' };
  }
  return filter.pattern.matches(body);
}

/** Message attributes as a flat event: `Number` as numbers, `String.Array` as its elements; `Binary` is not compared. */
function attributesAsEvent(attributes: Record<string, MessageAttribute>): Record<string, unknown> {
  const compared = Object.entries(attributes).filter(([, { DataType }]) => !DataType.startsWith('Binary'));
  return Object.fromEntries(compared.map(([name, attribute]) => [name, comparedValue(attribute)]));
}

function comparedValue({ DataType, StringValue = '' }: MessageAttribute): unknown {
  if (DataType === 'String.Array') return arrayIn(StringValue);
  return DataType.startsWith('Number') ? Number(StringValue) : StringValue;
}

function arrayIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
