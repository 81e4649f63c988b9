import { createHash } from 'node:crypto';
import type { CheckDue } from '@arcade/events/contracts/smart-home';
import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';

/** Where schedules are made, and what they call. */
export interface Timer {
  groupName: string;
  roleArn: string;
  targetArn: string;
}

/** docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
const NAME = /^[\w.-]{1,64}$/;
const nameOf = (id: string) => (NAME.test(id) ? id : createHash('sha256').update(id).digest('hex'));

/** Schedules for one time each, which go when they have fired. The Scheduler is precise to a minute. */
export function createChecksTimer(client: Pick<SchedulerClient, 'send'>, timer: Timer) {
  /** Has the function called with the event at a time (milliseconds since the epoch), once for each event. */
  return async (event: CheckDue, atMs: number): Promise<void> => {
    try {
      await client.send(
        new CreateScheduleCommand({
          Name: nameOf(event.id),
          GroupName: timer.groupName,
          ScheduleExpression: `at(${new Date(atMs).toISOString().slice(0, 19)})`,
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: { Arn: timer.targetArn, RoleArn: timer.roleArn, Input: JSON.stringify(event) },
        }),
      );
    } catch (error) {
      // It was made before, by an attempt that did not come to its end.
      if (!(error instanceof ConflictException)) throw error;
    }
  };
}
