import type { Decision } from './decide.ts';
import type { Announcement, BallHit, Match, ServeCalled } from './match.ts';

/** Where the match is kept. */
export interface MatchStore {
  load(): Promise<Match>;
  /** Writes the match, provided that the stored version is the one before. Tells whether it was. */
  save(match: Match): Promise<boolean>;
  /** Takes the announcements out of the outbox of this version of the match; does nothing when the match has moved on. */
  clearAnnouncements(match: Match): Promise<void>;
}

/** How messages leave. Done when they are published. */
export interface Voice {
  hitBall(ball: BallHit): Promise<void>;
  callServe(call: ServeCalled): Promise<void>;
  announce(announcements: readonly Announcement[]): Promise<void>;
}

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
 * announcements are sent by whoever moves next.
 */
export async function takeTurn(store: MatchStore, voice: Voice, decide: (match: Match) => Decision): Promise<Decision> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const match = await store.load();
    const decision = decide(match);
    if (decision.kind === 'ignore') return decision;
    if (decision.kind === 'repeat') {
      await send(decision.match, store, voice);
      return decision;
    }
    await announce(match, store, voice);
    if (decision.kind === 'call') {
      await voice.callServe(decision.call);
      return decision;
    }
    if (await store.save(decision.match)) {
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

async function announce(match: Match, store: MatchStore, voice: Voice): Promise<void> {
  const { announcements } = match.outbox;
  if (announcements.length === 0) return;
  await voice.announce(announcements);
  await store.clearAnnouncements(match);
}
