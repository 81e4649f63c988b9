import { directiveDeferred, pollDue } from '@arcade/events/contracts/smart-home';
import { queueHandler } from '@arcade/lambda';
import { poll } from '../domain/poll.ts';
import { reportPolled } from '../report.ts';
import { poller } from '../wiring.ts';

const parts = poller();

/** Asks the vendor whether a device has done what it was told, and has itself asked to do so again while it has not. */
export const handler = queueHandler({
  contracts: [directiveDeferred, pollDue],
  onEvent: async (event) => reportPolled(await poll(parts, event), event),
});
