import type { World } from '@arcade/lambda/world';
import {
  type Circumstances,
  type Decision,
  decideOnBall,
  decideOnServeCall,
  decideOnTick,
  type Hit,
  strokeOn,
} from './decide.ts';
import type { BallHit, Match, ServeCalled } from './match.ts';
import type { MatchStore, Voice } from './ports.ts';
import { takeTurn } from './takeTurn.ts';

/** How long the ball and the players take, for the eye. */
export interface Pauses {
  /** Between a ball's arrival and the stroke. */
  strokePauseMs: number;
  /** Between a call for a serve and the serve. */
  restBetweenRalliesMs: number;
}

/** What a player stands on. */
export interface PlayerParts extends World, Pick<Circumstances, 'player' | 'settings'> {
  store: MatchStore;
  voice: Voice;
  pauses: Pauses;
  wait(ms: number): Promise<void>;
}

/** What a player did. */
export type Played = Decision | { kind: 'hit'; hit: Hit };

/** What a player does when something reaches it; gives back what it did. */
export interface PlayerActions {
  onMessage(event: BallHit | ServeCalled, requestId: string): Promise<Played>;
  onTick(tick: { id: string }, requestId: string): Promise<Played>;
}

/** A player: waits for the ball to come over, then acts on the match as it is at that moment. */
export function createPlayer({ store, voice, pauses, now, wait, random, ...rest }: PlayerParts): PlayerActions {
  /** Chance is asked once for an event, however often it is decided on. */
  const circumstancesOf = (requestId: string): Circumstances => {
    const chance = random();
    return { ...rest, requestId, nowMs: now(), random: () => chance };
  };

  /** Hits the ball that is nearly always in play in one write; reads the match first where it is not. */
  const onBall = async (ball: BallHit, circumstances: Circumstances): Promise<Played> => {
    const decide = (match: Match) => decideOnBall(match, ball, circumstances);
    const hit = strokeOn(ball, circumstances);
    if (!hit) return takeTurn(store, voice, decide);
    const found = await store.hit(hit);
    if (found !== 'done') return takeTurn(store, voice, decide, found);
    await voice.hitBall(hit.ball);
    return { kind: 'hit', hit };
  };

  return {
    async onMessage(event, requestId) {
      if (event.type === 'ping_pong.ball_hit') {
        await wait(pauses.strokePauseMs);
        return onBall(event, circumstancesOf(requestId));
      }
      await wait(pauses.restBetweenRalliesMs);
      const circumstances = circumstancesOf(requestId);
      return takeTurn(store, voice, (match) => decideOnServeCall(match, event, circumstances));
    },
    onTick(tick, requestId) {
      const circumstances = circumstancesOf(requestId);
      return takeTurn(store, voice, (match) => decideOnTick(match, tick, circumstances));
    },
  };
}
