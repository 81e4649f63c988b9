import { isArnOf } from '../core/arn.ts';
import { parseJson } from '../core/boundedJson.ts';
import { NotSupportedError } from '../core/errors.ts';
import { compilePattern, type Pattern } from '../patterns/pattern.ts';
import { invalidParameter } from './errors.ts';
import type { Protocol } from './topics.ts';

/** The part of a message that a filter policy looks at. */
export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/** What a subscription does with a message. */
export interface SubscriptionSettings {
  rawMessageDelivery: boolean;
  filter?: { policy: string; pattern: Pattern };
  /** Kept without a filter policy, too: one may follow. */
  filterScope?: FilterPolicyScope;
  /** Where messages go that cannot be delivered: ARN of a queue. */
  deadLetterTargetArn?: string;
}

/** A subscription's attributes, as AWS names them; JSON as text. */
export interface SubscriptionAttributes {
  RawMessageDelivery?: string;
  FilterPolicy?: string;
  FilterPolicyScope?: string;
  RedrivePolicy?: string;
}

const NAMES = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy'];
/** docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html */
const NOT_EXECUTED = ['DeliveryPolicy', 'SubscriptionRoleArn', 'ReplayPolicy'];

/**
 * Understands a subscription's attributes. Throws AwsError `InvalidParameter` for values that AWS refuses,
 * NotSupportedError for an attribute that is not executed here (`DeliveryPolicy`, ...).
 */
export function subscriptionSettings(
  { protocol, endpoint }: { protocol: Protocol; endpoint: string },
  attributes: SubscriptionAttributes,
): SubscriptionSettings {
  for (const name of Object.keys(attributes)) {
    if (NOT_EXECUTED.includes(name)) throw new NotSupportedError(`the attribute '${name}' of an SNS subscription`);
    if (!NAMES.includes(name)) throw invalidParameter('AttributeName');
  }
  const deadLetterTargetArn = attributes.RedrivePolicy
    ? deadLetterTarget(attributes.RedrivePolicy, endpoint.endsWith('.fifo'))
    : undefined;
  const filterScope = scopeOf(attributes.FilterPolicyScope);
  const filter = attributes.FilterPolicy ? filterOf(attributes.FilterPolicy, filterScope) : undefined;
  return {
    rawMessageDelivery: rawMessageDelivery(protocol, attributes.RawMessageDelivery),
    ...(filter && { filter }),
    ...(filterScope && { filterScope }),
    ...(deadLetterTargetArn && { deadLetterTargetArn }),
  };
}

/** The other way round: the attributes that these settings came from. */
export function settingsAttributes(settings: SubscriptionSettings): SubscriptionAttributes {
  return {
    RawMessageDelivery: String(settings.rawMessageDelivery),
    ...(settings.filter && { FilterPolicy: settings.filter.policy }),
    ...(settings.filterScope && { FilterPolicyScope: settings.filterScope }),
    ...(settings.deadLetterTargetArn && {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: settings.deadLetterTargetArn }),
    }),
  };
}

function rawMessageDelivery(protocol: Protocol, value: string | undefined): boolean {
  if (value === undefined || value.toLowerCase() === 'false') return false;
  if (value.toLowerCase() !== 'true') {
    throw invalidParameter(`RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
  }
  if (protocol !== 'sqs') {
    throw invalidParameter(`Delivery protocol [${protocol}] does not support raw message delivery.`);
  }
  return true;
}

function scopeOf(value: string | undefined): FilterPolicyScope | undefined {
  if (value === undefined || value === 'MessageAttributes' || value === 'MessageBody') return value;
  throw invalidParameter(
    `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
  );
}

function filterOf(policy: string, scope: FilterPolicyScope | undefined): SubscriptionSettings['filter'] {
  return { policy, pattern: compilePattern(policy, scope === 'MessageBody' ? 'sns-body' : 'sns-attributes') };
}

/** `isFifo`: what the topic cannot bring is a FIFO queue's, and has a group. */
function deadLetterTarget(policy: string, isFifo: boolean): string {
  let parsed: unknown;
  try {
    parsed = parseJson(policy);
  } catch {
    throw invalidParameter('RedrivePolicy: failed to parse JSON.');
  }
  const { deadLetterTargetArn, ...others } = (parsed ?? {}) as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown) throw invalidParameter(`RedrivePolicy: unknown member '${unknown}'`);
  if (typeof deadLetterTargetArn !== 'string' || !isArnOf('sqs', deadLetterTargetArn)) {
    throw invalidParameter('RedrivePolicy: deadLetterTargetArn is an invalid arn');
  }
  if (deadLetterTargetArn.endsWith('.fifo') !== isFifo) {
    throw invalidParameter(
      isFifo
        ? 'RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.'
        : 'RedrivePolicy: must use a standard queue as DLQ for a subscription to a standard topic.',
    );
  }
  return deadLetterTargetArn;
}
