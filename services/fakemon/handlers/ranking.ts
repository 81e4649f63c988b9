import { captureSucceeded } from '@arcade/events/contracts/fakemon';
import { messageHandler } from '@arcade/lambda';
import { ranking } from '../wiring.ts';

const table = ranking();

/** Counts what was captured, for the player and the species. */
export const handler = messageHandler({
  contracts: [captureSucceeded],
  onEvent: async ({ detail }) => void (await table.count(detail)),
});
