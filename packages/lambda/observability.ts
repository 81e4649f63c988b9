import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/**
 * The function's log: JSON lines with the correlation id of the invocation. Service name and level come from
 * POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL. Log what happened in words of the domain; never whole requests.
 */
export const logger = new Logger();

/** What the handlers of this package need of a logger; tests pass their own. */
export type Log = Pick<Logger, 'appendKeys' | 'removeKeys' | 'debug' | 'info' | 'warn' | 'error'>;

let metrics: Metrics | undefined;

/**
 * Writes metrics in CloudWatch's embedded metric format: one line of the log, no call to AWS. Namespace and service come
 * from POWERTOOLS_METRICS_NAMESPACE and POWERTOOLS_SERVICE_NAME.
 *
 * @example
 * writeMetrics({ Rallies: 1, RallyStrokes: 17 });
 */
export function writeMetrics(counts: Readonly<Record<string, number>>): void {
  metrics ??= new Metrics();
  for (const [name, count] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
}
