import { LOCAL_ACCOUNT } from '../core/arn.ts';
import type { Alarm, AlarmState } from './alarms.ts';

/** `2030-01-01T00:00:00.000+0000`, as CloudWatch writes times. */
const timestamp = (timeMs: number): string => new Date(timeMs).toISOString().replace('Z', '+0000');

/**
 * The detail of the event `CloudWatch Alarm State Change`; `metricId` is the id of an alarm's only metric.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function stateChangeDetail(alarm: Alarm, previous: AlarmState, metricId: string): Record<string, unknown> {
  const { name, properties, state } = alarm;
  const { AlarmDescription: description } = properties;
  return {
    alarmName: name,
    configuration: { ...(description !== undefined && { description }), metrics: metricsOf(alarm, metricId) },
    previousState: stateOf(previous),
    state: stateOf(state),
  };
}

const stateOf = ({ value, reason, reasonData, sinceMs }: AlarmState) => ({
  reason,
  ...(reasonData !== undefined && { reasonData }),
  timestamp: timestamp(sinceMs),
  value,
});

function metricsOf({ properties }: Alarm, metricId: string): object[] {
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic, Metrics } = properties;
  if (!Metrics) {
    const metric = { dimensions: dimensionsOf(Dimensions), name: MetricName, namespace: Namespace };
    return [
      { id: metricId, metricStat: { metric, period: Period, stat: Statistic ?? ExtendedStatistic }, returnData: true },
    ];
  }
  return Metrics.map(({ Id: id, Expression, Label, MetricStat, ReturnData: returnData }) => ({
    id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(MetricStat && {
      metricStat: {
        metric: {
          dimensions: dimensionsOf(MetricStat.Metric.Dimensions),
          name: MetricStat.Metric.MetricName,
          namespace: MetricStat.Metric.Namespace,
        },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
      },
    }),
    returnData,
  }));
}

type Dimensions = Alarm['properties']['Dimensions'];

const dimensionsOf = (dimensions: Dimensions) => Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));

/** How messages call the region. */
const REGION = 'EU (Ireland)';

/** `ALARM: "name" in EU (Ireland)` */
export const subjectOf = ({ name, state }: Alarm): string => `${state.value}: "${name}" in ${REGION}`.slice(0, 100);

/**
 * What topics are told of a state.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export function messageOf({ name, arn, properties, configuredMs, state }: Alarm, previous: AlarmState): string {
  return JSON.stringify({
    AlarmName: name,
    AlarmDescription: properties.AlarmDescription ?? null,
    AWSAccountId: LOCAL_ACCOUNT,
    AlarmConfigurationUpdatedTimestamp: timestamp(configuredMs),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: timestamp(state.sinceMs),
    Region: REGION,
    AlarmArn: arn,
    OldStateValue: previous.value,
    OKActions: properties.OKActions,
    AlarmActions: properties.AlarmActions,
    InsufficientDataActions: properties.InsufficientDataActions,
    Trigger: triggerOf(properties),
  });
}

function triggerOf(properties: Alarm['properties']): object {
  const { EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, Threshold, TreatMissingData, Metrics } = properties;
  const judged = {
    Period: properties.Period ?? Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period,
    EvaluationPeriods,
    ...(DatapointsToAlarm !== undefined && { DatapointsToAlarm }),
    ComparisonOperator,
    Threshold,
    TreatMissingData,
    EvaluateLowSampleCountPercentile: properties.EvaluateLowSampleCountPercentile ?? '',
  };
  if (Metrics) {
    return {
      ...judged,
      Metrics: Metrics.map(({ MetricStat, ...query }) => ({
        ...query,
        ...(MetricStat && {
          MetricStat: {
            ...MetricStat,
            Metric: { ...MetricStat.Metric, Dimensions: namedValues(MetricStat.Metric.Dimensions) },
          },
        }),
      })),
    };
  }
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Unit = null, Dimensions } = properties;
  return {
    MetricName,
    Namespace,
    ...(Statistic
      ? { StatisticType: 'Statistic', Statistic: Statistic.toUpperCase() }
      : { StatisticType: 'ExtendedStatistic', ExtendedStatistic }),
    Unit,
    Dimensions: namedValues(Dimensions),
    ...judged,
  };
}

const namedValues = (dimensions: Dimensions) => dimensions.map(({ Name: name, Value: value }) => ({ value, name }));
