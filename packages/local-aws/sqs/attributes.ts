import { isArnOf } from '../core/arn.ts';
import { parseJson } from '../core/boundedJson.ts';
import { AwsError } from '../core/errors.ts';
import type { PolicyDocument } from '../core/service.ts';
import { invalidAttribute, invalidValue } from './errors.ts';
import { DEDUPLICATION_SCOPES, DEFAULT_FIFO, type FifoSettings, THROUGHPUT_LIMITS } from './fifo.ts';
import { queuePolicyIn } from './policy.ts';

/** When a message goes to a dead-letter queue, and to which. */
export interface RedrivePolicy {
  deadLetterTargetArn: string;
  /** How often a message is received at the most. */
  maxReceiveCount: number;
}

/** Which queues may use this one as their dead-letter queue. */
export interface RedriveAllowPolicy {
  redrivePermission: 'allowAll' | 'denyAll' | 'byQueue';
  sourceQueueArns?: string[];
}

/** How a queue behaves. */
export interface QueueSettings {
  delaySeconds: number;
  maximumMessageBytes: number;
  retentionSeconds: number;
  waitSeconds: number;
  visibilitySeconds: number;
  policy?: PolicyDocument;
  redrive?: RedrivePolicy;
  redriveAllow?: RedriveAllowPolicy;
  /** Left out for standard queues. */
  fifo?: FifoSettings;
}

type NumberSetting = 'delaySeconds' | 'maximumMessageBytes' | 'retentionSeconds' | 'waitSeconds' | 'visibilitySeconds';

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const NUMBERS = new Map<string, { setting: NumberSetting; min: number; max: number }>(
  Object.entries({
    DelaySeconds: { setting: 'delaySeconds', min: 0, max: 900 },
    MaximumMessageSize: { setting: 'maximumMessageBytes', min: 1024, max: 1_048_576 },
    MessageRetentionPeriod: { setting: 'retentionSeconds', min: 60, max: 1_209_600 },
    ReceiveMessageWaitTimeSeconds: { setting: 'waitSeconds', min: 0, max: 20 },
    VisibilityTimeout: { setting: 'visibilitySeconds', min: 0, max: 43_200 },
  }),
);

/** Attributes about encryption, which has no effect on a laptop. */
const INERT = new Set(['KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled']);

/** A queue of which nothing was said. */
export const DEFAULT_SETTINGS: QueueSettings = {
  delaySeconds: 0,
  maximumMessageBytes: 1_048_576,
  retentionSeconds: 345_600,
  waitSeconds: 0,
  visibilitySeconds: 30,
};

/**
 * Applies attributes, as AWS names them and with text values, on top of settings. An empty text takes a policy away.
 * Throws AwsError `InvalidAttributeName` or `InvalidAttributeValue`.
 */
export function withAttributes(settings: QueueSettings, attributes: Record<string, string>): QueueSettings {
  const changed = { ...settings };
  for (const [name, value] of Object.entries(attributes)) apply(changed, name, value);
  const { deduplicationScope, throughputLimit } = changed.fifo ?? DEFAULT_FIFO;
  if (throughputLimit === 'perMessageGroupId' && deduplicationScope !== 'messageGroup') {
    throw invalidAttribute('FifoThroughputLimit', 'perMessageGroupId goes with DeduplicationScope messageGroup only');
  }
  return changed;
}

function apply(settings: QueueSettings, name: string, value: string): void {
  const number = NUMBERS.get(name);
  if (number) {
    settings[number.setting] = numberIn(name, value, number);
    return;
  }
  switch (name) {
    case 'Policy':
      setOrDelete(settings, 'policy', value === '' ? undefined : queuePolicyIn(value));
      return;
    case 'RedrivePolicy':
      setOrDelete(settings, 'redrive', value === '' ? undefined : redriveIn(value));
      return;
    case 'RedriveAllowPolicy':
      setOrDelete(settings, 'redriveAllow', value === '' ? undefined : redriveAllowIn(value));
      return;
    case 'FifoQueue':
    case 'ContentBasedDeduplication':
    case 'DeduplicationScope':
    case 'FifoThroughputLimit':
      // A standard queue does not know them, and cannot become another.
      if (!settings.fifo) throw unknownAttribute(name);
      settings.fifo = { ...settings.fifo, ...fifoSetting(name, value) };
      return;
    default:
      if (!INERT.has(name)) throw unknownAttribute(name);
  }
}

function setOrDelete<Key extends 'policy' | 'redrive' | 'redriveAllow'>(
  settings: QueueSettings,
  key: Key,
  value: QueueSettings[Key],
): void {
  if (value === undefined) delete settings[key];
  else settings[key] = value;
}

