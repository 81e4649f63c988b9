import { Problem } from '../lib/api.ts';
import { callAsPlayer, type IdToken } from '../lib/asPlayer.ts';
import { listed } from '../lib/fields.ts';
import { look } from '../lib/look.ts';
import { captureIn, sightingIn, verdictIn } from './messages.ts';
import type { Capture, Sighting, Verdict } from './shapes.ts';

const SERVICE = 'fakemon';

/** Somebody of the ranking. */
export interface Ranked {
  name: string;
  captures: number;
}

const rankedIn = (value: unknown): Ranked | undefined => {
  const { name, captures } = (value ?? {}) as Partial<Ranked>;
  return typeof name === 'string' && typeof captures === 'number' ? { name, captures } : undefined;
};

/** Who is in the world, and what time it is there. Throws `Problem`, as all of these. */
export async function askWorld(signal: AbortSignal): Promise<{ nowMs: number; fakemon: Sighting[] }> {
  const { nowMs, fakemon } = await look<{ nowMs?: unknown; fakemon?: unknown }>(SERVICE, '/world', signal);
  return { nowMs: typeof nowMs === 'number' ? nowMs : Date.now(), fakemon: listed(fakemon, sightingIn) };
}

/** The first ten of all, or of a species. */
export async function askRanking(species: string | undefined, signal: AbortSignal): Promise<Ranked[]> {
  const query = species === undefined ? '' : `?species=${encodeURIComponent(species)}`;
  const { ranking } = await look<{ ranking?: unknown }>(SERVICE, `/ranking${query}`, signal);
  return listed(ranking, rankedIn);
}

/** The captures of whoever has the token, the newest first. */
export async function askCollection(idToken: IdToken, signal: AbortSignal): Promise<Capture[]> {
  const { captures } = await callAsPlayer<{ captures?: unknown }>(SERVICE, idToken, '/collection', { signal });
  return listed(captures, captureIn);
}

/** How an attempt ended; undefined while it is not decided. */
export async function askVerdict(attemptId: string, idToken: IdToken): Promise<Verdict | undefined> {
  try {
    const path = `/captures/${encodeURIComponent(attemptId)}`;
    const answer = await callAsPlayer<Record<string, unknown>>(SERVICE, idToken, path);
    return verdictIn(answer.outcome, answer);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}

/** Pauses before an attempt is sent again that had no answer, in milliseconds. */
const PAUSES_MS = [300, 1_200];

/**
 * Throws at a fakémon. Without an answer it is sent again under the same id: however often it arrives, it is one attempt.
 * Throws `Problem` when the service refuses it, or does not answer at all.
 */
export async function sendThrow(
  { attemptId, fakemonId }: { attemptId: string; fakemonId: string },
  idToken: IdToken,
  pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await callAsPlayer(SERVICE, idToken, '/captures', { method: 'POST', json: { fakemonId, attemptId } });
      return;
    } catch (error) {
      const pauseMs = PAUSES_MS[tries];
      if (pauseMs === undefined || !(error instanceof Problem && error.unreachable)) throw error;
      await pause(pauseMs);
    }
  }
}
