import { beforeEach, describe, expect, it } from '@jest/globals';
import { createTestCore, type TestCore, typeOf } from '../../core/tests/testCore.ts';
import type { BusEvent } from '../busEvent.ts';
import { createEvents } from '../events.ts';
import { BUS, createHarness, ENTRY, FUNCTION, type Harness, QUEUE, trustingIam } from './harness.ts';

const ARCHIVE = 'arn:aws:events:eu-west-1:000000000000:archive/games';
const RULE = 'arn:aws:events:eu-west-1:000000000000:rule/games/done';
const OTHER_RULE = 'arn:aws:events:eu-west-1:000000000000:rule/games/other';
const DAY_MS = 86_400_000;
const START = Date.parse('2030-01-01T00:00:00Z') / 1000;

const context = { stackName: 'tests', logicalId: 'Thing', generateName: () => 'tests-Thing' };

let harness: Harness;
let core: TestCore;

beforeEach(async () => {
  harness = createHarness();
  ({ core } = harness);
  await harness.bus();
});

const archive = (more: object = {}) =>
  harness.create('AWS::Events::Archive', { ArchiveName: 'games', SourceArn: BUS, ...more });
const put = async (times: number, entry: object = {}) => {
  for (let number = 0; number < times; number += 1)
    await harness.put({ Detail: JSON.stringify({ n: number }), ...entry });
};
const described = () => harness.call('DescribeArchive', { ArchiveName: 'games' });
const start = (more: object = {}) =>
  harness.call('StartReplay', {
    ReplayName: 'again',
    EventSourceArn: ARCHIVE,
    EventStartTime: START - 60,
    EventEndTime: START + 3600,
    Destination: { Arn: BUS },
    ...more,
  });
const replay = (ReplayName = 'again') => harness.call('DescribeReplay', { ReplayName });
const deliveredEvents = () => core.delivered.map(({ payload }) => JSON.parse(payload) as BusEvent);

/** The same stack in a new process on the same store. */
const restart = async () => {
  core.clock.stop();
  core = createTestCore({ after: core });
  const events = core.add(createEvents(core, { iam: trustingIam }));
  const make = async (type: string, properties: object) => {
    const found = typeOf(events, type);
    const parsed = found.properties.parse(properties);
    return (await found.adopt?.(parsed, context)) ?? found.create(parsed, context);
  };
  await make('AWS::Events::EventBus', { Name: 'games' });
  await make('AWS::Events::Archive', { ArchiveName: 'games', SourceArn: BUS });
  const targets = { Targets: [{ Id: 'one', Arn: FUNCTION }] };
  await make('AWS::Events::Rule', {
    Name: 'done',
    EventBusName: 'games',
    EventPattern: { source: ['arcade'] },
    ...targets,
  });
  events.resume?.();
  const call: Harness['call'] = (operation, input) => core.ask('events', operation, input);
  harness = { ...harness, core, events, call };
};

