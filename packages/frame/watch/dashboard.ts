import type { Widget } from '../settings.ts';
import { isObject, type Template } from '../template.ts';
import type { Metric, Watched } from './watch.ts';

/** A dashboard is 24 units wide. */
const WIDTH = 12;
const HEIGHT = 6;
const NOTE_HEIGHT = 2;
// biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of Fn::Sub.
const REGION = '${AWS::Region}';

/** What a dashboard is made of. */
interface Contents {
  name: string;
  /** The service's own metrics come first. */
  domain: { widgets: readonly Widget[]; namespace: string; service: string } | undefined;
  watched: readonly Watched[];
}

/** Adds a dashboard with a widget for each kind of metric, and notes on them; none where there is nothing to draw. */
export function addDashboard(template: Template, { name, domain, watched }: Contents): void {
  const own = (domain?.widgets ?? []).map(({ title, metrics, stat = 'Sum' }) => ({
    title,
    metrics: metrics.map((metric) => ({
      namespace: domain?.namespace ?? '',
      name: metric,
      dimensions: { service: domain?.service },
      stat,
    })),
  }));
  const widgets = [...own, ...widgetsOf(watched)].map(({ title, metrics }, index) => ({
    type: 'metric',
    x: (index % 2) * WIDTH,
    y: Math.floor(index / 2) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: { title, region: REGION, period: 60, metrics: metrics.map(lineOf) },
  }));
  if (widgets.length === 0) return;
  const below = Math.ceil(widgets.length / 2) * HEIGHT;
  const all = [...widgets, ...notesOf(watched, below)];
  template.Resources.Dashboard ??= {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: { DashboardName: name, DashboardBody: { 'Fn::Sub': JSON.stringify({ widgets: all }) } },
  };
}

/** Each note once, below the metrics. */
function notesOf(watched: readonly Watched[], below: number) {
  const notes = new Set(watched.flatMap(({ note }) => note ?? []));
  return [...notes].map((markdown, index) => ({
    type: 'text',
    x: 0,
    y: below + index * NOTE_HEIGHT,
    width: 2 * WIDTH,
    height: NOTE_HEIGHT,
    properties: { markdown },
  }));
}

/** Resources of one kind share their widgets, so that a service with many functions has no more of them. */
function widgetsOf(watched: readonly Watched[]): { title: string; metrics: Metric[] }[] {
  const byTitle = new Map<string, { title: string; metrics: Metric[] }>();
  for (const { kind, drawn } of watched) {
    for (const [title, metrics] of Object.entries(drawn)) {
      const key = `${kind} ${title}`;
      const known = byTitle.get(key)?.metrics ?? [];
      byTitle.set(key, { title: `${title}: ${kind}`, metrics: [...known, ...metrics] });
    }
  }
  return [...byTitle.values()];
}

/** `["AWS/Lambda", "Errors", "FunctionName", "${PingLambdaFunction}", { "stat": "Sum" }]` */
function lineOf({ namespace, name, dimensions, stat }: Metric): unknown[] {
  const pairs = Object.entries(dimensions).flatMap(([dimension, value]) => [dimension, substituted(value)]);
  return [namespace, name, ...pairs, { stat }];
}

/** A dimension's value, as it stands in the text of a `Fn::Sub`. */
function substituted(value: unknown): string {
  if (!isObject(value)) return String(value);
  if ('Ref' in value) return `\${${String(value.Ref)}}`;
  return `\${${(value['Fn::GetAtt'] as string[]).join('.')}}`;
}
