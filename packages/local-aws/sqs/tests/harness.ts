import type { VirtualClock } from '../../core/clock.ts';
import type { Core } from '../../core/cloud.ts';
import type { FaultPlan } from '../../core/faults.ts';
import type { Journal } from '../../core/journal.ts';
import type { Provisioned } from '../../core/resource.ts';
import { openStore, type Store } from '../../core/store/index.ts';
import { context, createTestCore, provision, typeOf } from '../../core/tests/testCore.ts';
import { createSqs, type Sqs } from '../index.ts';

export { context } from '../../core/tests/testCore.ts';

/** SQS alone, on a virtual clock, with nothing around it. */
export interface Harness {
  clock: VirtualClock;
  store: Store;
  sqs: Sqs;
  journal: Journal;
  asked: string[];
  deliver: Core['deliver'];
  call<T = Record<string, unknown>>(
    operation: string,
    input: object,
    more?: { signal?: AbortSignal; traceHeader?: string; endpoint?: string },
  ): Promise<T>;
  provision(type: string, properties: object): Promise<Provisioned>;
  /** As after a restart; undefined when nothing was kept. */
  adopt(type: string, properties: object): Promise<Provisioned | undefined>;
  /** Makes a queue and gives its URL. */
  queue(name: string, Attributes?: Record<string, string>): Promise<string>;
}

export const arnOfQueue = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

export function startSqs(
  options: { faults?: Partial<FaultPlan>; stateFolder?: string; startMs?: number; store?: Store } = {},
): Harness {
  const { faults, ...rest } = options;
  const core = createTestCore({
    ...rest,
    store: rest.store ?? openStore(rest.stateFolder),
    ...(faults && { faults: { rules: [], ...faults } }),
  });
  const sqs = core.add(createSqs(core));
  const call: Harness['call'] = (operation, input, more) => core.ask('sqs', operation, input, more);
  return {
    clock: core.clock,
    store: core.store,
    sqs,
    journal: core.journal,
    asked: core.asked,
    deliver: core.deliver,
    call,
    provision: (type, properties) => provision(sqs, type, properties),
    adopt: async (type, properties) =>
      typeOf(sqs, type).adopt?.(typeOf(sqs, type).properties.parse(properties), context),
    queue: async (QueueName, Attributes = {}) =>
      (await call<{ QueueUrl: string }>('CreateQueue', { QueueName, Attributes })).QueueUrl,
  };
}

/** Sends a message. */
export const send = ({ call }: Harness, QueueUrl: string, MessageBody = 'ball', more: object = {}) =>
  call<{ MessageId: string }>('SendMessage', { QueueUrl, MessageBody, ...more });

/** A message as ReceiveMessage answers it. */
export interface Answered {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  Attributes?: Record<string, string>;
}

/** Receives up to ten messages with all that is known of them. */
export async function receive({ call }: Harness, QueueUrl: string, more: object = {}): Promise<Answered[]> {
  const { Messages = [] } = await call<{ Messages?: Answered[] }>('ReceiveMessage', {
    QueueUrl,
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
    ...more,
  });
  return Messages;
}

export const bodiesOf = (messages: readonly Answered[]) => messages.map(({ Body }) => Body);
