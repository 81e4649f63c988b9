import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import type { Core, Delivery } from '../../core/cloud.ts';
import { type FaultPlan, Faults } from '../../core/faults.ts';
import { Journal, type JournalEntry } from '../../core/journal.ts';
import { ROOT } from '../../core/principal.ts';
import type { AnyResourceType, Provisioned, ResourceContext } from '../../core/resource.ts';
import type { AwsService } from '../../core/service.ts';
import { openStore } from '../../core/store/index.ts';
import { createSns } from '../index.ts';

/** Stands for the rest of local-aws: deliveries go to `received`, or to `refuse`, which may throw. */
export interface Harness {
  clock: VirtualClock;
  received: Delivery[];
  journal(): JournalEntry[];
  service: AwsService;
  core: Core;
  call<T = Record<string, unknown>>(operation: string, input: object, traceHeader?: string): Promise<T>;
  resource(type: string): AnyResourceType;
  provision(type: string, properties: object): Promise<Provisioned>;
}

export const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:pong';
export const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:inbox';
export const DEAD_LETTERS = 'arn:aws:sqs:eu-west-1:000000000000:dead-letters';

export const context: ResourceContext = {
  stackName: 'stack',
  logicalId: 'Thing',
  generateName: () => 'stack-Thing-abcdefghijkl',
};

export function startSns(
  options: { faults?: Partial<FaultPlan>; refuse?: (delivery: Delivery) => void } = {},
): Harness {
  const clock = createVirtualClock();
  const journal = new Journal(clock);
  const received: Delivery[] = [];
  let ids = 0;
  const core: Core = {
    clock,
    journal,
    faults: new Faults(options.faults && { rules: [], ...options.faults }, journal),
    authorize: () => undefined,
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    random: () => 0.5,
    deliver: async (delivery) => {
      options.refuse?.(delivery);
      received.push(delivery);
    },
    registerTarget: () => undefined,
    interceptors: [],
    endpoint: () => 'http://127.0.0.1:4566',
    store: openStore(undefined),
    stateFolder: undefined,
  };
  const { service, resources } = createSns(core);
  const resource = (type: string) => {
    const found = resources.find((candidate) => candidate.type === type);
    if (!found) throw new Error(`no ${type}`);
    return found;
  };
  return {
    clock,
    received,
    core,
    service,
    journal: () => journal.entries(),
    call: async <T>(operation: string, input: object, traceHeader?: string) => {
      const callContext = {
        principal: ROOT,
        requestId: 'request',
        endpoint: core.endpoint(),
        ...(traceHeader !== undefined && { traceHeader }),
      };
      const found = service.operations[operation];
      found?.permissions?.(input, callContext);
      return (await found?.run(input, callContext)) as T;
    },
    resource,
    provision: async (type, properties) => resource(type).create(resource(type).properties.parse(properties), context),
  };
}

/** A topic with one subscriber; gives the topic's ARN. */
export async function topicWith(
  { call }: Harness,
  endpoint: string,
  Attributes: Record<string, string> = {},
): Promise<string> {
  const { TopicArn } = await call<{ TopicArn: string }>('CreateTopic', { Name: 'ping' });
  await call('Subscribe', { TopicArn, Protocol: endpoint.split(':')[2], Endpoint: endpoint, Attributes });
  return TopicArn;
}
