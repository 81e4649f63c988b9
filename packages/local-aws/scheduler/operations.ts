import { z } from 'zod';
import { checkedOperations } from '../core/checkedOperation.ts';
import { AwsError } from '../core/errors.ts';
import type { Operation, Permission, Protocol, RestRoute } from '../core/service.ts';
import { ACCOUNT } from '../core/store/index.ts';
import { type Definition, nameSchema, scheduleRequest } from './definition.ts';
import {
  DEFAULT_GROUP,
  type Group,
  groupArn,
  SCHEDULER,
  type Schedule,
  type Schedules,
  scheduleArn,
} from './schedules.ts';
import type { Scheduling } from './scheduling.ts';

const PATH = /^\/(schedules|schedule-groups)(?:\/([^/]+))?\/?$/;
const OPERATIONS: Readonly<Record<string, string>> = {
  'POST schedules/': 'CreateSchedule',
  'GET schedules/': 'GetSchedule',
  'PUT schedules/': 'UpdateSchedule',
  'DELETE schedules/': 'DeleteSchedule',
  'GET schedules': 'ListSchedules',
  'GET schedule-groups/': 'GetScheduleGroup',
  'GET schedule-groups': 'ListScheduleGroups',
};

/** The Scheduler's wire protocol: REST and JSON. */
export const schedulerProtocol: Protocol = {
  kind: 'rest',
  route(method, path): RestRoute | undefined {
    const [, kind = '', name] = PATH.exec(path) ?? [];
    const operation = OPERATIONS[`${method} ${kind}${name === undefined ? '' : '/'}`];
    if (operation === undefined) return undefined;
    return { operation, parameters: name === undefined ? {} : { Name: decodeURIComponent(name) } };
  },
};

const invalid = (message: string) => new AwsError('ValidationException', message);
const operation = checkedOperations('scheduler', (path, reason) =>
  invalid(/^Invalid Schedule Expression/.test(reason) ? reason : `'${path}' failed to satisfy constraint: ${reason}`),
);

const token = z.string().min(1).max(64).optional();
const named = z.strictObject({ Name: nameSchema, groupName: nameSchema.default(DEFAULT_GROUP), clientToken: token });
const pages = {
  NamePrefix: nameSchema.optional(),
  NextToken: z.string().optional(),
  MaxResults: z.coerce.number().pipe(z.int().min(1).max(100)).default(100),
};

/** Whoever makes a schedule hands its role over to the Scheduler: https://docs.aws.amazon.com/scheduler/latest/UserGuide/security-iam.html */
const handing = (action: string, definition: Definition): Permission[] => [
  { action: `scheduler:${action}`, resource: scheduleArn(definition) },
  {
    action: 'iam:PassRole',
    resource: definition.Target.RoleArn,
    conditions: { 'iam:PassedToService': SCHEDULER },
    askedBy: 'scheduler',
  },
];

