import { createEvent, type EventOf } from '@arcade/events';
import { captureSucceeded } from '@arcade/events/contracts/fakemon';
import { type Discipline, type Fame, recordSet } from '@arcade/events/contracts/lobby';
import { gameEnded } from '@arcade/events/contracts/mafia';
import { letCalled, pointScored } from '@arcade/events/contracts/ping-pong';
import { trialCounted } from '@arcade/events/contracts/space-invaders';
import type { Bag } from './bag.ts';
import { blindId, inFigures, shortened, townOf } from './words.ts';

/** What `honour` hears of: all that may be a record. Of Space Invaders only what the service has counted. */
export const CLAIMED = [pointScored, letCalled, gameEnded, captureSucceeded, trialCounted] as const;

export type Claiming = EventOf<(typeof CLAIMED)[number]>;

/** What may be a record, and how it ranks. */
export interface Claim extends Fame {
  /** Of two claims in one discipline the better one has the greater text; no two have the same but for copies of one. */
  rank: string;
}

/** What is counted up to the most; of days the fewest are best. */
const MOST_IS_BEST: Readonly<Record<Discipline, boolean>> = {
  'longest-rally': true,
  'best-score': true,
  'best-hunter': true,
  'shrewdest-town': false,
};

/** As many as a number holds exactly. */
const DIGITS = 15;
/** Texts of numbers of the same length are in the numbers' order. */
const ordered = (value: number, isMostBest: boolean) =>
  String(isMostBest ? value : 10 ** DIGITS - 1 - value).padStart(DIGITS, '0');

/** The better value ranks higher; of the same value, what was first. So it does not matter in which order claims come. */
function ranked(fame: Fame, eventId: string): Claim {
  const { discipline, value, atMs } = fame;
  const rank = [ordered(value, MOST_IS_BEST[discipline]), ordered(atMs, false), blindId(eventId)].join('.');
  return { ...fame, rank };
}

/** A hunter has so many since the latest capture, whichever of them came last. */
const hunterOf = ({ caught: value, latest: { id, name, atMs, chain } }: Bag): Claim =>
  ranked({ discipline: 'best-hunter', value, holder: shortened(name), atMs, chain }, id);

/** The record that an event may be; undefined for one that is none, however good. `bag` is what a capture was counted into. */
export function claimOf(event: Claiming, bag?: Bag): Claim | undefined {
  const { id, correlationId: chain, time } = event;
  const atMs = Date.parse(time);
  const claim = (discipline: Discipline, value: number, holder: string) =>
    ranked({ discipline, value, holder, atMs, chain }, id);
  switch (event.type) {
    case 'ping_pong.point_scored':
    case 'ping_pong.let_called':
      return claim('longest-rally', event.detail.strokes, `Ping and Pong, rally ${inFigures(event.detail.rally)}`);
    case 'space_invaders.trial_counted':
      return claim('best-score', event.detail.score, event.detail.name);
    case 'fakemon.capture_succeeded':
      return bag && hunterOf(bag);
    case 'mafia.game_ended': {
      const { outcome, days, gameId } = event.detail;
      return outcome === 'innocents' && days !== undefined ? claim('shrewdest-town', days, townOf(gameId)) : undefined;
    }
  }
}

/** What everybody is told of a record: of the same chain as what has set it. */
export function recordSetOf({ rank, ...fame }: Claim): EventOf<typeof recordSet> {
  const newId = () => blindId(fame.discipline, rank);
  return createEvent(recordSet, fame, { newId, nowMs: fame.atMs, correlationId: fame.chain });
}
