import { directiveDeferred } from '@arcade/events/contracts/smart-home';
import { queueHandler } from '@arcade/lambda';
import { processAsync } from '../domain/process.ts';
import { reportProcessed } from '../report.ts';
import { asyncProcessor } from '../wiring.ts';

const parts = asyncProcessor();

/** Begins directives for devices whose API only accepts them. */
export const handler = queueHandler({
  contracts: [directiveDeferred],
  onEvent: async (event) => reportProcessed(await processAsync(parts, event), event),
});
