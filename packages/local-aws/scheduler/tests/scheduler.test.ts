import { beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import type { Principal } from '../../core/principal.ts';
import type { LocalService } from '../../core/service.ts';
import { createTestCore, type TestCore, type TestCoreOptions, typeOf } from '../../core/tests/testCore.ts';
import { createScheduler } from '../index.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:spawn';
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:failures';
const BUS = 'arn:aws:events:eu-west-1:000000000000:event-bus/game';
const ROLE = 'arn:aws:iam::000000000000:role/planner';
const ARN = 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/spawn';
const MINUTE = 60_000;

let core: TestCore;
let scheduler: LocalService;
/** Who asked for the trust of which role. */
let trust: string[];

const iam = {
  assertTrust(roleArn: string, service: string, sourceArn = '') {
    trust.push(`${service} ${roleArn} ${sourceArn}`);
    if (roleArn.endsWith('/stranger')) throw new AwsError('InvalidParameterValueException', 'no');
  },
  sessionOf: (roleArn: string, sessionName: string): Principal => ({
    kind: 'role',
    arn: `${roleArn}/${sessionName}`,
    roleArn,
    sessionName,
  }),
};

function start(options: TestCoreOptions = {}, stack: object[] = []) {
  core = createTestCore(options);
  scheduler = core.add(createScheduler(core, { iam }));
  return stack;
}

beforeEach(() => {
  trust = [];
  start();
  scheduler.resume?.();
});

const basics = {
  Name: 'spawn',
  ScheduleExpression: 'rate(1 minute)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: FUNCTION, RoleArn: ROLE },
};
const context = { stackName: 'fakemon', logicalId: 'Spawn', generateName: () => 'fakemon-Spawn' };
const type = () => typeOf(scheduler, 'AWS::Scheduler::Schedule');
const parse = (properties: object) => type().properties.parse({ ...basics, ...properties });
/** As a deployment does it, or a start that brings stacks back. */
const deploy = async (properties: object = {}) =>
  (await type().adopt?.(parse(properties), context)) ?? (await type().create(parse(properties), context));
const call = (operation: string, input: object) => core.ask('scheduler', operation, input);
const create = (properties: object = {}) => call('CreateSchedule', { ...basics, ...properties });
const names = async () => (await call('ListSchedules', {})).Schedules;

/** `at(...)` so many milliseconds from now. */
const inMs = (ms: number) => `at(${new Date(core.clock.now() + ms).toISOString().slice(0, 19)})`;

describe('a schedule', () => {
  it('sends AWS’s event as its role when it has no input, at once and in each interval', async () => {
    await create();
    await core.clock.advance(1000 + 2 * MINUTE);

    expect(core.delivered).toHaveLength(3);
    const [{ payload, ...delivery } = { payload: '' }] = core.delivered;
    expect(delivery).toEqual({
      targetArn: FUNCTION,
      principal: expect.objectContaining({ kind: 'role', roleArn: ROLE }),
      traceHeader: expect.stringMatching(/^Root=1-/),
    });
    expect(payload).toBe(
      JSON.stringify({
        version: '0',
        id: JSON.parse(payload).id,
        'detail-type': 'Scheduled Event',
        source: 'aws.scheduler',
        account: '000000000000',
        time: '2030-01-01T00:00:01Z',
        region: 'eu-west-1',
        resources: [ARN],
        detail: '{}',
      }),
    );
    expect(core.hops('schedule').map(({ from, detail }) => [from, detail?.expression])).toEqual(
      Array(3).fill([ARN, 'rate(1 minute)']),
    );
    expect(trust[0]).toBe(
      `scheduler.amazonaws.com ${ROLE} arn:aws:scheduler:eu-west-1:000000000000:schedule-group/default`,
    );
  });

  it('puts what is known of the run into its input', async () => {
    const Input =
      '{"arn":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>","try":"<aws.scheduler.attempt-number>","x":"<aws.scheduler.x>"}';
    await create({ Target: { ...basics.Target, Input } });
    await core.clock.advance(1000);

    expect(JSON.parse(core.delivered[0]?.payload ?? '')).toEqual({
      arn: ARN,
      at: '2030-01-01T00:00:01Z',
      try: '1',
      x: '<aws.scheduler.x>',
    });
  });

  it.each<[string, object, object]>([
    [
      'an event bus the type and source of its event',
      { Arn: BUS, EventBridgeParameters: { DetailType: 'spawned', Source: 'game' }, Input: '{"a":1}' },
      {
        payload: '{"a":1}',
        event: { detailType: 'spawned', source: 'game', resources: [ARN], timeMs: expect.any(Number) },
      },
    ],
    [
      'a FIFO queue a message group',
      { Arn: `${QUEUE}.fifo`, SqsParameters: { MessageGroupId: 'g' }, Input: 'no JSON' },
      { payload: 'no JSON', groupId: 'g' },
    ],
  ])('tells %s', async (_what, target, expected) => {
    await create({ Target: { ...basics.Target, ...target } });
    await core.clock.advance(1000);

    expect(core.delivered).toEqual([expect.objectContaining(expected)]);
  });

  it('fires somewhere in its flexible window, once', async () => {
    await create({
      ScheduleExpression: inMs(MINUTE),
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 },
    });
    await core.clock.advance(MINUTE);
    expect(core.delivered).toEqual([]);
    await core.clock.advance(10 * MINUTE);

    expect(core.delivered).toHaveLength(1);
    expect(core.delivered[0]?.payload).toContain('"time":"2030-01-01T00:01:00Z"');
  });

  it('stands still while it is disabled, and begins anew when it is changed', async () => {
    await create({ State: 'DISABLED' });
    await core.clock.advance(5 * MINUTE);
    expect(core.delivered).toEqual([]);

    await call('UpdateSchedule', { ...basics, Description: 'again' });
    await core.clock.advance(1000);

    expect(core.delivered).toHaveLength(1);
    expect(await call('GetSchedule', { Name: 'spawn' })).toMatchObject({ Description: 'again', State: 'ENABLED' });
  });

  it('is silent once it is deleted', async () => {
    await create();
    await call('DeleteSchedule', { Name: 'spawn', groupName: 'default' });
    await core.clock.advance(5 * MINUTE);

    expect(core.delivered).toEqual([]);
    await expect(call('GetSchedule', { Name: 'spawn' })).rejects.toThrow('Schedule spawn does not exist.');
  });
});

