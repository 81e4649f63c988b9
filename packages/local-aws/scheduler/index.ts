import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import type { Iam } from '../iam/index.ts';
import { schedulerOperations, schedulerProtocol } from './operations.ts';
import { scheduleGroupType, scheduleType } from './resources.ts';
import { Schedules } from './schedules.ts';
import { createScheduling } from './scheduling.ts';

/** EventBridge Scheduler. Where AWS is precise to a minute, it fires to the second; only flexible windows make it late. */
export function createScheduler(core: Core, { iam }: { iam: Pick<Iam, 'sessionOf' | 'assertTrust'> }): LocalService {
  const schedules = new Schedules(core);
  const scheduling = createScheduling(core, schedules, iam);
  return {
    id: 'scheduler',
    protocol: schedulerProtocol,
    operations: schedulerOperations(schedules, scheduling),
    // A role is handed over: the key that everybody knows is not enough.
    changing: new Set(['CreateSchedule', 'UpdateSchedule']),
    errors: {
      throttled: { code: 'ThrottlingException', status: 429 },
      denied: { code: 'AccessDeniedException', status: 403 },
    },
    resources: [scheduleType(schedules, scheduling), scheduleGroupType(schedules, scheduling)],
    resume: () => scheduling.resume(),
    close: async () => scheduling.stop(),
  };
}
