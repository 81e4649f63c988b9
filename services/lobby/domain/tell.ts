import type { World } from '@arcade/lambda/world';
import { happenedOf, happeningOf } from './happening.ts';
import type { Feed, Heard, Herald } from './ports.ts';
import type { Telling } from './sentences.ts';

export interface TellParts extends Pick<World, 'now'> {
  feed: Pick<Feed, 'add'>;
  tellAll: Herald;
  /** How long a happening is kept, in milliseconds. What is older is no news: it may have been here, and gone. */
  keepMs: number;
}

export interface Told {
  outcome: 'told' | 'told-before' | 'too-old';
  heard: Heard;
}

/**
 * Keeps what has happened, and tells everybody. What is there already is told again, since whoever kept it may have died before it
 * was told: who listens drops what they have heard.
 */
export async function tell({ now, feed, tellAll, keepMs }: TellParts, event: Telling): Promise<Told> {
  const happening = happeningOf(event);
  const keepUntilMs = happening.atMs + keepMs;
  if (keepUntilMs <= now()) return { outcome: 'too-old', heard: { sent: 0, gone: 0 } };
  const added = await feed.add(happening, keepUntilMs);
  return { outcome: added === 'added' ? 'told' : 'told-before', heard: await tellAll(happenedOf(happening)) };
}
