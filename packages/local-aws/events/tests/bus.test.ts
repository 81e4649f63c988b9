import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { NO_TRACE } from '../../core/trace.ts';
import { BUS, createHarness, DEFAULT_BUS, ENTRY, FUNCTION, QUEUE, ROLE } from './harness.ts';

const RULE = 'arn:aws:events:eu-west-1:000000000000:rule/games/done';

describe('an event that is put on a bus', () => {
  it('comes to the target of each rule that it fits, with the id that the sender was told, in the order of AWS', async () => {
    const { core, bus, rule, put } = createHarness();
    await bus();
    await rule();
    await rule({ Name: 'also', EventPattern: { detail: { n: [{ numeric: ['>', 0] }] } } });
    await rule({ Name: 'not', EventPattern: { detail: { n: [2] } } });

    const { EventId } = await put({ Resources: ['a'], Time: 1_893_456_789.5 });

    const payload = JSON.stringify({
      version: '0',
      id: EventId,
      'detail-type': 'thing.done',
      source: 'arcade',
      account: '000000000000',
      time: '2030-01-01T00:13:09Z',
      region: 'eu-west-1',
      resources: ['a'],
      detail: { n: 1 },
    });
    const from = { kind: 'service', service: 'events.amazonaws.com' };
    expect(core.delivered).toMatchObject([
      { targetArn: FUNCTION, payload, principal: { ...from, sourceArn: RULE.replace('done', 'also') } },
      { targetArn: FUNCTION, payload, principal: { ...from, sourceArn: RULE } },
    ]);
  });

  it('stays on its bus', async () => {
    const { core, bus, rule, put } = createHarness();
    await bus();
    await rule({ EventBusName: 'default' });

    await put();
    expect(core.delivered).toEqual([]);

    await put({ EventBusName: undefined });
    await put({ EventBusName: DEFAULT_BUS });
    expect(core.delivered).toHaveLength(2);
  });

  it('belongs to the chain of the call or of its entry, without the count of invocations, and to the correlation id in its detail', async () => {
    const { core, bus, rule } = createHarness();
    await bus();
    await rule();
    const put = (entry: object) =>
      core.ask(
        'events',
        'PutEvents',
        { Entries: [{ ...ENTRY, ...entry }] },
        { traceHeader: `Root=${NO_TRACE};Lineage=ab:3` },
      );

    await put({ Detail: '{"correlationId":"c1"}' });
    await put({ TraceHeader: 'Root=1-00000000-00000000000000000000000a' });
    await core.clock.idle();

    expect(core.delivered).toMatchObject([
      { traceHeader: `Root=${NO_TRACE}`, correlationId: 'c1' },
      { traceHeader: 'Root=1-00000000-00000000000000000000000a' },
    ]);
    expect(core.hops('delivery')[0]).toMatchObject({ from: RULE, traceId: NO_TRACE, correlationId: 'c1' });
  });

  it('is asked for by bus, source and type', async () => {
    const asked: unknown[] = [];
    const { put } = createHarness({ authorize: (_principal, permission) => void asked.push(permission) });

    await put();

    const conditions = { 'events:source': 'arcade', 'events:detail-type': 'thing.done' };
    expect(asked).toMatchObject([{ action: 'events:PutEvents', resource: BUS, conditions }]);
  });

  it('is told to whoever listens, until they have heard enough', async () => {
    const { events, bus, put } = createHarness();
    await bus();
    const heard: unknown[] = [];
    const stop = events.bus.onAccepted((busName, { detail }) => heard.push([busName, detail]));

    await put();
    stop();
    await put();

    expect(heard).toEqual([['games', { n: 1 }]]);
  });

  it('comes again to the rules that are named, and to no other', async () => {
    const { core, events, bus, rule } = createHarness();
    await bus();
    await rule();
    await rule({ Name: 'also', Targets: [{ Id: 'one', Arn: QUEUE }] });
    const event = { id: 'e', source: 'arcade', detailType: 'thing.done', timeMs: 0, detail: {} };
    const { newBusEvent } = await import('../busEvent.ts');

    events.bus.accept('games', newBusEvent(event), { traceHeader: `Root=${NO_TRACE}` }, { rules: [RULE] });
    await core.clock.idle();

    expect(core.delivered.map(({ targetArn }) => targetArn)).toEqual([FUNCTION]);
  });
});

