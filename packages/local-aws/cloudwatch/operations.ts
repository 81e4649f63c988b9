import { z } from 'zod';
import { AwsError } from '../core/errors.ts';
import type { Operation } from '../core/service.ts';
import { ALARM_STATES, type Alarm, type Alarms, alarmArn } from './alarms.ts';
import type { Announce } from './announce.ts';
import { operation } from './operation.ts';

const name = z.string().min(1).max(255);
const MOST_PER_PAGE = 100;

/** What can be asked of alarms, and done to them, over the wire. */
export function alarmOperations(alarms: Alarms, announce: Announce, now: () => number): Record<string, Operation> {
  return {
    SetAlarmState: operation('SetAlarmState', {
      input: z.strictObject({
        AlarmName: name,
        StateValue: z.enum(ALARM_STATES),
        StateReason: z.string().max(1023),
        StateReasonData: z.string().max(4000).optional(),
      }),
      permissions: ({ AlarmName }) => [{ action: 'cloudwatch:SetAlarmState', resource: alarmArn(AlarmName) }],
      async run({ AlarmName, StateValue, StateReason, StateReasonData }, { traceHeader }) {
        const alarm = alarms.get(AlarmName);
        if (!alarm) throw new AwsError('ResourceNotFound', `Alarm ${AlarmName} does not exist`, { status: 404 });
        const isChange = alarm.state.value !== StateValue;
        const changed = alarms.setState(alarm, {
          value: StateValue,
          reason: StateReason,
          ...(StateReasonData !== undefined && { reasonData: StateReasonData }),
          sinceMs: now(),
        });
        if (isChange) await announce(changed, alarm.state, traceHeader);
        return {};
      },
    }),
    DescribeAlarms: operation('DescribeAlarms', {
      input: z.strictObject({
        AlarmNames: z.array(name).max(100).optional(),
        AlarmNamePrefix: name.optional(),
        AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).optional(),
        StateValue: z.enum(ALARM_STATES).optional(),
        ActionPrefix: z.string().min(1).max(1024).optional(),
        MaxRecords: z.int().min(1).max(MOST_PER_PAGE).default(MOST_PER_PAGE),
        NextToken: z.string().optional(),
      }),
      permissions: () => [{ action: 'cloudwatch:DescribeAlarms', resource: alarmArn('*') }],
      run({ AlarmNames, AlarmNamePrefix = '', AlarmTypes, StateValue, ActionPrefix, MaxRecords, NextToken = '0' }) {
        const isWanted = ({ name, state, properties }: Alarm) =>
          (AlarmNames?.includes(name) ?? true) &&
          name.startsWith(AlarmNamePrefix) &&
          (StateValue === undefined || state.value === StateValue) &&
          (ActionPrefix === undefined || properties.AlarmActions.some((arn) => arn.startsWith(ActionPrefix)));
        const start = Number(NextToken);
        if (!Number.isInteger(start) || start < 0) throw new AwsError('InvalidNextToken', 'The token is not valid.');
        const hasMetric = AlarmTypes?.includes('MetricAlarm') ?? true;
        const found = hasMetric ? alarms.list().filter(isWanted) : [];
        const end = start + MaxRecords;
        return {
          CompositeAlarms: [],
          MetricAlarms: found.slice(start, end).map(describe),
          ...(end < found.length && { NextToken: String(end) }),
        };
      },
    }),
  };
}

function describe({ name, arn, properties, configuredMs, state }: Alarm) {
  const { Tags: _inert, AlarmName: _name, ...others } = properties;
  return {
    AlarmName: name,
    AlarmArn: arn,
    ...others,
    AlarmConfigurationUpdatedTimestamp: configuredMs / 1000,
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData !== undefined && { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: state.sinceMs / 1000,
    StateTransitionedTimestamp: state.sinceMs / 1000,
  };
}