/** What can be asked of schedules, and done to them, over the wire. */
export function schedulerOperations(schedules: Schedules, scheduling: Scheduling): Record<string, Operation> {
  return {
    CreateSchedule: operation('CreateSchedule', {
      input: scheduleRequest,
      permissions: (definition) => handing('CreateSchedule', definition),
      run({ ClientToken, ...definition }) {
        scheduling.create(ACCOUNT, definition, ClientToken);
        return { ScheduleArn: scheduleArn(definition) };
      },
    }),
    UpdateSchedule: operation('UpdateSchedule', {
      input: scheduleRequest,
      permissions: (definition) => handing('UpdateSchedule', definition),
      run({ ClientToken: _token, ...definition }) {
        scheduling.change(schedules.find(definition), definition);
        return { ScheduleArn: scheduleArn(definition) };
      },
    }),
    GetSchedule: operation('GetSchedule', {
      input: named,
      permissions: ({ Name, groupName }) => onSchedule('GetSchedule', groupName, Name),
      run: ({ Name, groupName }) => describe(schedules.find({ Name, GroupName: groupName })),
    }),
    DeleteSchedule: operation('DeleteSchedule', {
      input: named,
      permissions: ({ Name, groupName }) => onSchedule('DeleteSchedule', groupName, Name),
      run({ Name, groupName }) {
        scheduling.end(schedules.find({ Name, GroupName: groupName }));
        return {};
      },
    }),
    ListSchedules: operation('ListSchedules', {
      input: z.strictObject({
        ...pages,
        ScheduleGroup: nameSchema.optional(),
        State: z.enum(['ENABLED', 'DISABLED']).optional(),
      }),
      permissions: ({ ScheduleGroup = '*' }) => onSchedule('ListSchedules', ScheduleGroup, '*'),
      run({ ScheduleGroup, State, NamePrefix = '', NextToken, MaxResults }) {
        if (ScheduleGroup !== undefined) schedules.findGroup(ScheduleGroup);
        const wanted = schedules
          .list()
          .filter(({ definition }) => ScheduleGroup === undefined || definition.GroupName === ScheduleGroup)
          .filter(({ definition }) => State === undefined || definition.State === State)
          .filter(({ definition }) => definition.Name.startsWith(NamePrefix));
        const { items, ...next } = pageOf(wanted, NextToken, MaxResults);
        return { Schedules: items.map(summarize), ...next };
      },
    }),
    GetScheduleGroup: operation('GetScheduleGroup', {
      input: z.strictObject({ Name: nameSchema }),
      permissions: ({ Name }) => [{ action: 'scheduler:GetScheduleGroup', resource: groupArn(Name) }],
      run: ({ Name }) => describeGroup(schedules.findGroup(Name)),
    }),
    ListScheduleGroups: operation('ListScheduleGroups', {
      input: z.strictObject(pages),
      permissions: () => [{ action: 'scheduler:ListScheduleGroups', resource: groupArn('*') }],
      run({ NamePrefix = '', NextToken, MaxResults }) {
        const wanted = schedules.groups().filter(({ name }) => name.startsWith(NamePrefix));
        const { items, ...next } = pageOf(wanted, NextToken, MaxResults);
        return { ScheduleGroups: items.map(describeGroup), ...next };
      },
    }),
  };
}

const onSchedule = (action: string, GroupName: string, Name: string): Permission[] => [
  { action: `scheduler:${action}`, resource: scheduleArn({ GroupName, Name }) },
];

/** A token is where the next page begins. */
function pageOf<Item>(all: readonly Item[], token: string | undefined, size: number) {
  const start = Number(token ?? 0);
  if (!Number.isInteger(start) || start < 0) throw invalid(`Invalid NextToken ${token}`);
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length && { NextToken: String(end) }) };
}

const seconds = (timeMs: number): number => timeMs / 1000;

function describe({ definition, createdMs, modifiedMs }: Schedule) {
  const { StartDate, EndDate, ...others } = definition;
  const { RetryPolicy, ...target } = others.Target;
  return {
    Arn: scheduleArn(definition),
    ...others,
    Target: {
      ...target,
      // What is not asked for is shown as it counts.
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185, ...RetryPolicy },
    },
    ...(StartDate !== undefined && { StartDate: seconds(StartDate) }),
    ...(EndDate !== undefined && { EndDate: seconds(EndDate) }),
    CreationDate: seconds(createdMs),
    LastModificationDate: seconds(modifiedMs),
  };
}

function summarize({ definition, createdMs, modifiedMs }: Schedule) {
  return {
    Arn: scheduleArn(definition),
    Name: definition.Name,
    GroupName: definition.GroupName,
    State: definition.State,
    CreationDate: seconds(createdMs),
    LastModificationDate: seconds(modifiedMs),
    Target: { Arn: definition.Target.Arn },
  };
}

function describeGroup({ name, createdMs }: Group) {
  return {
    Arn: groupArn(name),
    Name: name,
    State: 'ACTIVE',
    CreationDate: seconds(createdMs),
    LastModificationDate: seconds(createdMs),
  };
}