describe('what a client puts', () => {
  it.each<[string, object, string, string]>([
    [
      'Source',
      { Source: undefined },
      'InvalidArgument',
      'Parameter Source is not valid. Reason: Source is a required argument.',
    ],
    [
      'DetailType',
      { DetailType: '' },
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    ],
    [
      'Detail',
      { Detail: '' },
      'InvalidArgument',
      'Parameter Detail is not valid. Reason: Detail is a required argument.',
    ],
    ['a list', { Detail: '[]' }, 'MalformedDetail', 'Detail is malformed.'],
    ['a text', { Detail: '"a"' }, 'MalformedDetail', 'Detail is malformed.'],
    ['null', { Detail: 'null' }, 'MalformedDetail', 'Detail is malformed.'],
    ['broken JSON', { Detail: '{' }, 'MalformedDetail', 'Detail is malformed.'],
    ["AWS's own source", { Source: 'aws.s3' }, 'NotAuthorizedForSourceException', 'Not authorized for the source.'],
  ])('is refused entry by entry for %s', async (_what, entry, ErrorCode, ErrorMessage) => {
    const { core, bus, rule, call } = createHarness();
    await bus();
    await rule();

    const answer = await call('PutEvents', { Entries: [{ ...ENTRY, ...entry }, ENTRY] });
    await core.clock.idle();

    const EventId = expect.any(String);
    expect(answer).toEqual({ FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage }, { EventId }] });
    expect(core.delivered).toHaveLength(1);
  });

  it('is taken and lost when there is no such bus, as on AWS; the journal says so', async () => {
    const { core, put } = createHarness();

    expect(await put()).toEqual({ EventId: expect.any(String) });
    expect(core.hops('no-match')).toMatchObject([
      { to: BUS, detail: { field: 'EventBusName', reason: 'there is no event bus games' } },
    ]);
  });

  it('is refused whole beyond ten entries or a megabyte', async () => {
    const { bus, call } = createHarness();
    await bus();
    const entries = (count: number) => ({ Entries: Array(count).fill(ENTRY) });
    const sized = (bytes: number) => ({ Entries: [{ ...ENTRY, Detail: `{"a":"${'x'.repeat(bytes)}"}` }] });

    await expect(call('PutEvents', entries(11))).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringMatching(
        /^1 validation error detected: Value '\[PutEventsRequestEntry\(.*\)\]' at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10$/,
      ),
    });
    await expect(call('PutEvents', sized(1_048_576))).rejects.toMatchObject({
      code: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
    expect(await call('PutEvents', entries(10))).toMatchObject({ FailedEntryCount: 0 });
    expect(await call('PutEvents', sized(1_048_000))).toMatchObject({ FailedEntryCount: 0 });
  });

  it('is refused for a time that is none', async () => {
    const { call } = createHarness();

    const entry = { ...ENTRY, Time: 1e15 };
    await expect(call('PutEvents', { Entries: [entry] })).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('is refused by name when it says what is not done', async () => {
    const { call } = createHarness();

    await expect(call('PutEvents', { Entries: [ENTRY], EndpointId: 'abc.veo' })).rejects.toThrow('EndpointId');
  });
});

describe("AWS's own events", () => {
  it('come to the rules of the default bus from inside', async () => {
    const { core, events, rule } = createHarness();
    await rule({ EventBusName: 'default', EventPattern: { source: ['aws.cloudwatch'] } });

    const id = events.bus.announce({ source: 'aws.cloudwatch', detailType: 'Alarm', detail: { state: 'ALARM' } });
    await core.clock.idle();

    expect(JSON.parse(core.delivered[0]?.payload ?? '')).toMatchObject({
      id,
      source: 'aws.cloudwatch',
      detail: { state: 'ALARM' },
    });
  });
});

describe('a rule that an event does not fit', () => {
  const misses = (core: ReturnType<typeof createHarness>['core']) =>
    core
      .hops('no-match')
      .map(({ from, to, detail }) => [(from ?? to)?.replace(/^.*:/, ''), detail?.field, detail?.reason]);

  it('says which field decided: of a source and type that it never takes once a minute, else each time', async () => {
    const { core, bus, rule, put } = createHarness();
    await bus();
    await rule();
    await rule({ Name: 'other', EventPattern: { 'detail-type': ['thing.undone'] } });
    await rule({ Name: 'two', EventPattern: { source: ['arcade'], detail: { n: [2] } } });

    await put();
    await put();
    expect(misses(core)).toEqual([
      ['rule/games/other', 'detail-type', '"thing.done" is none of "thing.undone"'],
      ['rule/games/two', 'detail.n', '1 is none of 2'],
      ['rule/games/two', 'detail.n', '1 is none of 2'],
    ]);

    await core.clock.advance(60_000);
    await put();
    expect(misses(core)).toHaveLength(5);
  });

  it('is told each time when no other rule takes it either', async () => {
    const { core, bus, put } = createHarness();
    await bus();

    await put();

    expect(misses(core)).toEqual([['event-bus/games', undefined, 'no rule takes it']]);
  });
});

