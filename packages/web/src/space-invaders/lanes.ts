import type { Hop } from '../lib/journal.ts';

/** A shard of the stream, as far as the page sees it: what is in it, and the latest batch that was taken out. */
export interface Lane {
  id: string;
  /** Records that wait; `mine` are those of them that this page's player sent. */
  waiting: number;
  mine: number;
  /** Counts the batches: each is drawn as it goes. */
  batches: number;
  /** How many were in the latest batch, and how many of them were mine. */
  size: number;
  mineOfBatch: number;
}

export type Lanes = readonly Lane[];

/** What happens to records. */
export type LaneNews =
  | { kind: 'landed'; lane: string; isMine: boolean }
  /** `size`: undefined where nobody says it; then it is all that waited. */
  | { kind: 'taken'; lane: string; size?: number };

/** As many shards as the stage may have. */
const MOST_LANES = 4;

const empty = (id: string): Lane => ({ id, waiting: 0, mine: 0, batches: 0, size: 0, mineOfBatch: 0 });

/** The lanes before anything has happened. */
export const noLanes: Lanes = [empty('')];

/** The lanes after some news. A lane is there from its first record on, and stays. */
export function flow(lanes: Lanes, news: readonly LaneNews[]): Lanes {
  const known = new Map(lanes.filter(({ id }) => id !== '' || lanes.length === 1).map((lane) => [lane.id, lane]));
  for (const one of news) {
    const before = known.get(one.lane) ?? empty(one.lane);
    known.set(one.lane, one.kind === 'landed' ? landed(before, one.isMine) : taken(before, one.size));
  }
  const all = [...known.values()];
  const named = all.filter(({ id }) => id !== '');
  return (named.length > 0 ? named : all).sort((one, other) => (one.id < other.id ? -1 : 1)).slice(-MOST_LANES);
}

const landed = (lane: Lane, isMine: boolean): Lane => ({
  ...lane,
  waiting: lane.waiting + 1,
  mine: lane.mine + Number(isMine),
});

/** Whatever came after the batch was closed waits for the next one; a player's own are taken in their order, with it. */
function taken(lane: Lane, said: number | undefined): Lane {
  const size = said ?? lane.waiting;
  const waiting = Math.max(0, lane.waiting - size);
  const mine = Math.min(lane.mine, waiting);
  return { ...lane, waiting, mine, batches: lane.batches + 1, size, mineOfBatch: lane.mine - mine };
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** What a hop of the journal means for the lanes; undefined for what means nothing. `playerId`: whose records are mine. */
export function laneNewsOf(
  { kind, service, action, outcome, correlationId = '', from = '', to = '', detail = {} }: Hop,
  playerId: string | undefined,
): LaneNews | undefined {
  const isStream = (arn: string) => arn.includes(':stream/space-invaders-');
  if (kind === 'call' && service === 'kinesis' && action === 'PutRecord' && outcome === 'ok' && isStream(to)) {
    const isMine = playerId !== undefined && correlationId.startsWith(`${playerId}.`);
    return { kind: 'landed', lane: text(detail.shardId), isMine };
  }
  const isBatch = kind === 'invocation' && outcome === 'begun' && isStream(from) && to.endsWith('-scoreboard');
  // An attempt again is the same batch.
  if (!isBatch || Number(detail.attempt ?? 1) > 1) return undefined;
  const size = typeof detail.count === 'number' ? detail.count : undefined;
  // `shardId-000000000000/0`: the shard, and which part of it.
  const [lane = ''] = text(detail.lane).split('/');
  return { kind: 'taken', lane, ...(size !== undefined && { size }) };
}
