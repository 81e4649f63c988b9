import { ballHit, serveCalled } from '@arcade/events/contracts/ping-pong';
import { messageHandler } from '@arcade/lambda';
import { report } from '../report.ts';
import { player } from '../wiring.ts';

const pong = player('pong');

/** Pong: hits what ping sends over, and serves when called. */
export const handler = messageHandler({
  contracts: [ballHit, serveCalled],
  onEvent: async (event, { requestId }) => report(await pong.onMessage(event, requestId)),
});
