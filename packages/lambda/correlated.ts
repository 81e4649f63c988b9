import type { Log } from './observability.ts';

/** Has each line that is logged during the work carry the id that all share which follow from one cause. */
export async function correlated<Answer>(
  log: Log,
  correlationId: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  log.appendKeys({ correlationId });
  try {
    return await work();
  } finally {
    log.removeKeys(['correlationId']);
  }
}

/** As `correlated`, for work whose failure is seen by whoever invoked the function: it is logged, and goes on. */
export function correlatedOrFailed(log: Log, correlationId: string, work: () => Promise<void>): Promise<void> {
  return correlated(log, correlationId, async () => {
    try {
      await work();
    } catch (error) {
      log.error('the event was not handled', error as Error);
      throw error;
    }
  });
}
