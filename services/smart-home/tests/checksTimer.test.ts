import { createEvent } from '@arcade/events';
import { checkDue } from '@arcade/events/contracts/smart-home';
import { ConflictException, type CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { describe, expect, it } from '@jest/globals';
import { createChecksTimer } from '../storage/checksTimer.ts';
import { NOW_MS } from './parts.ts';

const TIMER = { groupName: 'group', roleArn: 'role', targetArn: 'verify' };
const due = (id: string) => createEvent(checkDue, { directiveId: 'd' }, { newId: () => id, nowMs: NOW_MS });

function setUp(error?: Error) {
  const sent: unknown[] = [];
  const send = async ({ input }: CreateScheduleCommand) => {
    sent.push(input);
    if (error) throw error;
  };
  return { sent, schedule: createChecksTimer({ send } as never, TIMER) };
}

describe('a check', () => {
  it('is a schedule for one time, to the second, that hands the event on and goes then', async () => {
    const { sent, schedule } = setUp();

    await schedule(due('d.check'), NOW_MS + 60_900);

    expect(sent).toEqual([
      {
        ...{ Name: 'd.check', GroupName: 'group', ScheduleExpression: 'at(2030-01-01T00:01:00)' },
        ...{ FlexibleTimeWindow: { Mode: 'OFF' }, ActionAfterCompletion: 'DELETE' },
        Target: { Arn: 'verify', RoleArn: 'role', Input: JSON.stringify(due('d.check')) },
      },
    ]);
  });

  it.each([
    ['x'.repeat(64), 'x'.repeat(64)],
    ['x'.repeat(65), expect.stringMatching(/^[0-9a-f]{64}$/)],
    ['a b.check', expect.stringMatching(/^[0-9a-f]{64}$/)],
  ])('has the event’s id for its name, or what AWS takes of it: %s', async (id, name) => {
    const { sent, schedule } = setUp();

    await schedule(due(id), NOW_MS);

    expect(sent).toMatchObject([{ Name: name }]);
  });

  it('that was made before is made', async () => {
    await setUp(new ConflictException({ message: 'there is one', $metadata: {}, Message: '' })).schedule(
      due('d'),
      NOW_MS,
    );
  });

  it('that cannot be made fails', async () => {
    await expect(setUp(new Error('no access')).schedule(due('d'), NOW_MS)).rejects.toThrow('no access');
  });
});