describe('an archive', () => {
  it('keeps what its bus accepts, whether or not a rule takes it', async () => {
    await archive({ RetentionDays: 7, Description: 'All of it' });

    await put(3);
    await harness.put({ EventBusName: 'default' });

    expect(await described()).toEqual({
      ArchiveArn: ARCHIVE,
      ArchiveName: 'games',
      EventSourceArn: BUS,
      State: 'ENABLED',
      Description: 'All of it',
      RetentionDays: 7,
      SizeBytes: expect.any(Number),
      EventCount: 3,
      CreationTime: START,
    });
    expect(await harness.call('ListArchives', { EventSourceArn: BUS })).toMatchObject({
      Archives: [{ ArchiveName: 'games', EventCount: 3 }],
    });
  });

  it('keeps what its pattern takes only', async () => {
    await archive({ EventPattern: { detail: { n: [1] } } });

    await put(3);

    expect(await described()).toMatchObject({ EventCount: 1, EventPattern: '{"detail":{"n":[1]}}' });
  });

  it('forgets events when their time is over, an hour at a time, and gives none of them before that', async () => {
    await harness.rule();
    await archive({ RetentionDays: 1 });
    await put(2);
    await core.clock.advance(90 * 60_000);
    await put(1);
    core.delivered.length = 0;

    await core.clock.advance(DAY_MS - 60 * 60_000);
    expect(await described()).toMatchObject({ EventCount: 3 });
    await start({ EventEndTime: START + 2 * 86_400 });
    await core.clock.advance(1000);
    expect(deliveredEvents().map(({ time }) => time)).toEqual(['2030-01-01T01:30:00Z']);
    await core.clock.advance(30 * 60_000);
    expect(await described()).toMatchObject({ EventCount: 1 });
    await core.clock.advance(DAY_MS);
    expect(await described()).toMatchObject({ EventCount: 0, SizeBytes: 0 });
    const type = typeOf(harness.events, 'AWS::Events::Archive');
    const forEver = type.properties.parse({ ArchiveName: 'games', SourceArn: BUS });
    await type.update({ physicalId: 'games', attributes: {} }, forEver, forEver, context);
    await put(1, { Time: START });
    core.delivered.length = 0;
    await start({ ReplayName: 'rest' });
    await core.clock.advance(1000);
    expect(core.delivered).toHaveLength(1);
  });

  it('has its events after a restart, and another setting does not cost them; it takes them with it', async () => {
    await archive();
    await put(2);
    await restart();
    expect(await described()).toMatchObject({ EventCount: 2 });

    const type = typeOf(harness.events, 'AWS::Events::Archive');
    const properties = type.properties.parse({ ArchiveName: 'games', SourceArn: BUS, RetentionDays: 3 });
    await type.update({ physicalId: 'games', attributes: {} }, properties, properties, context);
    expect(await described()).toMatchObject({ EventCount: 2, RetentionDays: 3 });

    await type.remove({ physicalId: 'games', attributes: {} }, properties, context);
    await expect(described()).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Archive games does not exist.',
    });
    await type.create(properties, context);
    await harness.call('PutEvents', { Entries: [ENTRY] });
    expect(await described()).toMatchObject({ EventCount: 1 });
  });

  it('stays with its events when its stack lets go of it', async () => {
    await archive();
    await put(2);

    await typeOf(harness.events, 'AWS::Events::Archive').retain?.({ physicalId: 'games', attributes: {} });
    core.store.drop('tests');

    expect(await described()).toMatchObject({ EventCount: 2 });
  });

  it('is refused with a name that is taken', async () => {
    await archive();

    await expect(archive()).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
      message: 'Archive games already exists.',
    });
  });
});

