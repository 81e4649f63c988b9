import { statusUpdated } from '@arcade/events/contracts/space-invaders';
import { streamHandler, world } from '@arcade/lambda';
import { score } from '../domain/scoreboard.ts';
import { statusOf } from '../domain/status.ts';
import { reportScored } from '../report.ts';
import { deadLetters, scorer } from '../wiring.ts';

const parts = scorer();

/** Brings a batch of statuses to the board. */
export const handler = streamHandler({
  contracts: [statusUpdated],
  bury: deadLetters(),
  onBatch: async (events) => {
    const statuses = new Map(events.map((event) => [statusOf(event), event]));
    const scored = await score(parts, [...statuses.keys()]);
    const newestMs = Math.max(...events.map(({ time }) => Date.parse(time)));
    reportScored(scored, world.now() - newestMs);
    return scored.failed.flatMap((status) => statuses.get(status) ?? []);
  },
});
