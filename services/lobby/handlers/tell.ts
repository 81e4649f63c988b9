import { messageHandler } from '@arcade/lambda';
import { TOLD } from '../domain/sentences.ts';
import { tell } from '../domain/tell.ts';
import { reportTold } from '../report.ts';
import { teller } from '../wiring.ts';

const parts = teller();

/** Tells what has happened, as a sentence. */
export const handler = messageHandler({
  contracts: TOLD,
  onEvent: async (event) => reportTold(await tell(parts, event)),
});
