import { captureSucceeded } from '@arcade/events/contracts/fakemon';
import { messageHandler } from '@arcade/lambda';
import { collection } from '../wiring.ts';

const table = collection();

/** Adds what was captured to the player's collection. */
export const handler = messageHandler({ contracts: [captureSucceeded], onEvent: ({ detail }) => table.add(detail) });
