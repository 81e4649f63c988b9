import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import type { Core, DeliveryTarget } from '../../core/cloud.ts';
import { type FaultPlan, Faults } from '../../core/faults.ts';
import { Journal } from '../../core/journal.ts';
import { ROOT } from '../../core/principal.ts';
import type { Provisioned, ResourceContext } from '../../core/resource.ts';
import { openStore, type Store } from '../../core/store/index.ts';
import { createSqs, type Sqs } from '../index.ts';

/** SQS alone, on a virtual clock, with nothing around it. */
export interface Harness {
  clock: VirtualClock;
  store: Store;
  sqs: Sqs;
  journal: Journal;
  asked: string[];
  deliver: DeliveryTarget;
  call<T = Record<string, unknown>>(
    operation: string,
    input: object,
    more?: { signal?: AbortSignal; traceHeader?: string },
  ): Promise<T>;
  provision(type: string, properties: object): Promise<Provisioned>;
  /** As after a restart; undefined when nothing was kept. */
  adopt(type: string, properties: object): Promise<Provisioned | undefined>;
  /** Makes a queue and gives its URL. */
  queue(name: string, Attributes?: Record<string, string>): Promise<string>;
}

export const context: ResourceContext = {
  stackName: 'stack',
  logicalId: 'Thing',
  generateName: () => 'stack-Thing-abcdefghijkl',
};

export const arnOfQueue = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

export function startSqs(
  options: { faults?: Partial<FaultPlan>; stateFolder?: string; startMs?: number } = {},
): Harness {
  const clock = createVirtualClock(options.startMs === undefined ? {} : { startMs: options.startMs });
  const journal = new Journal(clock);
  const asked: string[] = [];
  const targets: DeliveryTarget[] = [];
  let ids = 0;
  const core: Core = {
    clock,
    journal,
    faults: new Faults(options.faults && { rules: [], ...options.faults }, journal),
    authorize: (_principal, { action, resource }) => void asked.push(`${action} ${resource}`),
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    random: () => 0.5,
    deliver: async () => undefined,
    registerTarget: (_service, target) => void targets.push(target),
    interceptors: [],
    endpoint: () => 'http://127.0.0.1:4566',
    store: openStore(options.stateFolder),
    stateFolder: options.stateFolder,
  };
  const sqs = createSqs(core);
  const [deliver] = targets;
  if (!deliver) throw new Error('SQS takes no deliveries');
  const call: Harness['call'] = async <T>(operation: string, input: object, more = {}) => {
    const callContext = { principal: ROOT, requestId: 'request', endpoint: core.endpoint(), ...more };
    const found = sqs.service.operations[operation];
    for (const permission of found?.permissions?.(input, callContext) ?? []) core.authorize(ROOT, permission);
    return (await found?.run(input, callContext)) as T;
  };
  const typeOf = (type: string) => {
    const found = sqs.resources.find((candidate) => candidate.type === type);
    if (!found) throw new Error(`no ${type}`);
    return found;
  };
  return {
    clock,
    store: core.store,
    sqs,
    journal,
    asked,
    deliver,
    call,
    provision: async (type, properties) => typeOf(type).create(typeOf(type).properties.parse(properties), context),
    adopt: async (type, properties) => typeOf(type).adopt?.(typeOf(type).properties.parse(properties), context),
    queue: async (QueueName, Attributes = {}) =>
      (await call<{ QueueUrl: string }>('CreateQueue', { QueueName, Attributes })).QueueUrl,
  };
}

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
