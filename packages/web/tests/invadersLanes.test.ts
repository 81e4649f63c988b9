import { describe, expect, it } from '@jest/globals';
import type { Hop } from '../src/lib/journal.ts';
import { flow, type LaneNews, laneNewsOf, noLanes } from '../src/space-invaders/lanes.ts';

const landed = (isMine = false, lane = 'shardId-0'): LaneNews => ({ kind: 'landed', lane, isMine });
const taken = (size?: number, lane = 'shardId-0'): LaneNews => ({
  kind: 'taken',
  lane,
  ...(size !== undefined && { size }),
});
const after = (...news: LaneNews[]) => flow(noLanes, news);

describe('a lane', () => {
  it('fills with records, and is emptied by a batch', () => {
    expect(after(landed(), landed(true))).toEqual([expect.objectContaining({ waiting: 2, mine: 1, batches: 0 })]);
    expect(after(landed(), landed(true), taken())).toEqual([
      expect.objectContaining({ waiting: 0, mine: 0, batches: 1, size: 2, mineOfBatch: 1 }),
    ]);
  });

  it('keeps what came after the batch was closed', () => {
    const [lane] = after(landed(true), landed(), landed(true), taken(2));

    expect(lane).toMatchObject({ waiting: 1, mine: 1, size: 2, mineOfBatch: 1 });
  });

  it('is one for each shard, from its first record on, in their order', () => {
    const lanes = after(landed(false, 'shardId-1'), landed(false, 'shardId-0'), taken(1, 'shardId-1'));

    expect(lanes.map(({ id, waiting }) => [id, waiting])).toEqual([
      ['shardId-0', 1],
      ['shardId-1', 0],
    ]);
    expect(noLanes).toHaveLength(1);
  });

  it('is one of the latest four, when a stream was split again and again', () => {
    const lanes = after(...Array.from({ length: 9 }, (_, shard) => landed(false, `shardId-${shard}`)));

    expect(lanes.map(({ id }) => id)).toEqual(['shardId-5', 'shardId-6', 'shardId-7', 'shardId-8']);
  });
});

const STREAM = 'arn:aws:kinesis:eu-west-1:000000000000:stream/space-invaders-local-statuses';
const SCOREBOARD = 'arn:aws:lambda:eu-west-1:000000000000:function:space-invaders-local-scoreboard';
const put: Hop = {
  ...{ seq: 1, atMs: 0, kind: 'call', service: 'kinesis', action: 'PutRecord', to: STREAM, outcome: 'ok' },
  correlationId: 'ada.s1.1',
  detail: { shardId: 'shardId-0' },
};
const batch: Hop = {
  ...{ seq: 2, atMs: 0, kind: 'invocation', service: 'lambda', action: 'Invoke', from: STREAM, to: SCOREBOARD },
  outcome: 'begun',
  detail: { attempt: 1, count: 7, lane: 'shardId-0/0' },
};

describe('what a hop means for the lanes', () => {
  it('is that a record has landed, mine or another’s', () => {
    expect(laneNewsOf(put, 'ada')).toEqual({ kind: 'landed', lane: 'shardId-0', isMine: true });
    expect(laneNewsOf(put, 'ad')).toMatchObject({ isMine: false });
    expect(laneNewsOf({ ...put, detail: {} }, undefined)).toEqual({ kind: 'landed', lane: '', isMine: false });
  });

  it('is that a batch was taken, once', () => {
    expect(laneNewsOf(batch, 'ada')).toEqual({ kind: 'taken', lane: 'shardId-0', size: 7 });
    expect(laneNewsOf({ ...batch, detail: { attempt: 2 } }, 'ada')).toBeUndefined();
  });

  it.each<[string, Partial<Hop>]>([
    ['one that was refused', { ...put, outcome: 'error' }],
    ['one that only began', { ...put, outcome: 'begun' }],
    ['another stream', { ...put, to: 'arn:aws:kinesis:eu-west-1:000000000000:stream/other' }],
    ['another function', { ...batch, to: `${SCOREBOARD}-2` }],
    ['the end of a run', { ...batch, outcome: 'ok' }],
  ])('is nothing for %s', (_what, hop) => {
    expect(laneNewsOf({ ...put, ...hop }, 'ada')).toBeUndefined();
  });
});
