import { pushDue } from '@arcade/events/contracts/bulb-vendor';
import { queueHandler } from '@arcade/lambda';
import { sendPush } from '../domain/push.ts';
import { reportPush } from '../report.ts';
import { pusher } from '../wiring.ts';

const parts = pusher();

/** Sends the vendor's pushes, signed, to whoever has named an address. */
export const handler = queueHandler({
  contracts: [pushDue],
  onEvent: async (push) => reportPush(await sendPush(parts, push)),
});