function fifoSetting(name: string, value: string): Partial<FifoSettings> {
  switch (name) {
    case 'DeduplicationScope':
      return { deduplicationScope: oneOf(name, value, DEDUPLICATION_SCOPES) };
    case 'FifoThroughputLimit':
      return { throughputLimit: oneOf(name, value, THROUGHPUT_LIMITS) };
    case 'ContentBasedDeduplication':
      return { contentBasedDeduplication: oneOf(name, value, ['true', 'false']) === 'true' };
    default:
      if (value !== 'true') throw invalidAttribute(name, 'Modifying queue type is not supported');
      return {};
  }
}

function oneOf<Value extends string>(name: string, value: string, allowed: readonly Value[]): Value {
  const found = allowed.find((one) => one === value);
  if (!found) throw invalidAttribute(name, `'${value}' is not one of ${allowed.join(', ')}`);
  return found;
}

const unknownAttribute = (name: string) => new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);

function numberIn(name: string, value: string, { min, max }: { min: number; max: number }): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max) {
    throw invalidAttribute(name, `'${value}' is not a whole number from ${min} to ${max}`);
  }
  return number;
}

/** The members of a policy that is given as JSON; `title` is what AWS calls it. */
function jsonIn(name: string, title: string, text: string, members: readonly string[]): Record<string, unknown> {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch {
    // Not JSON is no map.
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalidAttribute(name, `${title} is not a valid JSON map`);
  }
  if (Object.keys(json).some((member) => !members.includes(member))) {
    throw invalidValue(name, text, `Only following attributes are supported: [${members.join(', ')}]`);
  }
  return json as Record<string, unknown>;
}

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
const MAX_RECEIVE_COUNT = 1000;
const REDRIVE_MEMBERS = ['deadLetterTargetArn', 'maxReceiveCount'];

function redriveIn(text: string): RedrivePolicy {
  const refuse = (reason: string) => invalidValue('RedrivePolicy', text, reason);
  const policy = jsonIn('RedrivePolicy', 'Redrive policy', text, REDRIVE_MEMBERS);
  const missing = REDRIVE_MEMBERS.findLast((member) => policy[member] === undefined);
  if (missing) throw refuse(`Redrive policy does not contain mandatory attribute: ${missing}`);
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > MAX_RECEIVE_COUNT) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to ${MAX_RECEIVE_COUNT} both inclusive`,
    );
  }
  if (!isQueueArn(deadLetterTargetArn)) {
    throw refuse('Invalid value for deadLetterTargetArn');
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

const PERMISSIONS = ['allowAll', 'denyAll', 'byQueue'] as const;
const MAX_SOURCE_QUEUES = 10;

function redriveAllowIn(text: string): RedriveAllowPolicy {
  const policy = jsonIn('RedriveAllowPolicy', 'Redrive allow policy', text, ['redrivePermission', 'sourceQueueArns']);
  const redrivePermission = PERMISSIONS.find((permission) => permission === policy.redrivePermission);
  const { sourceQueueArns } = policy;
  if (!redrivePermission)
    throw invalidValue('RedriveAllowPolicy', text, `redrivePermission must be one of ${PERMISSIONS.join(', ')}`);
  if ((redrivePermission === 'byQueue') !== (sourceQueueArns !== undefined)) {
    throw invalidValue('RedriveAllowPolicy', text, 'sourceQueueArns goes with byQueue, and only with it');
  }
  if (sourceQueueArns === undefined) return { redrivePermission };
  if (
    !Array.isArray(sourceQueueArns) ||
    sourceQueueArns.length > MAX_SOURCE_QUEUES ||
    !sourceQueueArns.every(isQueueArn)
  ) {
    throw invalidValue('RedriveAllowPolicy', text, `sourceQueueArns must be up to ${MAX_SOURCE_QUEUES} ARNs of queues`);
  }
  return { redrivePermission, sourceQueueArns };
}

const isQueueArn = (value: unknown): value is string => typeof value === 'string' && isArnOf('sqs', value);

/** The settings as attributes, the other way round. */
export function attributesOf(settings: QueueSettings): Record<string, string> {
  const numbers = [...NUMBERS].map(([name, { setting }]) => [name, String(settings[setting])]);
  return {
    ...Object.fromEntries(numbers),
    SqsManagedSseEnabled: 'true',
    ...(settings.policy && { Policy: JSON.stringify(settings.policy) }),
    ...(settings.redrive && { RedrivePolicy: JSON.stringify(settings.redrive) }),
    ...(settings.redriveAllow && { RedriveAllowPolicy: JSON.stringify(settings.redriveAllow) }),
    ...(settings.fifo && {
      FifoQueue: 'true',
      ContentBasedDeduplication: String(settings.fifo.contentBasedDeduplication),
      DeduplicationScope: settings.fifo.deduplicationScope,
      FifoThroughputLimit: settings.fifo.throughputLimit,
    }),
  };
}
