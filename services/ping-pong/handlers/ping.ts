import { ballHit, serveCalled } from '@arcade/events/contracts/ping-pong';
import { messageHandler } from '@arcade/lambda';
import { report } from '../report.ts';
import { player } from '../wiring.ts';

const ping = player('ping');

/** Ping: hits what pong sends over, serves when called, and answers the schedule for both. */
export const handler = messageHandler({
  contracts: [ballHit, serveCalled],
  onEvent: async (event, { requestId }) => report(await ping.onMessage(event, requestId)),
  onSchedule: async (tick, { requestId }) => report(await ping.onTick(tick, requestId)),
});
