import type { Template, TemplateResource } from '../template.ts';
import type { Metric, Watch, Watched } from './watch.ts';

/** Adds an alarm for each thing that is watched. One that the template has under the same logical id is left as it is. */
export function addAlarms(template: Template, watched: readonly Watched[], topicArn: string | undefined): void {
  for (const { id, watches } of watched) {
    for (const watch of watches) template.Resources[`${id}${watch.id}Alarm`] ??= alarmOf(id, watch, topicArn);
  }
}

function alarmOf(id: string, watch: Watch, topicArn: string | undefined): TemplateResource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: `${id} ${watch.description}`,
      ...measured(watch),
      EvaluationPeriods: 1,
      Threshold: watch.threshold,
      ComparisonOperator: 'GreaterThanThreshold',
      // Most of these metrics have no data while nothing happens.
      TreatMissingData: 'notBreaching',
      ...(topicArn !== undefined && { AlarmActions: [topicArn] }),
    },
  };
}

function measured({ metrics, periodSeconds, together = 'SUM' }: Watch): Record<string, unknown> {
  const [only, ...others] = metrics;
  if (only && others.length === 0) {
    const stat = /^p\d/.test(only.stat) ? { ExtendedStatistic: only.stat } : { Statistic: only.stat };
    return { ...named(only), ...stat, Period: periodSeconds };
  }
  const parts = metrics.map((metric, index) => ({
    Id: `m${index}`,
    MetricStat: { Metric: named(metric), Stat: metric.stat, Period: periodSeconds },
    ReturnData: false,
  }));
  return { Metrics: [...parts, { Id: 'all', Expression: `${together}(METRICS())`, ReturnData: true }] };
}

function named({ namespace, name, dimensions }: Metric): Record<string, unknown> {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}
