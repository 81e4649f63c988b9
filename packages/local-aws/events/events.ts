import type { Core } from '../core/cloud.ts';
import type { CallContext, LocalService } from '../core/service.ts';
import { Secrets } from '../secretsmanager/index.ts';
import { archiveOperations } from './archives/archiveOperations.ts';
import { Archives } from './archives/archives.ts';
import { replayOperations } from './archives/replayOperations.ts';
import { Replays } from './archives/replays.ts';
import { type Bus, createBus } from './bus.ts';
import { Buses } from './buses.ts';
import { createDelivering, type EventsIam } from './delivering.ts';
import { ApiDestinations, isApiDestination } from './destinations/apiDestinations.ts';
import { Connections } from './destinations/connections.ts';
import { invokeApiDestination } from './destinations/deliver.ts';
import { destinationOperations } from './destinations/operations.ts';
import { busOperations } from './operations/buses.ts';
import { putEvents } from './operations/putEvents.ts';
import { ruleOperations } from './operations/rules.ts';
import { type BroughtEvent, takeDelivery } from './operations/takeDelivery.ts';
import { testEventPattern } from './operations/testEventPattern.ts';
import { archiveType } from './resources/archive.ts';
import { destinationTypes } from './resources/destinations.ts';
import { busTypes } from './resources/eventBus.ts';
import { ruleType } from './resources/rule.ts';
import { createRuleStates } from './ruleStates.ts';
import { RuleStore } from './rules.ts';
import { createScheduler } from './scheduler.ts';
import { takersOf } from './takers.ts';

/** EventBridge, with its buses for those who put events on them in process. */
export interface Events extends LocalService {
  bus: Bus;
}

/** What EventBridge needs of others. `secrets`: where connections keep theirs; left out, nobody else sees them. */
export interface EventsParts {
  iam: EventsIam;
  secrets?: Secrets;
}

/** EventBridge: buses, rules with patterns and schedules, and their targets. */
export function createEvents(core: Core, { iam, secrets = new Secrets(core) }: EventsParts): Events {
  const buses = new Buses(core.clock.now());
  const rules = new RuleStore();
  const states = createRuleStates(core, rules);
  const connections = new Connections(core, secrets);
  const destinations = new ApiDestinations(core, connections);
  const delivering = createDelivering(core, rules, { iam, destinations });
  const scheduler = createScheduler(core, rules, delivering);
  const bus = createBus(core, { buses, rules, delivering });
  const archives = new Archives(core);
  const replays = new Replays(core, { archives, bus });
  bus.onAccepted((busName, event) => archives.keep(busName, event));
  const rulesAt = (arn: string) => {
    const [rule, onBus] = [rules.get(arn), buses.byArn(arn)];
    return rule ? [rule] : onBus ? rules.list(onBus.name) : [];
  };
  const put = { core, buses, bus };
  const fromClients = putEvents(put);
  const fromServices = (brought: BroughtEvent, context: CallContext) =>
    isApiDestination(brought.targetArn)
      ? invokeApiDestination({ connections, destinations }, brought)
      : takeDelivery(put, brought, context);
  return {
    id: 'events',
    protocol: { kind: 'json', targetPrefix: 'AWSEvents', version: '1.1' },
    operations: {
      PutEvents: (input, context) =>
        context.isDelivery ? fromServices(input as BroughtEvent, context) : fromClients(input, context),
      TestEventPattern: testEventPattern(),
      ...busOperations(buses),
      ...ruleOperations(buses, rules, { states, scheduler }),
      ...archiveOperations(archives),
      ...replayOperations({ archives, replays, buses, rules }),
      ...destinationOperations(connections, destinations),
    },
    policyOf: (arn) => buses.byArn(arn)?.policy,
    takersOf: (arn, { said }) => takersOf(rulesAt(arn), said),
    takes: {
      action: 'events:PutEvents',
      asks: (resource) => [
        { action: isApiDestination(resource) ? 'events:InvokeApiDestination' : 'events:PutEvents', resource },
      ],
      allowedBy: 'AWS::Events::EventBusPolicy',
      call: ({ targetArn, payload, event, buses: passed }) => ({
        operation: 'PutEvents',
        input: { targetArn, payload, event, buses: passed } satisfies BroughtEvent,
      }),
    },
    resources: [
      ...busTypes(core, buses, rules),
      ruleType({ core, buses, rules, states, scheduler, iam }),
      archiveType(archives, buses),
      ...destinationTypes(connections, destinations),
    ],
    bus,
    resume() {
      delivering.resume();
      scheduler.resume();
      replays.resume();
    },
    async close() {
      scheduler.stop();
      replays.stop();
      archives.stop();
    },
  };
}
