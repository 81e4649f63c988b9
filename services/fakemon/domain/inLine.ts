import type { Attempt, Decided } from './attempt.ts';
import { type DecideParts, decide } from './capture.ts';
import { attempted, type CaptureOutcome, outcomeOf, unitTakenBy } from './events.ts';
import type { CollectionTable, RankingTable } from './ports.ts';
import { type TellParts, tellAll, tellPlayer } from './tell.ts';

/** What is needed to do in one request what five functions do at their own pace. */
export interface InLineParts extends DecideParts, TellParts {
  collection: CollectionTable;
  ranking: RankingTable;
}

/**
 * An attempt the way that the bus is there to avoid: whoever throws waits for all that follows, and what follows the first
 * failure does not happen, while the unit is gone.
 */
export async function captureInLine(parts: InLineParts, attempt: Attempt): Promise<Decided> {
  const decided = await decide(parts, attempt);
  const event: CaptureOutcome = outcomeOf(decided, attempted(attempt));
  if (event.type === 'fakemon.capture_succeeded') {
    await parts.collection.add(event.detail);
    await parts.ranking.count(event.detail);
    await tellAll(parts, unitTakenBy(event));
  }
  await tellPlayer(parts, attempt.player, event);
  return decided;
}
