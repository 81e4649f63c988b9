import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { lineKeys } from './correlated.ts';

const powertools = new Logger();

/**
 * The function's log: JSON lines with the correlation id of the invocation. Service name and level come from
 * POWERTOOLS_SERVICE_NAME and POWERTOOLS_LOG_LEVEL. Log what happened in words of the domain; never whole requests.
 */
export const logger: Log = {
  debug: saying('debug'),
  info: saying('info'),
  warn: saying('warn'),
  error: saying('error'),
};

/** What the handlers of this package need of a logger; tests pass their own. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Powertools' own keys are the function's, not those of one piece of work among several. */
function saying(level: keyof Log): Logger['info'] {
  return (input, ...extra) => {
    const line = typeof input === 'string' ? { message: input } : input;
    powertools[level]({ ...lineKeys(), ...line }, ...extra);
  };
}

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
