import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecordRate } from '../src/space-invaders/manager/rate.ts';
import { StreamReader } from '../src/space-invaders/manager/streamReader.ts';
import { fakeStream } from './managerPorts.ts';

const sequences = ({ records }: { records: { record: { sequenceNumber: string } }[] }) =>
  records.map(({ record }) => record.sequenceNumber);

function reading() {
  const clock = { nowMs: 10_000 };
  const fake = fakeStream();
  fake.open('a');
  const reader = new StreamReader(fake.stream, () => clock.nowMs);
  return { ...fake, reader, clock };
}

interface Step {
  does: 'put' | 'look' | 'split' | 'fail';
  /** To which of the shards. */
  at: number;
  code: string;
}

/** What was put into a stream to which all this happens, and what was read of it; at the end it is read until nothing comes. */
async function played(steps: readonly Step[]): Promise<{ sent: string[]; read: string[] }> {
  const { reader, put, open, end, fail, clock } = reading();
  const shards = ['a'];
  const sent: string[] = [];
  const read: string[] = [];
  const look = async () => void read.push(...sequences(await reader.look()));
  const split = (shard: string) => {
    const halves = [`${shard}0`, `${shard}1`];
    end(shard);
    for (const half of halves) open(half, shard);
    shards.splice(shards.indexOf(shard), 1, ...halves);
  };
  await look();
  for (const { does, at, code } of steps) {
    clock.nowMs += 1_000;
    const shard = shards[at % shards.length] ?? 'a';
    if (does === 'put') sent.push(put(shard, clock.nowMs));
    else if (does === 'fail') fail(shard, code);
    else if (does === 'split') split(shard);
    else await look();
  }
  for (let looks = 0; looks < 60; looks += 1) await look();
  return { sent, read };
}

describe('reading the stream', () => {
  it('begins with what comes from now on, and gives each record once', async () => {
    const { reader, put, starts } = reading();
    put('a');
    await reader.look();
    const [two, three] = [put('a'), put('a')];

    const looks = [sequences(await reader.look()), sequences(await reader.look())];

    expect(looks).toEqual([[two, three], []]);
    expect(starts).toEqual([['a', { from: 'latest' }]]);
  });

  it('goes on after the last record when an iterator has expired, so that nothing is left out', async () => {
    const { reader, put, fail, starts } = reading();
    await reader.look();
    const one = put('a');
    await reader.look();
    const missed = put('a');
    fail('a', 'ExpiredIteratorException');

    const failed = await reader.look();
    const next = await reader.look();

    expect(failed).toMatchObject({ records: [], failed: ['a'] });
    expect(sequences(next)).toEqual([missed]);
    expect(starts.at(-1)).toEqual(['a', { from: 'after', sequenceNumber: one }]);
  });

  it('goes on from where reading began when an iterator expires before the first record', async () => {
    const { reader, put, fail, clock, starts } = reading();
    await reader.look();
    clock.nowMs += 400_000;
    const one = put('a', clock.nowMs);
    fail('a', 'ExpiredIteratorException');

    await reader.look();

    expect(sequences(await reader.look())).toEqual([one]);
    expect(starts.at(-1)).toEqual(['a', { from: 'time', atMs: 10_000 }]);
  });

  it('keeps its iterator when the shard is read by too many', async () => {
    const { reader, put, fail, starts } = reading();
    await reader.look();
    const one = put('a');
    fail('a', 'ProvisionedThroughputExceededException');

    const looks = [await reader.look(), await reader.look()];

    expect(looks.map(sequences)).toEqual([[], [one]]);
    expect(starts).toHaveLength(1);
  });

  it('reads the children of a shard that has ended from their beginning, and only once it has read all of the parent', async () => {
    const { reader, put, open, end, starts } = reading();
    await reader.look();
    const last = put('a');
    end('a');
    open('b', 'a');
    open('c', 'a');
    const [inB, inC] = [put('b'), put('c')];

    const looks = [await reader.look(), await reader.look()];

    expect(looks.map(sequences)).toEqual([[last], [inB, inC]]);
    expect(looks.map(({ openShards }) => openShards)).toEqual([2, 2]);
    expect(starts.slice(1)).toEqual([
      ['b', { from: 'oldest' }],
      ['c', { from: 'oldest' }],
    ]);
  });

  it('reads a merged shard when both of its parents are read, and finds shards by itself', async () => {
    const { reader, put, open, end, fail, clock } = reading();
    open('b');
    await reader.look();
    const [inA, inB] = [put('a'), put('b')];
    end('a');
    end('b');
    open('m', 'a', 'b');
    const inM = put('m');
    fail('b', 'ProvisionedThroughputExceededException');

    const looks = [await reader.look(), await reader.look(), await reader.look()];
    open('late');
    clock.nowMs += 30_000;
    await reader.look();
    put('late');

    expect(looks.map(sequences)).toEqual([[inA], [inB], [inM]]);
    expect((await reader.look()).openShards).toBe(2);
  });

  it('says so when it may not read', async () => {
    const { reader, fail } = reading();
    await reader.look();
    fail('a', 'AccessDeniedException');

    await expect(reader.look()).rejects.toThrow('AccessDeniedException');
  });

  it('gives every record once whatever expires, is throttled or is split meanwhile', async () => {
    const codes = ['ExpiredIteratorException', 'ProvisionedThroughputExceededException', 'ServiceUnavailable'];
    const step = fc.record({
      does: fc.constantFrom<Step['does']>('put', 'put', 'look', 'split', 'fail'),
      at: fc.nat(),
      code: fc.constantFrom(...codes),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { sent, read } = await played(steps);

        expect(read.toSorted((one, other) => Number(one) - Number(other))).toEqual(sent);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the rate of records', () => {
  const shot = (shardId: string, count: number) => Array.from({ length: count }, () => ({ shardId }));

  it('is not known before a second look, and does not count what came before the first', () => {
    const rate = new RecordRate();
    rate.add(shot('a', 100), 1_000);
    expect(rate.byShard()).toEqual(new Map());

    rate.add(shot('a', 30), 2_500);

    expect(rate.byShard()).toEqual(new Map([['a', 20]]));
  });

  it('is that of the last five seconds, by shard, however looks and seconds fall together', () => {
    const rate = new RecordRate();
    for (let atMs = 0; atMs <= 60_000; atMs += 1_500)
      rate.add([...shot('a', atMs < 30_000 ? 9 : 900), ...shot('b', 3)], atMs);

    expect(rate.byShard()).toEqual(
      new Map([
        ['a', 600],
        ['b', 2],
      ]),
    );
  });
});
