import type { World } from '@arcade/lambda/world';
import { happenedOf, happeningOf } from './happening.ts';
import type { Feed, Heard, Herald } from './ports.ts';
import type { Telling } from './sentences.ts';

export interface TellParts extends Pick<World, 'now'> {
  feed: Pick<Feed, 'add'>;
  tellAll: Herald;
  /** How long a happening is kept, in milliseconds. What is older is no news: it may have been here, and gone. */
  keepMs: number;
  /** Tells of something that went wrong and is tried again. */
  warn(message: string, error: unknown): void;
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

/** Tells of several, one after another. Gives what was told, and what failed for now: that did not keep the others from being told. */
export async function tellEach<Event extends Telling>(
  parts: TellParts,
  events: readonly Event[],
): Promise<{ told: Told[]; failed: Event[] }> {
  const told: Told[] = [];
  const failed: Event[] = [];
  for (const event of events) {
    try {
      told.push(await tell(parts, event));
    } catch (error) {
      parts.warn('a happening was not told', error);
      failed.push(event);
    }
  }
  return { told, failed };
}
