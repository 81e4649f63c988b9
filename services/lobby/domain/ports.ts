import type { AnyEvent } from '@arcade/events';
import type { Fame, Happening } from '@arcade/events/contracts/lobby';
import type { Bag, Capture } from './bag.ts';
import type { Claim } from './claims.ts';

export type { Connection, ConnectionsTable } from '@arcade/lambda/connections';

/** What has happened. */
export interface Feed {
  /** Keeps a happening until `keepUntilMs`, unless one of its id is there. */
  add(happening: Happening, keepUntilMs: number): Promise<'added' | 'there'>;
  /** The newest, in this order. */
  newest(count: number): Promise<Happening[]>;
}

/** What became of a claim: it is the record now, was it already, or another one is better. */
export type Verdict = 'set' | 'standing' | 'missed';

/** The records. */
export interface Hall {
  /** Makes the claim the record of its discipline, unless what stands there is as good. */
  claim(claim: Claim): Promise<Verdict>;
  records(): Promise<Fame[]>;
}

/** What each hunter has caught. */
export interface Hunters {
  /** Counts a capture once, however often it comes, and gives the bag that it was counted into: the same each time. */
  count(capture: Capture): Promise<Bag>;
}

/** To how many connections something went, and how many of them were gone. */
export interface Heard {
  sent: number;
  gone: number;
}

/** Tells everybody who is here. */
export type Herald = (event: AnyEvent) => Promise<Heard>;
