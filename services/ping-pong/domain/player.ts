import { type Circumstances, type Decision, decideOnBall, decideOnServeCall, decideOnTick } from './decide.ts';
import type { BallHit, Match, ServeCalled } from './match.ts';
import { type MatchStore, takeTurn, type Voice } from './takeTurn.ts';

/** How long the ball and the players take, for the eye. */
export interface Pauses {
  /** Between a ball's arrival and the stroke. */
  strokePauseMs: number;
  /** Between a call for a serve and the serve. */
  restBetweenRalliesMs: number;
}

/** What a player stands on. */
export interface PlayerParts extends Omit<Circumstances, 'requestId' | 'nowMs'> {
  store: MatchStore;
  voice: Voice;
  pauses: Pauses;
  now(): number;
  wait(ms: number): Promise<void>;
}

/** What a player does when something reaches it; gives back what it decided. */
export interface PlayerActions {
  onMessage(event: BallHit | ServeCalled, requestId: string): Promise<Decision>;
  onTick(tick: { id: string }, requestId: string): Promise<Decision>;
}

/** A player: waits for the ball to come over, then acts on the match as it is at that moment. */
export function createPlayer({ store, voice, pauses, now, wait, ...rest }: PlayerParts): PlayerActions {
  const turn = (requestId: string, decide: (match: Match, circumstances: Circumstances) => Decision) =>
    takeTurn(store, voice, (match) => decide(match, { ...rest, requestId, nowMs: now() }));

  return {
    async onMessage(event, requestId) {
      if (event.type === 'ping_pong.ball_hit') {
        await wait(pauses.strokePauseMs);
        return turn(requestId, (match, circumstances) => decideOnBall(match, event, circumstances));
      }
      await wait(pauses.restBetweenRalliesMs);
      return turn(requestId, (match, circumstances) => decideOnServeCall(match, event, circumstances));
    },
    onTick: (tick, requestId) => turn(requestId, (match, circumstances) => decideOnTick(match, tick, circumstances)),
  };
}
