import { beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import type { Provisioned } from '../../core/resource.ts';
import type { LocalService } from '../../core/service.ts';
import { createTestCore, type TestCore, typeOf } from '../../core/tests/testCore.ts';
import type { EventsIam } from '../delivering.ts';
import { createEvents } from '../events.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:ping';
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:failures';
const RULE = 'arn:aws:events:eu-west-1:000000000000:rule/serve';
const BUS = 'arn:aws:events:eu-west-1:000000000000:event-bus/games';
const ROLE = 'arn:aws:iam::000000000000:role/forward';
const MINUTE = 60_000;

let core: TestCore;
let events: LocalService;

beforeEach(() => {
  core = createTestCore();
  events = core.add(createEvents(core, { iam }));
  events.resume?.();
});

const iam: EventsIam = {
  assertTrust: () => undefined,
  sessionOf: (roleArn, sessionName) => ({ kind: 'role', arn: `${roleArn}/${sessionName}`, roleArn, sessionName }),
};

const basics = { Name: 'serve', ScheduleExpression: 'rate(1 minute)', Targets: [{ Id: 'ping', Arn: FUNCTION }] };
const context = { stackName: 'tests', logicalId: 'Serve', generateName: () => 'tests-Serve' };

function type() {
  return typeOf(events, 'AWS::Events::Rule');
}
const parse = (properties: object) => type().properties.parse({ ...basics, ...properties });
const create = (properties: object = {}): Promise<Provisioned> => type().create(parse(properties), context);
const call = (operation: string, input: object) => core.ask('events', operation, input);

describe('a scheduled rule', () => {
  it('sends the event as AWS does, as the rule', async () => {
    await create();
    await core.clock.advance(1000);

    const [delivery] = core.delivered;
    expect(delivery).toMatchObject({
      targetArn: FUNCTION,
      principal: { kind: 'service', service: 'events.amazonaws.com', sourceArn: RULE },
      traceHeader: expect.stringMatching(/^Root=1-/),
    });
    const { id } = JSON.parse(delivery?.payload ?? '') as { id: string };
    // Compact, in the order of AWS's members.
    expect(delivery?.payload).toBe(
      JSON.stringify({
        version: '0',
        id,
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: '2030-01-01T00:00:01Z',
        region: 'eu-west-1',
        resources: [RULE],
        detail: {},
      }),
    );
    expect(delivery).not.toHaveProperty('attributes');
  });

  it('fires right after it is made and once in each interval', async () => {
    await create();
    await core.clock.advance(5 * MINUTE);

    expect(core.delivered).toHaveLength(5);
    expect(core.hops('schedule').map(({ from }) => from)).toEqual(Array(5).fill(RULE));
  });

  it('does not fire while it is disabled, over the wire or in its template', async () => {
    await create({ State: 'DISABLED' });
    await core.clock.advance(5 * MINUTE);
    expect(core.delivered).toEqual([]);

    await call('EnableRule', { Name: 'serve' });
    await core.clock.advance(1000);
    expect(core.delivered).toHaveLength(1);

    await call('DisableRule', { Name: 'serve' });
    await core.clock.advance(5 * MINUTE);
    expect(core.delivered).toHaveLength(1);
  });

  it('keeps its rhythm when only its targets change', async () => {
    const current = await create();
    await core.clock.advance(30_000);

    await type().update(current, parse({ Targets: [{ Id: 'q', Arn: QUEUE }] }), parse({}), context);
    await core.clock.advance(31_000);

    expect(core.delivered.map(({ targetArn }) => targetArn)).toEqual([FUNCTION, QUEUE]);
  });

  const restart = async () => {
    core.clock.stop();
    core = createTestCore({ after: core });
    events = core.add(createEvents(core, { iam }));
    await create();
    events.resume?.();
  };

  it('goes on after a restart when it was due, and does not fire anew', async () => {
    await create();
    await core.clock.advance(30_000);

    await restart();
    await core.clock.advance(30_999);
    expect(core.delivered).toEqual([]);
    await core.clock.advance(1);

    expect(core.delivered).toHaveLength(1);
  });

  it('fires nothing after a restart before all stacks are back', async () => {
    await create();
    await core.clock.advance(30_000);
    core.clock.stop();

    core = createTestCore({ after: core });
    events = core.add(createEvents(core, { iam }));
    await create();
    await core.clock.advance(5 * MINUTE);

    expect(core.delivered).toEqual([]);
  });

  it('leaves out what it missed while nothing ran', async () => {
    await create();
    await core.clock.advance(30_000);

    core.clock.stop();
    await core.clock.advance(10 * MINUTE);
    await restart();
    await core.clock.advance(MINUTE);

    expect(core.delivered).toHaveLength(1);
  });

  it('stays disabled over a restart, whatever its template says', async () => {
    await create();
    await call('DisableRule', { Name: 'serve' });

    await restart();
    await core.clock.advance(5 * MINUTE);

    expect(core.delivered).toEqual([]);
    expect(await call('DescribeRule', { Name: 'serve' })).toMatchObject({ State: 'DISABLED' });
  });

  it('begins again when it was removed and made anew', async () => {
    await type().remove(await create(), parse({}), context);

    await restart();
    await core.clock.advance(1000);

    expect(core.delivered).toHaveLength(1);
  });

  it('is silent once it is removed', async () => {
    const current = await create();
    await type().remove(current, parse({}), context);
    await core.clock.advance(5 * MINUTE);

    expect(core.delivered).toEqual([]);
  });

  it.each([
    ['default event bus', { EventBusName: 'games' }],
    ['RoleArn', { RoleArn: 'arn:aws:iam::000000000000:role/r' }],
    ['EventPattern or ScheduleExpression', { ScheduleExpression: undefined }],
    ['must be an object or an array', { EventPattern: { source: 'arcade' } }],
    ['rate(1 minute)', { ScheduleExpression: 'rate(1 minutes)' }],
    ['functions, queues, topics', { Targets: [{ Id: 'a', Arn: 'arn:aws:kinesis:eu-west-1:0:stream/s' }] }],
    [
      'Only one of Input, InputPath, or InputTransformer must be provided for target a.',
      { Targets: [{ Id: 'a', Arn: FUNCTION, Input: '{}', InputPath: '$.detail' }] },
    ],
    [
      'InputTemplate for target a contains invalid placeholder who.',
      {
        Targets: [
          {
            Id: 'a',
            Arn: FUNCTION,
            InputTransformer: { InputPathsMap: { a: '$.detail' }, InputTemplate: '"<a> <who>"' },
          },
        ],
      },
    ],
    ['five targets', { Targets: ['1', '2', '3', '4', '5', '6'].map((Id) => ({ Id, Arn: FUNCTION })) }],
    ['SqsParameters must be specified', { Targets: [{ Id: 'a', Arn: `${QUEUE}.fifo` }] }],
    ['for queues only', { Targets: [{ Id: 'a', Arn: FUNCTION, SqsParameters: { MessageGroupId: 'g' } }] }],
    ['RoleArn is required for target a.', { Targets: [{ Id: 'a', Arn: BUS }] }],
    ['event as it is', { Targets: [{ Id: 'a', Arn: BUS, RoleArn: ROLE, Input: '{}' }] }],
    ['FIFO', { Targets: [{ Id: 'a', Arn: FUNCTION, DeadLetterConfig: { Arn: `${QUEUE}.fifo` } }] }],
    ['256', { ScheduleExpression: `cron(0 0 1 1 ? ${'2031,'.repeat(60)}2031)` }],
    ['JSON', { Targets: [{ Id: 'a', Arn: FUNCTION, Input: 'serve' }] }],
  ])('is refused with a word about %s', (word, properties) => {
    expect(() => parse(properties)).toThrow(word);
  });
});

describe('an event that a target does not take', () => {
  const deadLetter = { DeadLetterConfig: { Arn: QUEUE } };
  const failing = (error: Error) => {
    let tries = 0;
    core.receive('lambda', () => {
      tries += 1;
      throw error;
    });
    return () => tries;
  };

  it('goes to the dead-letter queue at once when the permission is missing', async () => {
    const tries = failing(new AwsError('AccessDeniedException', 'no Permission', { status: 403 }));
    await create({ ScheduleExpression: 'rate(1 day)', Targets: [{ Id: 'ping', Arn: FUNCTION, ...deadLetter }] });
    await core.clock.advance(1000);

    expect(tries()).toBe(1);
    expect(core.delivered).toMatchObject([
      {
        targetArn: QUEUE,
        attributes: {
          RULE_ARN: RULE,
          TARGET_ARN: FUNCTION,
          ERROR_CODE: 'NO_PERMISSIONS',
          ERROR_MESSAGE: 'no Permission',
          RETRY_ATTEMPTS: '0',
        },
      },
    ]);
    expect(core.hops('dead-letter')).toMatchObject([{ to: QUEUE, outcome: 'ok' }]);
  });

  it.each([
    ['ResourceNotFoundException', 404, 'NO_RESOURCE'],
    ['QueueDoesNotExist', 400, 'NO_RESOURCE'],
    ['InvalidParameterValueException', 400, 'INVALID_PARAMETER'],
  ])('goes there at once after %s, of status %s, as %s', async (code, status, ERROR_CODE) => {
    const tries = failing(new AwsError(code, 'no', { status }));
    await create({ ScheduleExpression: 'rate(1 day)', Targets: [{ Id: 'ping', Arn: FUNCTION, ...deadLetter }] });
    await core.clock.advance(1000);

    expect(tries()).toBe(1);
    expect(core.delivered).toMatchObject([{ attributes: { ERROR_CODE } }]);
  });

  it('goes there at once when its template does not give JSON, and is lost without a queue', async () => {
    const InputTransformer = { InputTemplate: '{"event":"<aws.events.event>"}' };
    await create({
      ScheduleExpression: 'rate(1 day)',
      Targets: [
        { Id: 'kept', Arn: FUNCTION, InputTransformer, ...deadLetter },
        { Id: 'lost', Arn: FUNCTION, InputTransformer },
      ],
    });
    await core.clock.advance(MINUTE);

    expect(core.delivered).toMatchObject([{ targetArn: QUEUE, attributes: { ERROR_CODE: 'INVALID_JSON' } }]);
    expect(core.hops('dead-letter')).toMatchObject([{ outcome: 'ok' }, { action: 'dropped', outcome: 'error' }]);
  });

  it('says that it was throttled when retries are over', async () => {
    failing(new AwsError('TooManyRequestsException', 'slow down', { status: 429 }));
    const RetryPolicy = { MaximumRetryAttempts: 0 };
    await create({ Targets: [{ Id: 'ping', Arn: FUNCTION, RetryPolicy, ...deadLetter }] });
    await core.clock.advance(1000);

    expect(core.delivered).toMatchObject([{ attributes: { ERROR_CODE: 'THROTTLING' } }]);
  });

  it('is tried again with growing pauses, as often as the target says', async () => {
    const tries = failing(new AwsError('ServiceException', 'busy', { status: 500 }));
    const RetryPolicy = { MaximumRetryAttempts: 2 };
    await create({
      ScheduleExpression: 'rate(1 day)',
      Targets: [{ Id: 'ping', Arn: FUNCTION, RetryPolicy, ...deadLetter }],
    });
    await core.clock.advance(1999);
    expect(tries()).toBe(1);
    await core.clock.advance(MINUTE);

    expect(tries()).toBe(3);
    expect(core.delivered).toMatchObject([
      { attributes: { RETRY_ATTEMPTS: '2', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' } },
    ]);
  });

  it('is tried 185 times again within a day when the target does not say how often', async () => {
    const tries = failing(new AwsError('ServiceException', 'busy', { status: 500 }));
    await create({
      ScheduleExpression: 'cron(0 0 1 1 ? 2031)',
      Targets: [{ Id: 'ping', Arn: FUNCTION, ...deadLetter }],
    });
    await core.clock.advance(366 * 24 * 60 * MINUTE);

    expect(tries()).toBe(186);
    expect(core.delivered).toMatchObject([
      { attributes: { RETRY_ATTEMPTS: '185', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' } },
    ]);
  });

  it('is given up when it is too old', async () => {
    failing(new AwsError('ServiceException', 'busy', { status: 500 }));
    const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
    await create({
      ScheduleExpression: 'rate(1 day)',
      Targets: [{ Id: 'ping', Arn: FUNCTION, RetryPolicy, ...deadLetter }],
    });
    await core.clock.advance(2 * MINUTE);

    expect(core.delivered).toMatchObject([{ attributes: { EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' } }]);
  });

  it('is lost, and said to be, without a dead-letter queue', async () => {
    failing(new AwsError('ResourceNotFoundException', 'gone', { status: 404 }));
    await create();
    await core.clock.advance(1000);

    expect(core.hops('dead-letter')).toMatchObject([{ action: 'dropped', outcome: 'error' }]);
  });
});

it.each(['arn:aws:lambda:', 'arn:aws:sqs:eu-west-1:000000000000:', 'arn:aws:kinesis:eu-west-1:000000000000:stream/s'])(
  'a target is the whole ARN of a function, queue or topic, not %s',
  (Arn) => {
    expect(() => parse({ Targets: [{ Id: 'ping', Arn }] })).toThrow(/ARNs of functions, queues, topics/);
  },
);

describe('over the wire', () => {
  it('rules and their targets can be looked at', async () => {
    await create();

    expect(await call('ListRules', { NamePrefix: 'ser' })).toMatchObject({
      Rules: [{ Name: 'serve', State: 'ENABLED' }],
    });
    expect(await call('ListRules', { NamePrefix: 'x' })).toEqual({ Rules: [] });
    expect(await call('DescribeRule', { Name: 'serve' })).toMatchObject({
      Arn: RULE,
      ScheduleExpression: 'rate(1 minute)',
    });
    expect(await call('ListTargetsByRule', { Rule: 'serve' })).toEqual({ Targets: basics.Targets });
  });

  it('an unknown rule is not found, and an unknown parameter is refused by name', async () => {
    await expect(call('DescribeRule', { Name: 'ghost' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Rule ghost does not exist on EventBus default.',
    });
    await expect(call('DescribeRule', { Name: 'serve', Verbose: true })).rejects.toThrow('Verbose');
    await expect(call('ListRules', { Limit: 1 })).rejects.toThrow('Limit');
  });

  it('there is the default bus, by name and ARN, and no other', async () => {
    await create();
    const onBus = (EventBusName: string) => call('DescribeRule', { Name: 'serve', EventBusName });

    expect(await onBus('default')).toEqual({
      Name: 'serve',
      Arn: RULE,
      State: 'ENABLED',
      ScheduleExpression: 'rate(1 minute)',
      EventBusName: 'default',
    });
    expect(await onBus('arn:aws:events:eu-west-1:000000000000:event-bus/default')).toMatchObject({ Arn: RULE });
    await expect(onBus('games')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Event bus games does not exist.',
    });
  });

  it.each([
    'PutRule',
    'DeleteRule',
    'PutTargets',
    'RemoveTargets',
    'CreateEventBus',
    'CreateArchive',
    'CreateConnection',
    'CreateApiDestination',
  ])('%s is refused by name', async (operation) => {
    await expect(call(operation, {})).rejects.toThrow(operation);
  });
});
