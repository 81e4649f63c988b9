import { isDeepStrictEqual } from 'node:util';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { ACCOUNT, type Owner } from '../core/store/index.ts';
import { createTimetable } from '../events/timetable.ts';
import type { Iam } from '../iam/index.ts';
import { formatTrace, newTrace } from '../lambda/trace.ts';
import { type Definition, whenOf } from './definition.ts';
import { createDelivering } from './delivering.ts';
import { isOneTime, parseWhen } from './expression.ts';
import { conflict, groupArn, keyOf, SCHEDULER, type Schedule, type Schedules, scheduleArn } from './schedules.ts';

/** Makes, changes and fires schedules. */
export interface Scheduling {
  /** Throws AwsError ConflictException, ResourceNotFoundException (the group), ValidationException (the role). */
  create(owner: Owner, definition: Definition, clientToken?: string): Schedule;
  /** Takes over a schedule of an earlier run as it was left. */
  adopt(schedule: Schedule): void;
  /** What is not said falls back to its default; a schedule begins anew. Throws AwsError as `create` does. */
  change(schedule: Schedule, definition: Definition): Schedule;
  /** Deletes one over the wire: a stack remembers that its own is gone. What is under way of it goes on. */
  end(schedule: Schedule): void;
  /** Removes one whose stack does not want it any more. */
  remove(schedule: Schedule): void;
  resume(): void;
  stop(): void;
}

/** Makes the part of the Scheduler that goes by the clock. */
export function createScheduling(
  core: Core,
  schedules: Schedules,
  iam: Pick<Iam, 'sessionOf' | 'assertTrust'>,
): Scheduling {
  /** Before all stacks are back nothing fires: the targets may not be there yet. */
  let isResumed = false;

  const complete = (schedule: Schedule) => {
    const { definition, dueMs } = schedule;
    if (dueMs !== undefined || definition.ActionAfterCompletion !== 'DELETE') return;
    end(schedule);
  };

  const end = ({ dueMs: _due, ...schedule }: Schedule) => {
    if (schedule.owner === ACCOUNT) schedules.remove(schedule);
    else schedules.put({ ...schedule, isOver: true });
  };

  const delivering = createDelivering(core, { schedules, iam, complete });

  const timetable = createTimetable<Schedule>(core.clock, {
    keyOf: ({ definition }) => keyOf(definition),
    find: (key) => schedules.get(key),
    keep({ dueMs: _before, ...schedule }, dueMs) {
      schedules.put({ ...schedule, ...(dueMs !== undefined && { dueMs }) });
    },
    after: ({ definition }, dueMs) => parseWhen(whenOf(definition)).next(dueMs, core.clock.now()),
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html
    lateMs: (schedule) => Math.floor(core.random() * windowMsOf(schedule)),
    fire(schedule, dueMs) {
      const { definition } = schedule;
      const trace = newTrace(core.newId(), core.clock.now());
      const executionId = core.newId();
      core.journal.record({
        kind: 'schedule',
        service: 'scheduler',
        action: 'fire',
        from: scheduleArn(definition),
        traceId: trace.root,
        outcome: 'ok',
        detail: { expression: definition.ScheduleExpression, executionId },
      });
      delivering.send(schedule, { executionId, dueMs, traceHeader: formatTrace(trace) });
    },
  });

  const begin = (schedule: Schedule) => {
    const { definition } = schedule;
    const isOff = definition.State === 'DISABLED';
    const dueMs = isOff ? undefined : parseWhen(whenOf(definition)).first(core.clock.now());
    if (isResumed) timetable.plan(schedule, dueMs);
    else schedules.put({ ...schedule, ...(dueMs !== undefined && { dueMs }) });
  };

  const goOn = (schedule: Schedule) => {
    const { definition, dueMs } = schedule;
    // One that is over, or is disabled, is not due.
    if (dueMs === undefined) return;
    const nowMs = core.clock.now();
    // What recurs and was missed is left out; what comes once only comes late.
    const isMissed = !isOneTime(definition.ScheduleExpression) && dueMs + windowMsOf(schedule) <= nowMs;
    timetable.plan(schedule, isMissed ? parseWhen(whenOf(definition)).next(dueMs, nowMs) : dueMs);
  };

  const check = ({ GroupName, Target }: Definition) => {
    schedules.findGroup(GroupName);
    try {
      iam.assertTrust(Target.RoleArn, SCHEDULER, groupArn(GroupName));
    } catch (cause) {
      const message = 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';
      throw new AwsError('ValidationException', message, { cause, detail: { role: Target.RoleArn } });
    }
  };

  const putNew = (schedule: Schedule): Schedule => {
    schedules.put(schedule);
    begin(schedule);
    return schedules.get(keyOf(schedule.definition)) ?? schedule;
  };

  return {
    create(owner, definition, clientToken) {
      check(definition);
      const known = schedules.get(keyOf(definition));
      const isRepeated = clientToken !== undefined && known?.clientToken === clientToken;
      if (known && isRepeated && isDeepStrictEqual(known.definition, definition)) return known;
      if (known && !known.isOver) throw conflict(`Schedule ${definition.Name} already exists.`);
      const nowMs = core.clock.now();
      const token = clientToken !== undefined && { clientToken };
      return putNew({ owner, definition, createdMs: nowMs, modifiedMs: nowMs, ...token });
    },
    adopt(schedule) {
      if (isResumed) goOn(schedule);
    },
    change({ owner, createdMs, clientToken }, definition) {
      check(definition);
      const token = clientToken !== undefined && { clientToken };
      return putNew({ owner, definition, createdMs, modifiedMs: core.clock.now(), ...token });
    },
    end(schedule) {
      timetable.cancel(keyOf(schedule.definition));
      end(schedule);
    },
    remove(schedule) {
      timetable.cancel(keyOf(schedule.definition));
      schedules.remove(schedule);
    },
    resume() {
      isResumed = true;
      delivering.resume();
      for (const schedule of schedules.list()) goOn(schedule);
    },
    stop: () => timetable.stop(),
  };
}

const windowMsOf = ({ definition }: Schedule): number =>
  (definition.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0) * 60_000;
