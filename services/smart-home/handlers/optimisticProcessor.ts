import { directiveDeferred } from '@arcade/events/contracts/smart-home';
import { queueHandler } from '@arcade/lambda';
import { processOptimistic } from '../domain/optimistic.ts';
import { reportProcessed } from '../report.ts';
import { optimisticProcessor } from '../wiring.ts';

const parts = optimisticProcessor();

/** Answers directives with the state that is expected, and carries them out then. */
export const handler = queueHandler({
  contracts: [directiveDeferred],
  onEvent: async (event) => reportProcessed(await processOptimistic(parts, event), event),
});
