import type { Session } from '@arcade/events/contracts/space-invaders';

/** Seats that share a counter. */
export interface Block {
  /** `<sessionId>#<n>` */
  block: string;
  /** How many of them there are. */
  capacity: number;
}

/** `seenSlot` is written anew when a player is seen in another slot of time than before: the index `Seated` costs that little. */
const SLOT_MS = 15_000;

/** The slot of time that a moment lies in, by its beginning; both in milliseconds since the epoch. */
export const slotOf = (ms: number) => Math.floor(ms / SLOT_MS) * SLOT_MS;

/** A session's blocks, from the one with number `first` on and then from the beginning. */
export function* blocksOf({ sessionId, seats }: Session, seatsPerBlock: number, first = 0): Generator<Block> {
  const count = Math.ceil(seats / seatsPerBlock);
  for (let at = 0; at < count; at += 1) {
    const n = (first + at) % count;
    yield { block: `${sessionId}#${n}`, capacity: Math.min(seatsPerBlock, seats - n * seatsPerBlock) };
  }
}

/** Where a player looks for a seat first: each somewhere else, so that not all ask the same counter. */
export function firstBlockOf(player: string): number {
  let hash = 0;
  for (const character of player) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_003;
  return hash;
}