describe('a one-time schedule', () => {
  it('fires once and stays, or goes when it was asked to', async () => {
    await create({ Name: 'stays', ScheduleExpression: inMs(MINUTE) });
    await create({ Name: 'goes', ScheduleExpression: inMs(MINUTE), ActionAfterCompletion: 'DELETE' });
    expect(await names()).toHaveLength(2);
    await core.clock.advance(10 * MINUTE);

    expect(core.delivered).toHaveLength(2);
    expect(await names()).toEqual([expect.objectContaining({ Name: 'stays' })]);
  });

  it('goes only when its last try has been made', async () => {
    core.receive('lambda', () => {
      throw new AwsError('ServiceException', 'down', { status: 500 });
    });
    const RetryPolicy = { MaximumRetryAttempts: 1 };
    await create({
      ScheduleExpression: inMs(MINUTE),
      ActionAfterCompletion: 'DELETE',
      Target: { ...basics.Target, RetryPolicy },
    });
    await core.clock.advance(MINUTE);
    expect(await names()).toHaveLength(1);
    await core.clock.advance(MINUTE);

    expect(await names()).toEqual([]);
  });

  it('comes late rather than never', async () => {
    await create({ ScheduleExpression: 'at(2020-01-01T00:00:00)' });
    await core.clock.idle();

    expect(core.delivered).toHaveLength(1);
  });

  it('brings both copies that the fault plan makes of it, although it is gone after the first', async () => {
    start({ faults: { rules: [{ match: { service: 'scheduler' }, duplicate: 1 }] } });
    scheduler.resume?.();
    await create({ ScheduleExpression: inMs(MINUTE), ActionAfterCompletion: 'DELETE' });
    await core.clock.advance(10 * MINUTE);

    expect(core.delivered).toHaveLength(2);
  });
});

