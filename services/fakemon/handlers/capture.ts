import { captureAttempt } from '@arcade/events/contracts/fakemon';
import { messageHandler } from '@arcade/lambda';
import { capture } from '../domain/capture.ts';
import { reportOutcome } from '../report.ts';
import { referee, voice } from '../wiring.ts';

const parts = { ...referee(), publish: voice() };

/** Decides an attempt, and says what came of it. */
export const handler = messageHandler({
  contracts: [captureAttempt],
  onEvent: async (event) => reportOutcome(await capture(parts, event), Date.parse(event.time)),
});
