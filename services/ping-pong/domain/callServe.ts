import type { World } from '@arcade/lambda/world';
import { isBallLost, type Settings } from './decide.ts';
import { serveCallFor } from './events.ts';
import type { ServeCalled } from './match.ts';
import type { MatchStore, Voice } from './ports.ts';

/** What the umpire stands on. */
export interface UmpireParts extends Pick<World, 'now' | 'newId'> {
  store: Pick<MatchStore, 'load'>;
  voice: Pick<Voice, 'callServe'>;
  settings: Pick<Settings, 'letAfterMs' | 'maxRalliesPerServe'>;
}

/** What became of a request to serve. */
export type ServeOutcome =
  | { outcome: 'called'; call: ServeCalled }
  /** A ball is in play, and not lost. */
  | { outcome: 'ball-in-play'; rally: number; strokes: number };

/**
 * The umpire calls the serve, and whoever's turn it is will hear it; when the ball is lost, they have the rally played
 * again. Two calls at once are harmless: the second finds its rally begun.
 */
export async function callServe(
  { store, voice, settings, now, newId }: UmpireParts,
  correlationId: string,
): Promise<ServeOutcome> {
  const match = await store.load();
  const nowMs = now();
  if (match.rally.inPlay && !isBallLost(match, nowMs, settings.letAfterMs)) {
    return { outcome: 'ball-in-play', rally: match.rally.number, strokes: match.rally.strokes };
  }
  const call = serveCallFor(match, settings.maxRalliesPerServe - 1, { newId, nowMs, correlationId });
  await voice.callServe(call);
  return { outcome: 'called', call };
}