describe('a replay', () => {
  it('brings archived events again as they were, with its name, minute by minute', async () => {
    await harness.rule();
    await archive();
    await put(2);
    await core.clock.advance(60_000);
    await put(1, { Detail: '{"n":9}' });
    const before = deliveredEvents();
    expect(await described()).toMatchObject({ EventCount: 3 });
    core.delivered.length = 0;

    expect(await start()).toEqual({
      ReplayArn: 'arn:aws:events:eu-west-1:000000000000:replay/again',
      State: 'STARTING',
      ReplayStartTime: START + 60,
    });
    await core.clock.advance(10_000);

    const after = deliveredEvents();
    const plain = after.map(({ 'replay-name': _name, ...event }) => event);
    expect(new Set(plain.map((event) => JSON.stringify(event)))).toEqual(
      new Set(before.map((event) => JSON.stringify(event))),
    );
    expect(plain.at(-1)).toEqual(before.at(-1));
    expect(Object.keys(after[0] ?? {})).toEqual([
      'version',
      'id',
      'detail-type',
      'source',
      'account',
      'time',
      'region',
      'replay-name',
      'resources',
      'detail',
    ]);
    expect(await replay()).toMatchObject({
      State: 'COMPLETED',
      EventLastReplayedTime: START + 60,
      Destination: { Arn: BUS },
      EventSourceArn: ARCHIVE,
    });
    expect(await described()).toMatchObject({ EventCount: 3 });
  });

  it('gives them to the rules that it names only, and those that exclude replays get none', async () => {
    await harness.rule();
    await harness.rule({ Name: 'other', Targets: [{ Id: 'two', Arn: QUEUE }] });
    await harness.rule({
      Name: 'once',
      EventPattern: { source: ['arcade'], 'replay-name': [{ exists: false }] },
      Targets: [{ Id: 'three', Arn: `${QUEUE}-once` }],
    });
    await archive();
    await put(1);
    core.delivered.length = 0;

    await start({ Destination: { Arn: BUS, FilterArns: [OTHER_RULE] } });
    await core.clock.advance(5000);
    expect(core.delivered.map(({ targetArn }) => targetArn)).toEqual([QUEUE]);
    await start({ ReplayName: 'all' });
    await core.clock.advance(5000);

    expect(core.delivered.map(({ targetArn }) => targetArn)).toEqual([QUEUE, FUNCTION, QUEUE]);
  });

  it('takes events from its start up to its end, by their own time', async () => {
    await harness.rule();
    await archive();
    for (const seconds of [0, 1, 59, 60, 1799, 1800, 3600]) await put(1, { Time: START + seconds });
    core.delivered.length = 0;

    await start({ EventStartTime: START + 1, EventEndTime: START + 1800 });
    await core.clock.advance(5000);

    expect(
      deliveredEvents()
        .map(({ time }) => Date.parse(time) / 1000 - START)
        .sort((left, right) => left - right),
    ).toEqual([1, 59, 60, 1799]);
  });

  it('goes on step by step, so that it can be watched, and cancelled', async () => {
    await harness.rule();
    await archive();
    await put(250);
    core.delivered.length = 0;

    await start();
    await core.clock.advance(250);
    expect(await replay()).toMatchObject({ State: 'RUNNING', EventLastReplayedTime: START });
    expect(core.delivered).toHaveLength(100);
    expect(await harness.call('CancelReplay', { ReplayName: 'again' })).toMatchObject({ State: 'CANCELLING' });
    await core.clock.advance(5000);

    expect(await replay()).toMatchObject({ State: 'CANCELLED', ReplayEndTime: START + 0.5 });
    expect(core.delivered).toHaveLength(100);
    await expect(harness.call('CancelReplay', { ReplayName: 'again' })).rejects.toMatchObject({
      code: 'IllegalStatusException',
    });
  });

  it('goes on after a restart where it was', async () => {
    await harness.rule();
    await archive();
    await put(150);
    await start();
    core.delivered.length = 0;
    await core.clock.advance(250);
    const first = deliveredEvents();

    await restart();
    await core.clock.advance(5000);

    const all = [...first, ...deliveredEvents()].map(({ id }) => id);
    expect([first.length, all.length, new Set(all).size]).toEqual([100, 150, 150]);
    expect(await replay()).toMatchObject({ State: 'COMPLETED' });
  });

  it('of nothing is done at once, and has brought nothing', async () => {
    await archive();

    await start();
    await core.clock.advance(1000);

    const done = await replay();
    expect(done).toMatchObject({ State: 'COMPLETED' });
    expect(done).not.toHaveProperty('EventLastReplayedTime');
  });

  it('fails when its archive goes', async () => {
    await archive();
    await start();

    await typeOf(harness.events, 'AWS::Events::Archive').remove({ physicalId: 'games', attributes: {} }, {}, context);
    await core.clock.advance(1000);

    expect(await replay()).toMatchObject({ State: 'FAILED', StateReason: 'Archive games does not exist.' });
  });

  it.each([
    [
      'its end at its start, before anything else is looked at',
      { EventStartTime: START, EventEndTime: START, EventSourceArn: 'arn:none', Destination: { Arn: 'arn:none' } },
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    ],
    [
      'no such archive',
      { EventSourceArn: `${ARCHIVE}-none` },
      'Parameter EventSourceArn is not valid. Reason: Archive games-none does not exist.',
    ],
    [
      'another bus',
      { Destination: { Arn: BUS.replace('games', 'default') } },
      'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
    ],
    [
      'a rule that is not there',
      { Destination: { Arn: BUS, FilterArns: [RULE] } },
      `Parameter Destination.FilterArns is not valid. Reason: Rule ${RULE} does not exist on EventBus games.`,
    ],
  ])('is refused with %s', async (_case, more, message) => {
    await archive();

    await expect(start(more)).rejects.toMatchObject({ code: 'ValidationException', message });
  });

  it('is one of ten at a time, and has its name for itself', async () => {
    await archive();
    for (let number = 1; number <= 10; number += 1) await start({ ReplayName: `replay-${number}` });

    await expect(start()).rejects.toMatchObject({ code: 'LimitExceededException' });
    await core.clock.advance(1000);
    await expect(start({ ReplayName: 'replay-1' })).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
      message: 'Replay replay-1 already exists.',
    });
    await start();
    expect((await harness.call<{ Replays: object[] }>('ListReplays', { State: 'STARTING' })).Replays).toHaveLength(1);
    await core.clock.advance(91 * DAY_MS);
    await start({ ReplayName: 'replay-1' });
    expect((await harness.call<{ Replays: object[] }>('ListReplays', {})).Replays).toHaveLength(1);
  });

  it('asks for the archive and for itself', async () => {
    await archive();
    core.asked.length = 0;

    await start();

    expect(core.asked).toEqual([
      `events:StartReplay ${ARCHIVE}`,
      'events:StartReplay arn:aws:events:eu-west-1:000000000000:replay/again',
    ]);
  });
});

describe('the fault plan', () => {
  it('does not make an archive keep an event twice that it duplicates on its way', async () => {
    harness = createHarness({ faults: { seed: 1, rules: [{ match: { service: 'events' }, duplicate: 1 }] } });
    ({ core } = harness);
    await harness.bus();
    await harness.rule();
    await archive();

    await harness.put(ENTRY);

    expect(core.delivered).toHaveLength(2);
    expect(await described()).toMatchObject({ EventCount: 1 });
  });
});
