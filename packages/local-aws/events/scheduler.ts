import { z } from 'zod';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../core/arn.ts';
import type { Timer } from '../core/clock.ts';
import type { Core } from '../core/cloud.ts';
import { kind } from '../core/store/index.ts';
import { formatTrace, newTrace } from '../lambda/trace.ts';
import type { Delivering } from './delivering.ts';
import type { BusEvent, Rule, RuleStore } from './rules.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

/** Fires scheduled rules. How far each has come is kept, so that a restart does not fire them anew. */
export interface Scheduler {
  /**
   * Goes on with the rule's schedule where an earlier run has left it, enabled or disabled as it was; else begins it.
   * Before `resume` it waits for that: the targets may not be there yet.
   */
  arm(rule: Rule): void;
  /** Begins the rule's schedule, or (when it is disabled) stops it. */
  begin(rule: Rule): void;
  /** Stops the schedule of a rule that is removed. */
  forget(rule: Rule): void;
  resume(): void;
  /** Fires nothing any more, and keeps how far the rules have come. */
  stop(): void;
}

/** How far a rule has come, as it is kept. */
interface Progress extends Pick<Rule, 'state' | 'scheduleExpression'> {
  /** When it fires next, in milliseconds since the epoch; left out: never. */
  nextMs?: number;
}

const SCHEDULES = kind<Progress>(
  'events/schedules',
  z.looseObject({ state: z.string(), nextMs: z.number().optional() }),
);

/** Schedules go by the clock: with a virtual one, each firing that falls due happens in order. */
export function createScheduler(core: Core, rules: RuleStore, delivering: Delivering): Scheduler {
  const timers = new Map<string, Timer>();
  /** Rules of an earlier run, until all stacks are back. */
  let early: Set<string> | undefined = new Set();

  const keptOf = ({ owner }: Rule) => core.store.collection(owner, SCHEDULES);

  const plan = (rule: Rule, schedule: Schedule, nextMs: number | undefined) => {
    const { name, state, scheduleExpression } = rule;
    keptOf(rule).put(name, { state, scheduleExpression, ...(nextMs !== undefined && { nextMs }) });
    if (nextMs === undefined) return;
    const timer = core.clock.at(nextMs, () => {
      const current = rules.get(name);
      if (!current) return;
      plan(current, schedule, schedule.next(nextMs, core.clock.now()));
      fire(current);
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

  const begin = (rule: Rule) => {
    disarm(rule.name);
    const schedule = parseSchedule(rule.scheduleExpression);
    plan(rule, schedule, rule.state === 'DISABLED' ? undefined : schedule.first(core.clock.now()));
  };

  const arm = (rule: Rule) => {
    const kept = keptOf(rule).get(rule.name);
    if (kept?.scheduleExpression !== rule.scheduleExpression) return begin(rule);
    rule.state = kept.state;
    if (kept.nextMs === undefined) return;
    const nowMs = core.clock.now();
    const schedule = parseSchedule(rule.scheduleExpression);
    plan(rule, schedule, kept.nextMs > nowMs ? kept.nextMs : schedule.next(kept.nextMs, nowMs));
  };

  return {
    begin,
    arm(rule) {
      if (early) early.add(rule.name);
      else arm(rule);
    },
    resume() {
      const names = early ?? [];
      early = undefined;
      for (const name of names) {
        const rule = rules.get(name);
        if (rule) arm(rule);
      }
    },
    forget(rule) {
      disarm(rule.name);
      keptOf(rule).delete(rule.name);
    },
    stop() {
      for (const name of [...timers.keys()]) disarm(name);
    },
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
