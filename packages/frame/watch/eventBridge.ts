import { ofType, referenced } from '../template.ts';
import { FAILURES, metric, type Resource, type Watched, watch, watchAll } from './watch.ts';

/** How long an event may take to the end of its first delivery. */
const LATE_EVENT_MS = 10_000;

/** Why there is no line for what one would look for first. */
const NO_EVENTS =
  "How many events there are is drawn as **MatchedEvents**. The metric **Events** counts partners' events only: of those that a service " +
  'puts on its own bus it says nothing. An event that fits several rules is counted by each.';

/** A bus by all rules that the template has on it: what they match, what they could not deliver, and how long that took. */
export function watchBus({ id, template }: Resource): Omit<Watched, 'id'> | undefined {
  const rules = ofType(template, 'AWS::Events::Rule').filter(
    // Of a rule without a name of its own CloudFormation knows `bus|name` only, and no metric is called so.
    ([, { Properties }]) => referenced(Properties?.EventBusName) === id && typeof Properties?.Name === 'string',
  );
  if (rules.length === 0) return undefined;
  const of = rules.map(([, { Properties }]) =>
    metric('AWS/Events', { EventBusName: { Ref: id }, RuleName: Properties?.Name }),
  );
  const all = (name: string, stat?: string) => of.map((one) => one(name, stat));
  const [failed, throttled, late] = [
    all('FailedInvocations'),
    all('ThrottledRules'),
    all('IngestionToInvocationCompleteLatency', 'p99'),
  ];
  return {
    kind: 'rules',
    drawn: {
      'Matched events': all('MatchedEvents'),
      'Failed deliveries': failed,
      'Time to the end of the first delivery (p99)': late,
      'Throttled rules': throttled,
    },
    note: NO_EVENTS,
    watches: [
      ...watchAll('Fails', 'gives events up: they are in the dead-letter queue of their rule', failed),
      ...watchAll('IsThrottled', 'holds rules back as too many', throttled),
      ...watchAll('IsLate', 'delivers events late', late, { threshold: LATE_EVENT_MS, together: 'MAX' }),
    ],
  };
}

/** A rule on the default bus; a schedule matches nothing. */
export function watchDefaultRule({ id, properties }: Resource): Omit<Watched, 'id'> | undefined {
  if (properties.EventBusName !== undefined || properties.EventPattern === undefined) return undefined;
  const of = metric('AWS/Events', { RuleName: { Ref: id } });
  const failed = [of('FailedInvocations')];
  return {
    kind: 'rules',
    drawn: { 'Matched events': [of('MatchedEvents')], 'Failed deliveries': failed },
    note: NO_EVENTS,
    watches: [watch('Fails', 'gives events up: they are in its dead-letter queue', failed)],
  };
}

export function watchPipe({ id }: Resource): Omit<Watched, 'id'> {
  const of = metric('AWS/EventBridge/Pipes', { PipeName: { Ref: id } });
  const failed = [of('ExecutionFailed'), of('ExecutionPartiallyFailed')];
  return {
    kind: 'pipes',
    drawn: { 'Events that come in': [of('EventCount')], 'Failed executions': failed },
    watches: [watch('Fails', 'does not bring what its source holds to the target', failed, FAILURES)],
  };
}

export function watchSchedules({ id }: Resource): Omit<Watched, 'id'> {
  const of = metric('AWS/Scheduler', { ScheduleGroup: { Ref: id } });
  const lost = [of('InvocationDroppedCount'), of('InvocationsSentToDeadLetterCount')];
  return {
    kind: 'schedules',
    drawn: {
      'Runs and errors of targets': [of('InvocationAttemptCount'), of('TargetErrorCount')],
      'Runs given up': lost,
    },
    watches: [watch('Fails', 'gives runs up', lost)],
  };
}
