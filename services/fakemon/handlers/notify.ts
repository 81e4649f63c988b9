import { captureFailed, captureSucceeded } from '@arcade/events/contracts/fakemon';
import { messageHandler } from '@arcade/lambda';
import * as z from 'zod/mini';
import { tellPlayer } from '../domain/tell.ts';
import { reportTold } from '../report.ts';
import { herald } from '../wiring.ts';

const parts = herald();

/** Tells a player what came of their attempt. The rule's input transformer says which player. */
export const handler = messageHandler({
  contracts: [captureSucceeded, captureFailed],
  beside: z.object({ player: z.string() }),
  onEvent: async (event, _invocation, { player }) => reportTold(await tellPlayer(parts, player, event)),
});