describe('a target that is', () => {
  it('a FIFO queue gets the message group', async () => {
    const { core, bus, rule, put } = createHarness();
    await bus();
    await rule({ Targets: [{ Id: 'q', Arn: `${QUEUE}.fifo`, SqsParameters: { MessageGroupId: 'g' } }] });

    await put();

    expect(core.delivered).toMatchObject([{ targetArn: `${QUEUE}.fifo`, groupId: 'g' }]);
  });

  it('another bus gets the event as it is, id and all, by the role of the target', async () => {
    const { core, bus, create, rule, put } = createHarness();
    await bus();
    await create('AWS::Events::EventBus', { Name: 'audit' });
    const audit = BUS.replace('games', 'audit');
    await rule({ Targets: [{ Id: 'bus', Arn: audit, RoleArn: ROLE }] });
    await rule({ Name: 'seen', EventBusName: 'audit' });

    const { EventId } = await put();

    expect(core.delivered).toHaveLength(1);
    expect(JSON.parse(core.delivered[0]?.payload ?? '')).toMatchObject({ id: EventId, source: 'arcade' });
    expect(core.asked).toContain(`events:PutEvents ${audit}`);
  });

  it('the bus itself gets an event so often, and then its dead-letter queue does', async () => {
    const { core, bus, rule, put } = createHarness();
    await bus();
    await rule({ Targets: [{ Id: 'bus', Arn: BUS, RoleArn: ROLE, DeadLetterConfig: { Arn: QUEUE } }] });

    await put();

    expect(core.hops('delivery').map(({ outcome }) => outcome)).toEqual([...Array(16).fill('ok'), 'error']);
    expect(core.delivered).toMatchObject([{ targetArn: QUEUE }]);
  });

  it('a bus that is gone has its dead letter', async () => {
    const { core, bus, rule, put } = createHarness();
    await bus();
    const gone = { Id: 'bus', Arn: BUS.replace('games', 'gone'), RoleArn: ROLE, DeadLetterConfig: { Arn: QUEUE } };
    await rule({ Targets: [gone] });

    await put();

    expect(core.delivered).toMatchObject([{ targetArn: QUEUE, attributes: { ERROR_CODE: 'NO_RESOURCE' } }]);
  });
});

describe('the fault plan', () => {
  const planned = (rule: object) => createHarness({ faults: { rules: [{ match: { service: 'events' }, ...rule }] } });

  it('brings an event twice, the second time as a copy', async () => {
    const { core, bus, rule, put } = planned({ duplicate: 1 });
    await bus();
    await rule();

    await put();

    const [first, second] = core.delivered;
    expect([first?.copy, second?.copy]).toEqual([undefined, 2]);
    expect(second?.payload).toBe(first?.payload);
    expect(core.hops('delivery').map(({ detail }) => detail?.copy)).toEqual([undefined, 2]);
  });

  it('holds an event back, which comes after a restart too', async () => {
    const before = planned({ delay: { probability: 1, maxMs: 60_000 } });
    await before.bus();
    await before.rule();
    await before.put();
    expect(before.core.delivered).toEqual([]);
    before.core.clock.stop();

    const after = createHarness({ after: before.core });
    await after.bus();
    await after.rule();
    after.events.resume?.();
    await after.core.clock.advance(60_000);

    expect(after.core.delivered).toHaveLength(1);
  });
});

describe('a dead letter', () => {
  it('goes on in the chain of its event', async () => {
    const { core, bus, rule, put } = createHarness();
    await bus();
    await rule({ Targets: [{ Id: 'one', Arn: FUNCTION, DeadLetterConfig: { Arn: QUEUE } }] });
    core.receive('lambda', () => {
      throw new AwsError('ResourceNotFoundException', 'gone', { status: 404 });
    });

    await put({ Detail: '{"correlationId":"c1"}', TraceHeader: `Root=${NO_TRACE}` });

    expect(core.delivered).toMatchObject([{ targetArn: QUEUE, correlationId: 'c1', traceHeader: `Root=${NO_TRACE}` }]);
  });
});

describe('a delivery from another service', () => {
  const deliver = (more: object) => ({
    targetArn: BUS,
    principal: { kind: 'role' as const, arn: ROLE, roleArn: ROLE, sessionName: 's' },
    payload: '{"n":1}',
    ...more,
  });

  it('becomes an event by what its sender says of it', async () => {
    const { core, bus, rule } = createHarness();
    await bus();
    await rule({ EventPattern: { source: ['scheduler'] } });

    await core.deliver(deliver({ event: { source: 'scheduler', detailType: 'Spawn', resources: ['s'] } }));
    await core.clock.idle();

    expect(JSON.parse(core.delivered[0]?.payload ?? '')).toMatchObject({
      'detail-type': 'Spawn',
      source: 'scheduler',
      resources: ['s'],
      time: '2030-01-01T00:00:00Z',
      detail: { n: 1 },
    });
  });

  it.each(['[]', 'text'])('is refused when it is no JSON object: %s', async (payload) => {
    const { core, bus } = createHarness();
    await bus();

    const event = { source: 'scheduler', detailType: 'Spawn' };
    await expect(core.deliver(deliver({ payload, event }))).rejects.toMatchObject({ code: 'MalformedDetail' });
  });
});

