import type { Template } from '../template.ts';

/** A metric of a resource, as alarms and dashboards name it. */
export interface Metric {
  namespace: string;
  name: string;
  /** Values are texts, `Ref` or `Fn::GetAtt`. */
  dimensions: Record<string, unknown>;
  stat: string;
}

/** When a metric is too high. */
export interface Watch {
  /** Makes the alarm's logical id, after that of the resource: `DeadLetterQueue` and `HoldsMessages`. */
  id: string;
  description: string;
  /** Taken together where there are several: at most ten (alarms with metric math). */
  metrics: Metric[];
  /** How: added up unless told. */
  together?: 'SUM' | 'MAX';
  /** The alarm rings above this. */
  threshold: number;
  /** Over how many seconds the metric is taken. */
  periodSeconds: number;
}

/** A resource's metrics, and what is too much. */
export interface Watched {
  id: string;
  /** Where it is drawn: resources of one kind share their widgets. */
  kind: string;
  /** By the widget's title. */
  drawn: Record<string, Metric[]>;
  /** What whoever reads the dashboard should know, in Markdown. */
  note?: string;
  watches: Watch[];
}

const MINUTES_5 = 300;
const METRICS_PER_ALARM = 10; /** How many failures in five minutes ring: single ones are healed by retries. */
export const FAILURES = 3;

/** A resource of a template. */
export interface Resource {
  id: string;
  properties: Record<string, unknown>;
  template: Template;
}
/** What is watched of one kind of resource. */
export type Watcher = (resource: Resource) => Omit<Watched, 'id'> | undefined;

/** Metrics of one resource. */
export const metric =
  (namespace: string, dimensions: Record<string, unknown>) =>
  (name: string, stat = 'Sum') => ({
    namespace,
    name,
    dimensions,
    stat,
  });

/** An alarm. */
export function watch(id: string, description: string, metrics: Metric[], threshold = 0): Watch {
  return { id, description, metrics, threshold, periodSeconds: MINUTES_5 };
}

/** An alarm, or several where there are more metrics than one takes. */
export function watchAll(
  id: string,
  description: string,
  metrics: Metric[],
  { threshold = 0, together }: Partial<Pick<Watch, 'threshold' | 'together'>> = {},
): Watch[] {
  return Array.from({ length: Math.ceil(metrics.length / METRICS_PER_ALARM) }, (_, index) => ({
    ...watch(
      `${id}${index === 0 ? '' : index + 1}`,
      description,
      metrics.slice(index * METRICS_PER_ALARM, (index + 1) * METRICS_PER_ALARM),
      threshold,
    ),
    ...(together && { together }),
  }));
}
