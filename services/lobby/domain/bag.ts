import type { EventOf } from '@arcade/events';
import type { captureSucceeded } from '@arcade/events/contracts/fakemon';

export type Capture = EventOf<typeof captureSucceeded>;

/** How many a hunter has caught, and the latest of these captures: with it they had so many. */
export interface Bag {
  caught: number;
  latest: Latest;
}

interface Latest {
  id: string;
  name: string;
  atMs: number;
  chain: string;
}

const isLater = (one: Latest, other: Latest) => (one.atMs === other.atMs ? one.id > other.id : one.atMs > other.atMs);

/** A bag with one more in it. In whatever order the same captures come, the bag is the same in the end. */
export function withOneMore(bag: Bag | undefined, { id, time, correlationId: chain, detail: { name } }: Capture): Bag {
  const added = { id, name, atMs: Date.parse(time), chain };
  if (!bag) return { caught: 1, latest: added };
  return { caught: bag.caught + 1, latest: isLater(added, bag.latest) ? added : bag.latest };
}
