import { isObject, listOf, ofType, type Template } from '../template.ts';
import { whyNeverEmitted } from './metrics.ts';

/** Alarms and dashboards of a template that wait for data that never comes, a sentence each. */
export function metricProblems(template: Template): string[] {
  return [
    ...ofType(template, 'AWS::CloudWatch::Alarm').flatMap(([id, { Properties = {} }]) =>
      metricsOfAlarm(Properties).flatMap((metric) => problemOf(id, metric)),
    ),
    ...ofType(template, 'AWS::CloudWatch::Dashboard').flatMap(([id, { Properties = {} }]) =>
      metricsOfDashboard(Properties.DashboardBody).flatMap((metric) => problemOf(id, metric)),
    ),
  ];
}

interface Named {
  namespace: string;
  name: string;
  dimensions: string[];
}

function problemOf(id: string, { namespace, name, dimensions }: Named): string[] {
  const why = whyNeverEmitted(namespace, name, dimensions);
  return why === undefined ? [] : [`${id}: ${why}`];
}

function metricsOfAlarm(properties: Record<string, unknown>): Named[] {
  const many = listOf(properties.Metrics).flatMap((one) =>
    isObject(one) && isObject(one.MetricStat) && isObject(one.MetricStat.Metric) ? [one.MetricStat.Metric] : [],
  );
  const all = properties.MetricName === undefined ? many : [properties];
  return all.map(({ Namespace, MetricName, Dimensions }) => ({
    namespace: String(Namespace),
    name: String(MetricName),
    dimensions: listOf(Dimensions).map((one) => (isObject(one) ? String(one.Name) : '')),
  }));
}

/** Lines are whole here: none takes `.` or `...` from the one before. */
function metricsOfDashboard(body: unknown): Named[] {
  const text = isObject(body) ? String(listOf(body['Fn::Sub'])[0]) : String(body);
  const { widgets } = JSON.parse(text) as { widgets: { properties: { metrics?: unknown[][] } }[] };
  return widgets.flatMap(({ properties }) =>
    (properties.metrics ?? []).map((line) => {
      const [namespace, name, ...rest] = line.filter((part) => typeof part === 'string');
      return {
        namespace: String(namespace),
        name: String(name),
        dimensions: rest.filter((_, index) => index % 2 === 0),
      };
    }),
  );
}
