import { messageHandler } from '@arcade/lambda';
import { CLAIMED } from '../domain/claims.ts';
import { honour } from '../domain/honour.ts';
import { reportHonoured } from '../report.ts';
import { keeper } from '../wiring.ts';

const parts = keeper();

/** Looks whether something is a record, and keeps it in the hall of fame. */
export const handler = messageHandler({
  contracts: CLAIMED,
  onEvent: async (event) => reportHonoured(await honour(parts, event)),
});
