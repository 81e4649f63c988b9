import { publishEntry } from '@arcade/events';
import type { Decision } from './decide.ts';
import type { Match } from './match.ts';
import type { MatchStore, Voice } from './ports.ts';

/** Other writers were faster each time; Lambda's retry will find the table quieter. */
export class ContendedMatchError extends Error {
  override readonly name = 'ContendedMatchError';
  readonly code = 'CONTENDED_MATCH';
}

/** Two players and their duplicates: more than a few collisions in a row mean that something is wrong. */
const TRIES = 5;

/**
 * Reads the match, decides, writes on the condition that nobody else has, and only then publishes. Whatever happens between
 * those steps, the next one to come finds the outbox in the item: the retry of this invocation sends it again, and
 * announcements go from move to move until they are published. `seen` is the match, where it was read just now.
 */
export async function takeTurn(
  store: MatchStore,
  voice: Voice,
  decide: (match: Match) => Decision,
  seen?: Match,
): Promise<Decision> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const match = (attempt === 0 && seen) || (await store.load());
    const decision = decide(match);
    if (decision.kind === 'ignore') return decision;
    if (decision.kind === 'call') {
      await announce(match, store, voice);
      await voice.callServe(decision.call);
      return decision;
    }
    if (decision.kind === 'repeat' || (await store.save(decision.match))) {
      await send(decision.match, store, voice);
      return decision;
    }
  }
  throw new ContendedMatchError(`the match was changed by others ${TRIES} times in a row`);
}

async function send(match: Match, store: MatchStore, voice: Voice): Promise<void> {
  // Before the call: whoever answers it finds nothing left to announce.
  await announce(match, store, voice);
  const { ball, call } = match.outbox;
  if (ball) await voice.hitBall(ball);
  if (call) await voice.callServe(call);
}

/** What is refused stays in the outbox, and holds back neither the ball nor the other announcements. */
async function announce(match: Match, store: MatchStore, voice: Voice): Promise<void> {
  await publishEntry({ outbox: store, publish: voice.announce }, { place: match, events: match.outbox.announcements });
}
