import { type Claiming, claimOf, recordSetOf } from './claims.ts';
import type { Hall, Heard, Herald, Hunters, Verdict } from './ports.ts';

export interface HonourParts {
  hall: Pick<Hall, 'claim'>;
  hunters: Hunters;
  tellAll: Herald;
}

export interface Honoured {
  outcome: Verdict | 'no-claim';
  heard: Heard;
}

const NOBODY: Heard = { sent: 0, gone: 0 };

/**
 * Makes a record of what is better than the one that stands, and tells everybody. What stands already is told again, as in `tell`.
 */
export async function honour({ hall, hunters, tellAll }: HonourParts, event: Claiming): Promise<Honoured> {
  const bag = event.type === 'fakemon.capture_succeeded' ? await hunters.count(event) : undefined;
  const claim = claimOf(event, bag);
  if (!claim) return { outcome: 'no-claim', heard: NOBODY };
  const outcome = await hall.claim(claim);
  return { outcome, heard: outcome === 'missed' ? NOBODY : await tellAll(recordSetOf(claim)) };
}
