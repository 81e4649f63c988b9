import type { Provisioned } from '../../core/resource.ts';
import { createTestCore, type TestCore, type TestCoreOptions, typeOf } from '../../core/tests/testCore.ts';
import type { EventsIam } from '../delivering.ts';
import { createEvents, type Events } from '../events.ts';

export const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:capture';
export const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:failures';
export const ROLE = 'arn:aws:iam::000000000000:role/forward';
export const BUS = 'arn:aws:events:eu-west-1:000000000000:event-bus/games';
export const DEFAULT_BUS = 'arn:aws:events:eu-west-1:000000000000:event-bus/default';

/** An IAM in which every role may be taken on. */
export const trustingIam: EventsIam = {
  assertTrust: () => undefined,
  sessionOf: (roleArn, sessionName) => ({ kind: 'role', arn: `${roleArn}/${sessionName}`, roleArn, sessionName }),
};

/** EventBridge on a test's core, with resources of the stack `tests` and calls of the owner. */
export interface Harness {
  core: TestCore;
  events: Events;
  /** Makes a resource from properties as a template has them. */
  create(type: string, properties: object): Promise<Provisioned>;
  /** A bus `games`. */
  bus(): Promise<Provisioned>;
  /** A rule on it that sends to a function, with these properties instead. */
  rule(properties?: object): Promise<Provisioned>;
  call<T = Record<string, unknown>>(operation: string, input: object): Promise<T>;
  /** Puts one event on the bus `games` and waits for what follows at once; gives the entry of the answer. */
  put(entry?: object): Promise<{ EventId?: string; ErrorCode?: string; ErrorMessage?: string }>;
}

/** What all entries have that say nothing else. */
export const ENTRY = { EventBusName: 'games', Source: 'arcade', DetailType: 'thing.done', Detail: '{"n":1}' };

/** Makes one. */
export function createHarness(options?: TestCoreOptions, iam: EventsIam = trustingIam): Harness {
  const core = createTestCore(options);
  const events = core.add(createEvents(core, { iam }));
  events.resume?.();
  const create = (type: string, properties: object) => {
    const found = typeOf(events, type);
    const context = { stackName: 'tests', logicalId: 'Thing', generateName: () => 'tests-Thing' };
    return found.create(found.properties.parse(properties), context);
  };
  const call = <T>(operation: string, input: object) => core.ask<T>('events', operation, input);
  return {
    core,
    events,
    create,
    call,
    bus: () => create('AWS::Events::EventBus', { Name: 'games' }),
    rule: (properties) =>
      create('AWS::Events::Rule', {
        Name: 'done',
        EventBusName: 'games',
        EventPattern: { source: ['arcade'] },
        Targets: [{ Id: 'one', Arn: FUNCTION }],
        ...properties,
      }),
    async put(entry) {
      const { Entries } = await call<{ Entries: object[] }>('PutEvents', { Entries: [{ ...ENTRY, ...entry }] });
      await core.clock.idle();
      return Entries[0] ?? {};
    },
  };
}
