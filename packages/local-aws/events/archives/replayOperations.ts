import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import type { Operation, Permission } from '../../core/service.ts';
import { type Buses, busArn } from '../buses.ts';
import { eventsOperation } from '../operations/operation.ts';
import type { RuleStore } from '../rules.ts';
import { type Archives, archiveArn } from './archives.ts';
import { type Replay, type Replays, replayArn } from './replays.ts';

const MAX_PAGE = 100;
const replayName = z
  .string()
  .regex(/^[.\-_A-Za-z0-9]{1,64}$/, 'Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+');
/** Seconds since the epoch, as the JSON protocol has times. */
const time = z.number().transform((seconds) => seconds * 1000);

const onReplay = (action: string, name: string): Permission[] => [
  { action: `events:${action}`, resource: replayArn(name) },
];
const invalid = (parameter: string, reason: string) =>
  new AwsError('ValidationException', `Parameter ${parameter} is not valid. Reason: ${reason}`);

const started = z.strictObject({
  ReplayName: replayName,
  Description: z.string().max(512).optional(),
  EventSourceArn: z.string().min(1),
  EventStartTime: time,
  EventEndTime: time,
  Destination: z.strictObject({ Arn: z.string().min(1), FilterArns: z.array(z.string().min(1)).optional() }),
});

/** What replays are made of. */
export interface ReplayParts {
  archives: Archives;
  replays: Replays;
  buses: Buses;
  rules: RuleStore;
}

/** Replays: to start, to watch and to cancel. */
export function replayOperations({ archives, replays, buses, rules }: ReplayParts): Record<string, Operation> {
  /** Checked in AWS's order: the times go before the archive and the bus. */
  const wantedOf = ({
    Destination,
    EventStartTime,
    EventEndTime,
    EventSourceArn,
    ...named
  }: z.output<typeof started>) => {
    if (EventStartTime >= EventEndTime) throw invalid('EventEndTime', 'EventStartTime must be before EventEndTime.');
    const start = archiveArn('');
    const archiveName = EventSourceArn.startsWith(start) ? EventSourceArn.slice(start.length) : EventSourceArn;
    const archive = archives.get(archiveName);
    if (!archive) throw invalid('EventSourceArn', `Archive ${archiveName} does not exist.`);
    const { busName } = archive;
    if (Destination.Arn !== busArn(busName))
      throw invalid('Destination.Arn', 'Cross event bus replay is not permitted.');
    buses.find(busName);
    const { FilterArns = [] } = Destination;
    const unknown = FilterArns.find((arn) => rules.get(arn)?.busName !== busName);
    if (unknown !== undefined)
      throw invalid('Destination.FilterArns', `Rule ${unknown} does not exist on EventBus ${busName}.`);
    return {
      name: named.ReplayName,
      ...(named.Description !== undefined && { description: named.Description }),
      archiveName,
      busName,
      ...(FilterArns.length > 0 && { ruleArns: FilterArns }),
      startMs: EventStartTime,
      endMs: EventEndTime,
    };
  };
  return {
    StartReplay: eventsOperation('StartReplay', {
      input: started,
      permissions: ({ EventSourceArn, ReplayName }) => [
        { action: 'events:StartReplay', resource: EventSourceArn },
        ...onReplay('StartReplay', ReplayName),
      ],
      run(input) {
        const replay = replays.start(wantedOf(input));
        return { ReplayArn: replayArn(replay.name), State: replay.state, ReplayStartTime: replay.startedMs / 1000 };
      },
    }),
    DescribeReplay: eventsOperation('DescribeReplay', {
      input: z.strictObject({ ReplayName: replayName }),
      permissions: ({ ReplayName }) => onReplay('DescribeReplay', ReplayName),
      run({ ReplayName }) {
        const replay = replays.find(ReplayName);
        const { description, ruleArns } = replay;
        return {
          ReplayArn: replayArn(replay.name),
          ...summary(replay),
          ...(description !== undefined && { Description: description }),
          Destination: { Arn: busArn(replay.busName), ...(ruleArns && { FilterArns: ruleArns }) },
        };
      },
    }),
    ListReplays: eventsOperation('ListReplays', {
      input: z.strictObject({
        NamePrefix: z.string().default(''),
        EventSourceArn: z.string().optional(),
        State: z.string().optional(),
        Limit: z.int().min(1).max(MAX_PAGE).default(MAX_PAGE),
      }),
      permissions: () => [{ action: 'events:ListReplays', resource: '*' }],
      run: ({ NamePrefix, EventSourceArn, State, Limit }) => ({
        Replays: replays
          .list()
          .filter(({ name }) => name.startsWith(NamePrefix))
          .filter(({ archiveName }) => EventSourceArn === undefined || archiveArn(archiveName) === EventSourceArn)
          .filter(({ state }) => State === undefined || state === State)
          .slice(0, Limit)
          .map(summary),
      }),
    }),
    CancelReplay: eventsOperation('CancelReplay', {
      input: z.strictObject({ ReplayName: replayName }),
      permissions: ({ ReplayName }) => onReplay('CancelReplay', ReplayName),
      run({ ReplayName }) {
        const { name, state } = replays.cancel(ReplayName);
        return { ReplayArn: replayArn(name), State: state };
      },
    }),
  };
}

function summary(replay: Replay) {
  const { stateReason, lastEventMs, endedMs } = replay;
  return {
    ReplayName: replay.name,
    EventSourceArn: archiveArn(replay.archiveName),
    State: replay.state,
    ...(stateReason !== undefined && { StateReason: stateReason }),
    EventStartTime: replay.startMs / 1000,
    EventEndTime: replay.endMs / 1000,
    ...(lastEventMs !== undefined && { EventLastReplayedTime: lastEventMs / 1000 }),
    ReplayStartTime: replay.startedMs / 1000,
    ...(endedMs !== undefined && { ReplayEndTime: endedMs / 1000 }),
  };
}
