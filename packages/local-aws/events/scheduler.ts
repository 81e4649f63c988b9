import { z } from 'zod';
import type { Core } from '../core/cloud.ts';
import { kind } from '../core/store/index.ts';
import { formatTrace, newTrace } from '../lambda/trace.ts';
import { newBusEvent } from './busEvent.ts';
import type { Delivering } from './delivering.ts';
import type { Rule, RuleStore } from './rules.ts';
import { parseSchedule, type Schedule } from './schedule.ts';
import { createTimetable } from './timetable.ts';

/** Fires scheduled rules. How far each has come is kept, so that a restart does not fire them anew. Other rules are none of its business. */
export interface Scheduler {
  /**
   * Goes on with the rule's schedule where an earlier run has left it; else begins it. Before `resume` it waits for that: the targets may
   * not be there yet.
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
interface Progress {
  scheduleExpression: string;
  /** When it fires next, in milliseconds since the epoch; left out: never. */
  nextMs?: number;
}

const SCHEDULES = kind<Progress>(
  'events/schedules',
  z.looseObject({ scheduleExpression: z.string(), nextMs: z.number().optional() }),
);

/** Schedules go by the clock: with a virtual one, each firing that falls due happens in order. */
export function createScheduler(core: Core, rules: RuleStore, delivering: Delivering): Scheduler {
  /** Rules of an earlier run, until all stacks are back. */
  let early: Set<string> | undefined = new Set();

  const keptOf = ({ owner }: Rule) => core.store.collection(owner, SCHEDULES);

  const fire = (rule: Rule) => {
    const nowMs = core.clock.now();
    const trace = newTrace(core.newId(), nowMs);
    const event = scheduledEvent(rule, core.newId(), nowMs);
    const chain = { traceHeader: formatTrace(trace) };
    core.journal.record({
      kind: 'schedule',
      service: 'events',
      action: 'fire',
      from: rule.arn,
      traceId: trace.root,
      outcome: 'ok',
      detail: { expression: rule.scheduleExpression, eventId: event.id },
    });
    delivering.send(rule, event, chain);
  };

  const timetable = createTimetable<Rule>(core.clock, {
    keyOf: ({ arn }) => arn,
    find: (arn) => rules.get(arn),
    keep(rule, nextMs) {
      const { name, scheduleExpression = '' } = rule;
      keptOf(rule).put(name, { scheduleExpression, ...(nextMs !== undefined && { nextMs }) });
    },
    after: (rule, dueMs) => scheduleOf(rule)?.next(dueMs, core.clock.now()),
    fire,
  });

  const begin = (rule: Rule) => {
    timetable.cancel(rule.arn);
    const schedule = scheduleOf(rule);
    if (!schedule) return keptOf(rule).delete(rule.name);
    timetable.plan(rule, rule.state === 'DISABLED' ? undefined : schedule.first(core.clock.now()));
  };

  const arm = (rule: Rule) => {
    const schedule = scheduleOf(rule);
    if (!schedule) return;
    const kept = keptOf(rule).get(rule.name);
    if (kept?.scheduleExpression !== rule.scheduleExpression) return begin(rule);
    if (kept?.nextMs === undefined) return;
    const nowMs = core.clock.now();
    timetable.plan(rule, kept.nextMs > nowMs ? kept.nextMs : schedule.next(kept.nextMs, nowMs));
  };

  return {
    begin,
    arm(rule) {
      if (early) early.add(rule.arn);
      else arm(rule);
    },
    resume() {
      const arns = early ?? [];
      early = undefined;
      for (const arn of arns) {
        const rule = rules.get(arn);
        if (rule) arm(rule);
      }
    },
    forget(rule) {
      timetable.cancel(rule.arn);
      if (rule.scheduleExpression !== undefined) keptOf(rule).delete(rule.name);
    },
    stop: () => timetable.stop(),
  };
}

const scheduleOf = ({ scheduleExpression }: Rule): Schedule | undefined =>
  scheduleExpression === undefined ? undefined : parseSchedule(scheduleExpression);

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html */
function scheduledEvent({ arn }: Rule, id: string, timeMs: number) {
  const named = { source: 'aws.events', detailType: 'Scheduled Event', resources: [arn] };
  return newBusEvent({ ...named, id, timeMs, detail: {} });
}
