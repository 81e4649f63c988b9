import { statusUpdated } from '@arcade/events/contracts/space-invaders';
import { streamHandler } from '@arcade/lambda';
import { tellEach } from '../domain/tell.ts';
import { reportTold } from '../report.ts';
import { deadLetters, teller } from '../wiring.ts';

const parts = teller();

/** Tells what players say themselves of how their trials have ended. */
export const handler = streamHandler({
  contracts: [statusUpdated],
  bury: deadLetters(),
  onBatch: async (events) => {
    const { told, failed } = await tellEach(parts, events);
    for (const one of told) reportTold(one);
    return failed;
  },
});
