import { LOCAL_ACCOUNT, LOCAL_REGION } from '../core/arn.ts';
import type { Timer } from '../core/clock.ts';
import type { Core } from '../core/cloud.ts';
import { formatTrace, newTrace } from '../lambda/trace.ts';
import type { Delivering } from './delivering.ts';
import type { BusEvent, Rule, RuleStore } from './rules.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

/** Fires scheduled rules. */
export interface Scheduler {
  /** Starts, restarts or (when it is disabled) stops the rule's schedule. */
  arm(rule: Rule): void;
  disarm(name: string): void;
}

/** Schedules go by the clock: with a virtual one, each firing that falls due happens in order. */
export function createScheduler(core: Core, rules: RuleStore, delivering: Delivering): Scheduler {
  const timers = new Map<string, Timer>();

  const plan = (name: string, schedule: Schedule, atMs: number | undefined) => {
    if (atMs === undefined) return;
    const timer = core.clock.at(atMs, () => {
      const rule = rules.get(name);
      if (!rule) return;
      plan(name, schedule, schedule.next(atMs, core.clock.now()));
      fire(rule);
    });
    timers.set(name, timer);
  };

  const fire = (rule: Rule) => {
    const nowMs = core.clock.now();
    const trace = newTrace(core.newId(), nowMs);
    const event = scheduledEvent(rule, core.newId(), nowMs);
    core.journal.record({
      kind: 'schedule',
      service: 'events',
      action: 'fire',
      from: rule.arn,
      traceId: trace.root,
      outcome: 'ok',
      detail: { expression: rule.scheduleExpression, eventId: event.id },
    });
    delivering.send(rule, event, { traceHeader: formatTrace(trace) });
  };

  const disarm = (name: string) => {
    timers.get(name)?.cancel();
    timers.delete(name);
  };

  return {
    arm(rule) {
      disarm(rule.name);
      if (rule.state === 'DISABLED') return;
      const schedule = parseSchedule(rule.scheduleExpression);
      plan(rule.name, schedule, schedule.first(core.clock.now()));
    },
    disarm,
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html */
function scheduledEvent(rule: Rule, id: string, nowMs: number): BusEvent {
  return {
    version: '0',
    id,
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: LOCAL_ACCOUNT,
    time: new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: LOCAL_REGION,
    resources: [rule.arn],
    detail: {},
  };
}
