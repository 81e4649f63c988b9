import { ballHit, serveCalled } from '@arcade/events/contracts/ping-pong';
import { messageHandler } from '@arcade/lambda';
import { report } from '../report.ts';
import { playerNamed } from '../wiring.ts';

const player = playerNamed('ping');

/** Ping: hits what pong sends over, serves when called, and answers the schedule for both. */
export const handler = messageHandler({
  contracts: [ballHit, serveCalled],
  onEvent: async (event, { requestId }) => report(await player().onMessage(event, requestId)),
  onSchedule: async (tick, { requestId }) => report(await player().onTick(tick, requestId)),
});
