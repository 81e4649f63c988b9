import type { Standing, StatusUpdated } from '@arcade/events/contracts/space-invaders';

/** How a player stands at one moment of a trial. */
export interface Status extends Standing {
  sessionId: string;
  player: string;
  /** The nickname. */
  name: string;
  trial: number;
  sequence: number;
  /** By the player's own clock, milliseconds since the epoch. */
  sentAtMs: number;
  /** By the gateway's clock, which no client can set. */
  arrivedAtMs: number;
}

/** The status that an event of the stream tells of. */
export const statusOf = ({ time, detail }: StatusUpdated): Status => ({ ...detail, arrivedAtMs: Date.parse(time) });

/** The order in which a player has sent them: below 0 where `one` is older. */
export const byAge = (one: Moment, other: Moment): number => one.trial - other.trial || one.sequence - other.sequence;

/** Where in a player's session something was. */
export type Moment = Pick<Status, 'trial' | 'sequence'>;
