import { z } from 'zod';
import { arnOfService } from '../core/arnSchema.ts';
import { inert } from '../core/resource.ts';

/** No metric is gathered on a laptop, so that none can be compared with a threshold. */
const NOT_EVALUATED = 'metrics are not evaluated on a laptop: alarms change by SetAlarmState only';

const dimensions = z.array(z.strictObject({ Name: z.string(), Value: z.string() })).max(30);
const stat = z.string().min(1);
const period = z.int().min(1);

const metricQuery = z.strictObject({
  Id: z.string().regex(/^[a-z][A-Za-z0-9_]*$/),
  Expression: z.string().optional(),
  Label: z.string().optional(),
  MetricStat: z
    .strictObject({
      Metric: z.strictObject({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions.default([]) }),
      Period: period,
      Stat: stat,
      Unit: z.string().optional(),
    })
    .optional(),
  Period: period.optional(),
  ReturnData: z.boolean().default(true),
});

const actions = z
  .array(arnOfService(['sns'], 'local-aws tells topics only of a state'))
  .max(5)
  .default([]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudwatch-alarm.html */
export const alarmProperties = z
  .strictObject({
    AlarmName: z.string().min(1).max(255).optional(),
    AlarmDescription: z.string().max(1024).optional(),
    ActionsEnabled: z.boolean().default(true),
    AlarmActions: actions,
    OKActions: actions,
    InsufficientDataActions: actions,
    ComparisonOperator: z.enum([
      'GreaterThanOrEqualToThreshold',
      'GreaterThanThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
    ]),
    EvaluationPeriods: z.int().min(1).meta({ inert: NOT_EVALUATED }),
    DatapointsToAlarm: z.int().min(1).meta({ inert: NOT_EVALUATED }).optional(),
    Threshold: z.number().meta({ inert: NOT_EVALUATED }),
    TreatMissingData: z
      .enum(['breaching', 'notBreaching', 'ignore', 'missing'])
      .meta({ inert: NOT_EVALUATED })
      .default('missing'),
    EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).meta({ inert: NOT_EVALUATED }).optional(),
    Namespace: z.string().optional(),
    MetricName: z.string().meta({ inert: NOT_EVALUATED }).optional(),
    Dimensions: dimensions.default([]),
    Statistic: z.enum(['Average', 'Maximum', 'Minimum', 'SampleCount', 'Sum']).optional(),
    ExtendedStatistic: z.string().optional(),
    Period: period.optional(),
    Unit: z.string().optional(),
    Metrics: z.array(metricQuery).min(1).max(10).meta({ inert: NOT_EVALUATED }).optional(),
    Tags: inert('tags have no behaviour'),
  })
  .superRefine(({ MetricName, Namespace, Period, Statistic, ExtendedStatistic, Metrics }, context) => {
    const one = [MetricName, Namespace, Period, Statistic ?? ExtendedStatistic];
    const isOne = one.every((part) => part !== undefined);
    if (isOne !== (Metrics === undefined) || (Metrics && one.some((part) => part !== undefined))) {
      const message = 'has either MetricName, Namespace, Period and a statistic, or Metrics';
      context.addIssue({ code: 'custom', message });
    }
  });

export type AlarmProperties = z.output<typeof alarmProperties>;
