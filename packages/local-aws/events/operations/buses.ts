import { z } from 'zod';
import type { Operation } from '../../core/service.ts';
import { type Buses, busArn, busNameOf, type EventBus } from '../buses.ts';
import { busName, eventsOperation } from './operation.ts';

/** What can be asked of buses over the wire. */
export function busOperations(buses: Buses): Record<string, Operation> {
  return {
    DescribeEventBus: eventsOperation('DescribeEventBus', {
      input: z.strictObject({ Name: busName }),
      permissions: ({ Name }) => [{ action: 'events:DescribeEventBus', resource: busArn(busNameOf(Name)) }],
      run: ({ Name }) => describe(buses.find(busNameOf(Name))),
    }),
    ListEventBuses: eventsOperation('ListEventBuses', {
      input: z.strictObject({ NamePrefix: z.string().optional() }),
      permissions: () => [{ action: 'events:ListEventBuses', resource: '*' }],
      run: ({ NamePrefix = '' }) => ({
        EventBuses: buses
          .list()
          .filter(({ name }) => name.startsWith(NamePrefix))
          .map(describe),
      }),
    }),
  };
}

function describe({ name, arn, description, policy, createdMs, changedMs }: EventBus) {
  return {
    Name: name,
    Arn: arn,
    ...(description !== undefined && { Description: description }),
    ...(policy && { Policy: JSON.stringify(policy) }),
    CreationTime: createdMs / 1000,
    LastModifiedTime: changedMs / 1000,
  };
}