describe('buses and rules over the wire', () => {
  it('can be looked at', async () => {
    const { create, rule, call } = createHarness();
    await create('AWS::Events::EventBus', { Name: 'games', Description: 'of games' });
    const { physicalId } = await rule();

    expect(physicalId).toBe('games|done');
    const described = { Name: 'games', Arn: BUS, Description: 'of games', CreationTime: 1_893_456_000 };
    expect(await call('DescribeEventBus', { Name: 'games' })).toMatchObject(described);
    expect(await call('ListEventBuses', {})).toMatchObject({ EventBuses: [{ Name: 'default' }, { Name: 'games' }] });
    expect(await call('DescribeRule', { Name: 'done', EventBusName: 'games' })).toMatchObject({
      Arn: RULE,
      EventPattern: '{"source":["arcade"]}',
      EventBusName: 'games',
    });
    await expect(call('DescribeRule', { Name: 'done' })).rejects.toThrow(
      'Rule done does not exist on EventBus default.',
    );
  });

  it('a bus with rules stays', async () => {
    const { events, bus, rule } = createHarness();
    const current = await bus();
    await rule();
    const type = events.resources.find(({ type }) => type === 'AWS::Events::EventBus');

    await expect(type?.remove(current, {}, {} as never)).rejects.toThrow("can't be deleted since it has rules");
  });

  it('say what policies let others do, of all that say something', async () => {
    const { create, bus, call, events } = createHarness();
    await bus();
    const Statement = { Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'events:PutEvents', Resource: BUS };
    await create('AWS::Events::EventBusPolicy', { EventBusName: 'games', StatementId: 'one', Statement });

    const { Policy } = await call<{ Policy: string }>('DescribeEventBus', { Name: 'games' });
    expect(JSON.parse(Policy)).toMatchObject({ Statement: [{ Sid: 'one', ...Statement }] });
    expect(events.policyOf?.(BUS)).toBe(events.policyOf?.(BUS));
  });
});

describe('after a restart', () => {
  const again = async (before: ReturnType<typeof createHarness>) => {
    before.core.clock.stop();
    const after = createHarness({ after: before.core });
    await after.bus();
    await after.rule();
    return after;
  };

  it('a rule that was disabled stays so, and what is put then is lost', async () => {
    const before = createHarness();
    await before.bus();
    await before.rule();
    await before.call('DisableRule', { Name: 'done', EventBusName: 'games' });

    const after = await again(before);
    await after.put();

    expect(after.core.delivered).toEqual([]);
  });

  it('what was under way goes on', async () => {
    const before = createHarness();
    await before.bus();
    await before.rule();
    before.core.receive('lambda', () => {
      throw new Error('the function is not there');
    });
    await before.put();

    const after = await again(before);
    after.events.resume?.();
    await after.core.clock.advance(2000);

    expect(after.core.delivered).toMatchObject([{ targetArn: FUNCTION }]);
  });
});

describe('TestEventPattern', () => {
  const event = {
    id: '1',
    account: '0',
    source: 'arcade',
    time: '2030-01-01T00:00:00Z',
    region: 'r',
    'detail-type': 't',
  };
  const test = (Event: unknown, EventPattern: unknown) =>
    createHarness().call('TestEventPattern', {
      Event: JSON.stringify(Event),
      EventPattern: JSON.stringify(EventPattern),
    });

  it('says whether an event fits', async () => {
    expect(await test(event, { source: ['arcade'] })).toEqual({ Result: true });
    expect(await test(event, { source: ['other'] })).toEqual({ Result: false });
  });

  it.each([...Object.keys(event).map((name) => ({ ...event, [name]: undefined })), 'text', []])(
    'refuses what is no event: %j',
    async (incomplete) => {
      const refused = { code: 'ValidationException', message: 'Parameter Event is not valid.' };
      await expect(test(incomplete, { source: ['arcade'] })).rejects.toMatchObject(refused);
    },
  );

  it('refuses what is no pattern', async () => {
    await expect(test(event, { source: 'arcade' })).rejects.toMatchObject({ code: 'InvalidEventPatternException' });
  });
});