describe('a target that does not take it', () => {
  const Target = {
    ...basics.Target,
    Input: '{"a":1}',
    RetryPolicy: { MaximumRetryAttempts: 2 },
    DeadLetterConfig: { Arn: QUEUE },
  };

  it('is tried again, and then the input goes to the dead-letter queue with the reason', async () => {
    core.receive('lambda', () => {
      throw new AwsError('TooManyRequestsException', 'busy', { status: 429 });
    });
    await create({ ScheduleExpression: inMs(1000), Target });
    await core.clock.advance(MINUTE);

    expect(core.hops('delivery').map(({ action }) => action)).toEqual(['deliver', 'retry', 'retry']);
    expect(core.delivered).toEqual([
      expect.objectContaining({
        targetArn: QUEUE,
        payload: '{"a":1}',
        principal: expect.objectContaining({ roleArn: ROLE }),
        attributes: {
          ERROR_CODE: 'TooManyRequestsException',
          ERROR_MESSAGE: 'busy',
          EXECUTION_ID: expect.stringMatching(/^[0-9a-f-]{36}$/),
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          IS_PAYLOAD_TRUNCATED: 'false',
          RETRY_ATTEMPTS: '2',
          SCHEDULED_TIME: '2030-01-01T00:00:01Z',
          SCHEDULE_ARN: ARN,
          TARGET_ARN: FUNCTION,
        },
      }),
    ]);
  });

  it('is not tried again where that would not help', async () => {
    core.receive('lambda', () => {
      throw new AwsError('ResourceNotFoundException', 'Function not found', { status: 404 });
    });
    await create({ ScheduleExpression: inMs(1000), Target });
    await core.clock.advance(MINUTE);

    expect(core.delivered[0]?.attributes).toMatchObject({ RETRY_ATTEMPTS: '0', ERROR_MESSAGE: 'Function not found' });
    expect(core.delivered[0]?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('costs the event without a dead-letter queue, which the journal says', async () => {
    core.receive('lambda', () => {
      throw new AwsError('ResourceNotFoundException', 'Function not found', { status: 404 });
    });
    await create({ ScheduleExpression: inMs(1000) });
    await core.clock.advance(MINUTE);

    expect(core.hops('dead-letter')).toEqual([
      expect.objectContaining({ action: 'dropped', error: expect.objectContaining({ code: 'EventLost' }) }),
    ]);
  });
});

describe('after a restart', () => {
  const restart = async (bringBack?: () => Promise<unknown>) => {
    core.clock.stop();
    start({ after: core });
    await bringBack?.();
    scheduler.resume?.();
  };

  it('a schedule goes on when it was due, and does not fire anew', async () => {
    await create();
    await deploy({ Name: 'other' });
    await core.clock.advance(30_000);
    expect(core.delivered).toHaveLength(2);

    await restart(() => deploy({ Name: 'other' }));
    await core.clock.advance(30_999);
    expect(core.delivered).toEqual([]);
    await core.clock.advance(1);

    expect(core.delivered).toHaveLength(2);
  });

  it('fires nothing before all stacks are back', async () => {
    await create();
    core.clock.stop();
    start({ after: core });
    await deploy({ Name: 'other' });
    await core.clock.advance(5 * MINUTE);

    expect(core.delivered).toEqual([]);
  });

  it('what recurs and was missed is left out, what comes once comes late', async () => {
    await create({ Name: 'recurs' });
    await core.clock.advance(1000);
    await create({ Name: 'once', ScheduleExpression: inMs(MINUTE) });
    core.clock.stop();
    await core.clock.advance(10 * MINUTE);

    await restart();
    await core.clock.idle();

    expect(core.hops('schedule').map(({ from }) => from)).toEqual([expect.stringContaining('once')]);
  });

  it('a schedule of a template that is over, or was deleted by hand, is not made anew', async () => {
    await deploy({ ScheduleExpression: inMs(1000), ActionAfterCompletion: 'DELETE' });
    await deploy({ Name: 'unwanted' });
    await core.clock.advance(1000);
    await call('DeleteSchedule', { Name: 'unwanted' });
    expect(await names()).toEqual([]);

    await restart(async () => {
      await deploy({ ScheduleExpression: 'at(2030-01-01T00:00:01)', ActionAfterCompletion: 'DELETE' });
      await deploy({ Name: 'unwanted' });
    });
    await core.clock.advance(5 * MINUTE);

    expect(core.delivered).toEqual([]);
    expect(await names()).toEqual([]);
  });

  it('stays as it was changed by hand until its template changes', async () => {
    await deploy();
    await call('UpdateSchedule', { ...basics, State: 'DISABLED' });

    await restart(() => deploy());
    expect(await call('GetSchedule', { Name: 'spawn' })).toMatchObject({ State: 'DISABLED' });
    await type().update({ physicalId: 'spawn', attributes: {} }, parse({ Description: 'x' }), parse({}), context);

    expect(await call('GetSchedule', { Name: 'spawn' })).toMatchObject({ State: 'ENABLED', Description: 'x' });
  });
});

describe('over the wire', () => {
  it('whoever makes or changes a schedule needs to be allowed to hand over its role', async () => {
    await create();
    await call('UpdateSchedule', basics);

    expect(core.asked).toEqual([
      `scheduler:CreateSchedule ${ARN}`,
      `iam:PassRole ${ROLE}`,
      `scheduler:UpdateSchedule ${ARN}`,
      `iam:PassRole ${ROLE}`,
    ]);
    expect([...(scheduler.changing ?? [])]).toEqual(['CreateSchedule', 'UpdateSchedule']);
  });

  it('a request that comes again with its token is answered again, another of the name is a conflict', async () => {
    const first = await create({ ClientToken: 'a' });

    expect(await create({ ClientToken: 'a' })).toEqual(first);
    await expect(create({ ClientToken: 'b' })).rejects.toThrow('Schedule spawn already exists.');
    expect(first).toEqual({ ScheduleArn: ARN });
  });

  it('shows what was not asked for as it counts', async () => {
    await create({ EndDate: 2_000_000_000 });

    expect(await call('GetSchedule', { Name: 'spawn', groupName: 'default' })).toEqual({
      Arn: ARN,
      Name: 'spawn',
      GroupName: 'default',
      ScheduleExpression: 'rate(1 minute)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      FlexibleTimeWindow: { Mode: 'OFF' },
      EndDate: 2_000_000_000,
      CreationDate: 1_893_456_000,
      LastModificationDate: 1_893_456_000,
      Target: {
        Arn: FUNCTION,
        RoleArn: ROLE,
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    });
  });

  it('lists by group, state and beginning of the name, page by page', async () => {
    const group = typeOf(scheduler, 'AWS::Scheduler::ScheduleGroup');
    const made = await group.create({ Name: 'game' }, context);
    for (const Name of ['b', 'a', 'ab']) await create({ Name });
    await create({ Name: 'a', GroupName: 'game', State: 'DISABLED' });
    const list = async (input: object) => {
      const { Schedules, NextToken } = await call('ListSchedules', input);
      return [(Schedules as { Arn: string }[]).map(({ Arn }) => Arn.split('schedule/')[1]), NextToken];
    };

    expect(await list({ NamePrefix: 'a' })).toEqual([['default/a', 'default/ab', 'game/a'], undefined]);
    expect(await list({ ScheduleGroup: 'game' })).toEqual([['game/a'], undefined]);
    expect(await list({ State: 'ENABLED', MaxResults: '2' })).toEqual([['default/a', 'default/ab'], '2']);
    expect(await list({ State: 'ENABLED', NextToken: '2' })).toEqual([['default/b'], undefined]);
    await group.remove(made, { Name: 'game' }, context);
    await expect(list({ ScheduleGroup: 'game' })).rejects.toThrow('Schedule group game does not exist.');
    expect(await names()).toHaveLength(3);
  });

  it.each<[string, object]>([
    ['Invalid Schedule Expression rate(10 seconds).', { ScheduleExpression: 'rate(10 seconds)' }],
    [
      'Invalid Schedule Expression at(2021-12-31).',
      { ScheduleExpression: 'at(2021-12-31)', Target: { ...basics.Target, RoleArn: `${ROLE}/stranger` } },
    ],
    [
      'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
      { Target: { ...basics.Target, RoleArn: 'arn:aws:iam::000000000000:role/stranger' } },
    ],
    ['there is no time zone Mars/Olympus', { ScheduleExpressionTimezone: 'Mars/Olympus' }],
    ['Schedule group nowhere does not exist.', { GroupName: 'nowhere' }],
    ['MaximumWindowInMinutes', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }],
    ['later than StartDate', { StartDate: 2_000_000_000, EndDate: 2_000_000_000 }],
    ['is required for an event bus', { Target: { ...basics.Target, Arn: BUS } }],
    [
      'must not begin with aws.',
      { Target: { ...basics.Target, Arn: BUS, EventBridgeParameters: { DetailType: 'a', Source: 'aws.x' } } },
    ],
    ['well-formed JSON', { Target: { ...basics.Target, Input: 'text' } }],
    ['FIFO', { Target: { ...basics.Target, DeadLetterConfig: { Arn: `${QUEUE}.fifo` } } }],
    ['needs a MessageGroupId', { Target: { ...basics.Target, Arn: `${QUEUE}.fifo` } }],
    [
      'functions, queues, topics and event buses',
      { Target: { ...basics.Target, Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage' } },
    ],
    ["the parameter 'KmsKeyArn'", { KmsKeyArn: 'arn' }],
    ["the parameter 'Target.EcsParameters'", { Target: { ...basics.Target, EcsParameters: {} } }],
  ])('refuses with: %s', async (message, wrong) => {
    await expect(create(wrong)).rejects.toThrow(message);
  });
});
