import { z } from 'zod';
import { AwsError, NotSupportedError } from '../core/errors.ts';
import type { Operation } from '../core/service.ts';
import type { Counted, MetricSource } from './metricSource.ts';
import { operation } from './operation.ts';

const STATISTICS = {
  SampleCount: ({ samples }: Counted) => samples,
  Sum: ({ sum }: Counted) => sum,
  Average: ({ sum, samples }: Counted) => sum / samples,
  Minimum: ({ minimum }: Counted) => minimum,
  Maximum: ({ maximum }: Counted) => maximum,
};
const statistic = z.enum(Object.keys(STATISTICS) as (keyof typeof STATISTICS)[]);

const metric = {
  Namespace: z.string().min(1),
  MetricName: z.string().min(1),
  Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
};
type Metric = z.output<z.ZodObject<typeof metric>>;
/** In seconds: what is counted here is counted by the minute. */
const period = z.int().min(60).multipleOf(60);
/** Seconds since the epoch. */
const moment = z.number();
const range = { StartTime: moment, EndTime: moment };
type Range = z.output<z.ZodObject<typeof range>>;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MOST_QUERIES = 500;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
const MOST_POINTS = 1440;

/** What can be asked of the metrics that local-aws counts itself. All others are refused by name: nothing is known of them. */
export function metricOperations(sources: readonly MetricSource[]): Record<string, Operation> {
  const read = ({ Namespace, MetricName, Dimensions }: Metric, { StartTime, EndTime }: Range, seconds: number) => {
    const source = sources.find(({ namespace }) => namespace === Namespace);
    const known = sources.flatMap(({ namespace, units }) => Object.keys(units).map((name) => `${namespace} ${name}`));
    const unit = source?.units[MetricName];
    if (!source || unit === undefined)
      throw new NotSupportedError(`the metric ${Namespace} ${MetricName}`, `It counts ${known.join(', ')}`);
    const wanted = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
    if (Object.keys(wanted).join() !== source.dimensions.join())
      throw new NotSupportedError(
        `the metric ${Namespace} ${MetricName} by '${Object.keys(wanted).join()}'`,
        `It counts by ${source.dimensions.join(', ')}`,
      );
    const periodMs = seconds * 1000;
    const fromMs = Math.floor((StartTime * 1000) / periodMs) * periodMs;
    if (EndTime * 1000 <= fromMs)
      throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
    return {
      unit,
      counted: source.read({ name: MetricName, dimensions: wanted, fromMs, toMs: EndTime * 1000, periodMs }),
    };
  };

  return {
    GetMetricData: operation('GetMetricData', {
      input: z.strictObject({
        MetricDataQueries: z
          .array(
            z.strictObject({
              Id: z.string().regex(/^[a-z]\w{0,254}$/, 'must begin with a lower-case letter'),
              MetricStat: z.strictObject({ Metric: z.strictObject(metric), Period: period, Stat: statistic }),
              Label: z.string().optional(),
              ReturnData: z.boolean().default(true),
            }),
          )
          .min(1)
          .max(MOST_QUERIES),
        ...range,
        ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
      }),
      permissions: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
      run: ({ MetricDataQueries, ScanBy, ...times }) => ({
        MetricDataResults: MetricDataQueries.filter(({ ReturnData }) => ReturnData).map(({ Id, Label, MetricStat }) => {
          const { Metric, Period, Stat } = MetricStat;
          const { counted } = read(Metric, times, Period);
          const points = ScanBy === 'TimestampAscending' ? counted : counted.toReversed();
          return {
            Id,
            Label: Label ?? Metric.MetricName,
            Timestamps: points.map(({ atMs }) => atMs / 1000),
            Values: points.map(STATISTICS[Stat]),
            StatusCode: 'Complete',
          };
        }),
        Messages: [],
      }),
    }),
    GetMetricStatistics: operation('GetMetricStatistics', {
      input: z.strictObject({ ...metric, ...range, Period: period, Statistics: z.array(statistic).min(1).max(5) }),
      permissions: () => [{ action: 'cloudwatch:GetMetricStatistics', resource: '*' }],
      run({ Period, Statistics, StartTime, EndTime, ...wanted }) {
        const { unit: Unit, counted } = read(wanted, { StartTime, EndTime }, Period);
        if (counted.length > MOST_POINTS)
          throw new AwsError('InvalidParameterCombination', `You have requested more than ${MOST_POINTS} datapoints.`);
        const Datapoints = counted.map((point) => ({
          Timestamp: point.atMs / 1000,
          ...Object.fromEntries(Statistics.map((name) => [name, STATISTICS[name](point)])),
          Unit,
        }));
        return { Label: wanted.MetricName, Datapoints };
      },
    }),
  };
}
