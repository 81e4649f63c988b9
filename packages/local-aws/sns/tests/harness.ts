import type { VirtualClock } from '../../core/clock.ts';
import type { Delivery } from '../../core/cloud.ts';
import type { FaultPlan } from '../../core/faults.ts';
import type { JournalEntry } from '../../core/journal.ts';
import type { AnyResourceType, Provisioned } from '../../core/resource.ts';
import type { LocalService } from '../../core/service.ts';
import { createTestCore, provision, type TestCore, typeOf } from '../../core/tests/testCore.ts';
import { createSns } from '../index.ts';

export { context } from '../../core/tests/testCore.ts';

/** SNS alone: deliveries go to `received`, or to `refuse`, which may throw. */
export interface Harness {
  clock: VirtualClock;
  received: Delivery[];
  journal(): JournalEntry[];
  service: LocalService;
  core: TestCore;
  call<T = Record<string, unknown>>(operation: string, input: object, traceHeader?: string): Promise<T>;
  resource(type: string): AnyResourceType;
  provision(type: string, properties: object): Promise<Provisioned>;
}

export const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:pong';
export const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:inbox';
export const DEAD_LETTERS = 'arn:aws:sqs:eu-west-1:000000000000:dead-letters';

export function startSns(
  options: { faults?: Partial<FaultPlan>; refuse?: (delivery: Delivery) => void } = {},
): Harness {
  const core = createTestCore({ ...(options.faults && { faults: { rules: [], ...options.faults } }) });
  for (const target of ['lambda', 'sqs']) {
    core.receive(target, (delivery) => {
      options.refuse?.(delivery);
      core.delivered.push(delivery);
    });
  }
  const service = core.add(createSns(core));
  return {
    clock: core.clock,
    received: core.delivered,
    core,
    service,
    journal: () => core.hops(),
    call: (operation, input, traceHeader) => core.ask('sns', operation, input, { traceHeader }),
    resource: (type) => typeOf(service, type),
    provision: (type, properties) => provision(service, type, properties),
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
