import { directiveDeferred } from '@arcade/events/contracts/smart-home';
import { queueHandler } from '@arcade/lambda';
import { processSync } from '../domain/process.ts';
import { reportProcessed } from '../report.ts';
import { syncProcessor } from '../wiring.ts';

const parts = syncProcessor();

/** Carries out directives for devices whose API answers with the new state. */
export const handler = queueHandler({
  contracts: [directiveDeferred],
  onEvent: async (event) => reportProcessed(await processSync(parts, event), event),
});
