import { logger, messageHandler, writeMetrics } from '@arcade/lambda';
import { relayEvents } from '../domain/relayEvents.ts';
import { dependencies } from '../wiring.ts';

/** Each minute: publishes the events that a crash left in the outbox. */
export const handler = messageHandler({
  onSchedule: async () => {
    const turns = await relayEvents(dependencies());
    if (turns === 0) return;
    logger.info('events published from the outbox', { turns });
    writeMetrics({ TurnsRelayed: turns });
  },
});
