import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from './observability.ts';

const keys = new AsyncLocalStorage<Readonly<Record<string, string>>>();

/** What each line says that is logged now: of the work that it is logged in, also where several are done at once. */
export const lineKeys = (): Readonly<Record<string, string>> => keys.getStore() ?? {};

/** Has each line that is logged during the work carry the id that all share which follow from one cause, and more. */
export function correlated<Answer>(correlationId: string, work: () => Promise<Answer>, more = {}): Promise<Answer> {
  return keys.run({ correlationId, ...more }, work);
}

/** As `correlated`, for work whose failure is seen by whoever invoked the function: it is logged, and goes on. */
export function correlatedOrFailed(log: Log, correlationId: string, work: () => Promise<void>): Promise<void> {
  return correlated(correlationId, async () => {
    try {
      await work();
    } catch (error) {
      log.error('the event was not handled', error as Error);
      throw error;
    }
  });
}
