import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ROOT } from '../../core/principal.ts';
import { createTestCore, type TestCore } from '../../core/tests/testCore.ts';
import { createKinesis, createReader, type StreamReader, type StreamRecord, type Streams } from '../index.ts';

const StreamName = 'statuses';
const STREAM = `arn:aws:kinesis:eu-west-1:000000000000:stream/${StreamName}`;

let core: TestCore;
let streams: Streams;
beforeEach(async () => {
  await begin(1);
});

async function begin(ShardCount: number): Promise<void> {
  core = createTestCore();
  streams = core.add(createKinesis(core)).streams;
  await ask('CreateStream', { StreamName, ShardCount });
}
/** Another run of local-aws with the same state. */
function restart(): void {
  core = createTestCore({ after: core });
  const kinesis = core.add(createKinesis(core));
  ({ streams } = kinesis);
  kinesis.resume?.();
}
const ask = (operation: string, input: object) => core.ask('kinesis', operation, input);
const put = (text: string, PartitionKey = text) =>
  ask('PutRecord', { StreamName, PartitionKey, Data: Buffer.from(text).toString('base64') });
const putAll = async (...texts: string[]) => {
  for (const text of texts) await put(text);
};
const place = (id: string) => ({
  ...{ streamArn: STREAM, owner: 'stack', id, start: { at: 'TRIM_HORIZON' as const } },
  principal: () => ROOT,
});
const reader = (id = 'reader'): StreamReader => createReader(core, streams, place(id));
const texts = (records: readonly StreamRecord[]) => records.map(({ data }) => data.toString());
const setCount = async (TargetShardCount: number) => {
  await ask('UpdateShardCount', { StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' });
  await core.clock.advance(10_000);
};

const DAY_MS = 24 * 3_600_000;
/** Puts so many records into one shard, a thousand in a second. */
async function putEachSecond(count: number): Promise<string[]> {
  const all = Array.from({ length: count }, (_, index) => `${core.clock.now()}/${index}`);
  for (const [index, text] of all.entries()) {
    if (index % 1000 === 0) await core.clock.advance(1000);
    await put(text, 'key');
  }
  return all;
}
async function readAll(one: StreamReader, most: number): Promise<string[]> {
  const found: string[] = [];
  for (let read = await one.receive(most); read.length > 0; read = await one.receive(most)) {
    found.push(...texts(read));
    one.done(read);
  }
  return found;
}

describe('a record that is put', () => {
  it('is in the journal with the shard that took it', async () => {
    await setCount(2);
    const input = { StreamName, PartitionKey: 'b', Data: '' };
    await core.ask('kinesis', 'PutRecord', input, { hop: {} });

    const { ShardId } = await core.ask<{ ShardId: string }>('kinesis', 'PutRecord', input);
    expect(core.hops()).toMatchObject([{ action: 'PutRecord', outcome: 'ok', detail: { shardId: ShardId } }]);
  });
});

describe('readers of a shard', () => {
  /** How often each of them has read, by the second; those that were refused, too. */
  function counted() {
    const reads: number[] = [];
    const call = core.call.bind(core);
    core.call = (request) => {
      if (request.operation === 'GetRecords') reads.push(Math.floor(core.clock.now() / 1000));
      return call(request);
    };
    return {
      most: () => Math.max(...Object.values(Object.groupBy(reads, (second) => second)).map((all) => all?.length ?? 0)),
      reads,
    };
  }
  /** Follows it, and receives as much as it may. */
  function following(one: StreamReader) {
    const found: string[] = [];
    const stop = one.follow(() => {
      core.clock.run('reading', async () => {
        const records = await one.receive(1000);
        found.push(...texts(records));
        one.done(records);
      });
    });
    return { found, stop };
  }

  it('get all of a busy one, each within its own times a second, and a stranger in between', async () => {
    const { most } = counted();
    const fast = following(reader('mapping'));
    const slow = following(createReader(core, streams, { ...place('pipe'), readsASecond: 1 }));
    const { ShardIterator } = await core.ask<{ ShardIterator: string }>('kinesis', 'GetShardIterator', {
      ...{ StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' },
    });

    const sent = Array.from({ length: 60 }, (_, at) => String(at));
    for (const [at, text] of sent.entries()) {
      await put(text, 'key');
      if (at % 20 === 19) await ask('GetRecords', { ShardIterator });
      await core.clock.advance(50);
    }
    await core.clock.advance(2000);

    expect([fast.found, slow.found]).toEqual([sent, sent]);
    expect(most()).toBeLessThanOrEqual(5);
  });

  it('wait, and lose nothing, where others have read too often', async () => {
    const one = following(reader());
    const { ShardIterator } = await core.ask<{ ShardIterator: string }>('kinesis', 'GetShardIterator', {
      ...{ StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' },
    });
    for (let read = 0; read < 5; read += 1) await ask('GetRecords', { ShardIterator });

    await put('a');
    await core.clock.idle();
    const atOnce = [...one.found];
    await core.clock.advance(1500);

    expect([atOnce, one.found]).toEqual([[], ['a']]);
  });

  it('take one read for as many as there are, however few they want at once', async () => {
    const { reads } = counted();
    await putAll(...Array.from({ length: 50 }, (_, at) => `${at}`));

    const one = reader();
    const read = await readAll(one, 3);

    expect([read.length, reads.length]).toEqual([50, 1]);
  });

  it('are refused in Kinesis’ own words the sixth time in a second', async () => {
    const { ShardIterator } = await core.ask<{ ShardIterator: string }>('kinesis', 'GetShardIterator', {
      ...{ StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'LATEST' },
    });
    for (let read = 0; read < 5; read += 1) await ask('GetRecords', { ShardIterator });

    await expect(ask('GetRecords', { ShardIterator })).rejects.toMatchObject({
      code: 'ProvisionedThroughputExceededException',
      message: 'Rate exceeded for shard shardId-000000000000 in stream statuses under account 000000000000.',
    });
    await core.clock.advance(1000);
    await ask('GetRecords', { ShardIterator });
  });
});

describe('who reads a stream', () => {
  it('gets a shard that came of others when all of theirs is done, and not when it is read', async () => {
    const one = reader();
    await putAll('a', 'b');
    await setCount(2);
    await putAll('c', 'd');

    const parents = await one.receive(10);
    const early = await one.receive(10);
    one.done(parents.slice(1));
    const half = await one.receive(10);
    one.done(parents.slice(0, 1));
    const children = await one.receive(10);

    expect([texts(parents), texts(early), texts(half), texts(children).sort()]).toEqual([
      ['a', 'b'],
      [],
      [],
      ['c', 'd'],
    ]);
  });

  it('gets a merged shard when both of its parents are done', async () => {
    await begin(2);
    const one = reader();
    await putAll('a', 'b');
    await setCount(1);
    await put('c');

    const parents = await one.receive(10);
    one.done(parents.filter(({ shardId }) => shardId.endsWith('0')));
    const half = await one.receive(10);
    one.done(parents);
    const child = await one.receive(10);

    expect([texts(parents), texts(half), texts(child)]).toEqual([['a', 'b'], [], ['c']]);
  });

  it('gets again after a restart what was read and is not done, from the first of it', async () => {
    const one = reader();
    await putAll('1', '2', '3', '4');
    const read = await one.receive(10);
    one.done([...read.slice(0, 1), ...read.slice(2, 3)]);

    restart();

    expect(texts(await reader().receive(10))).toEqual(['2', '3', '4']);
  });

  it('goes on after a restart in the middle of a split, which ends then', async () => {
    const one = reader();
    await putAll('a', 'b');
    await ask('UpdateShardCount', { StreamName, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' });
    one.done(await one.receive(1));

    restart();
    await core.clock.advance(10_000);
    await put('c');

    const again = reader();
    const left = await again.receive(10);
    again.done(left);
    expect([texts(left), texts(await again.receive(10)), streams.get(StreamName).openShards.length]).toEqual([
      ['b'],
      ['c'],
      2,
    ]);
  });

  it('does not stand in the way of another', async () => {
    const [one, other] = [reader('one'), reader('other')];
    await putAll('a', 'b');

    one.done(await one.receive(10));

    expect(texts(await other.receive(10))).toEqual(['a', 'b']);
  });

  it('reads on where its iterator has expired meanwhile', async () => {
    const one = reader();
    await put('a');
    one.done(await one.receive(10));
    await core.clock.advance(301_000);
    await put('b');

    expect(texts(await one.receive(10))).toEqual(['b']);
  });

  it('lags a thousand records and more behind, and is told all of them in order', async () => {
    const all = await putEachSecond(6200);

    expect(await readAll(reader(), 700)).toEqual(all);
  });

  it('begins with the oldest record that has not expired, and gets each once', async () => {
    await putEachSecond(3000);
    await core.clock.advance(DAY_MS + 1000);
    const young = await putEachSecond(2000);

    expect(await readAll(reader(), 100)).toEqual(young);
  });

  it('goes past a shard of which all has expired to those that came of it', async () => {
    await putAll('a', 'b');
    await setCount(2);
    await core.clock.advance(DAY_MS + 1000);
    await put('c');

    expect(await readAll(reader(), 10)).toEqual(['c']);
  });

  it('begins anew with a stream that was deleted and made again in one second', async () => {
    const one = reader();
    await put('old');
    one.done(await one.receive(10));
    await ask('DeleteStream', { StreamName });
    await ask('CreateStream', { StreamName, ShardCount: 1 });
    await put('new');

    expect(await readAll(one, 10)).toEqual(['new']);
  });

  it('is woken at once, and then three times a second at the most', async () => {
    let wakes = 0;
    const unfollow = reader().follow(() => (wakes += 1));

    await putAll('a', 'b', 'c');
    const first = wakes;
    await core.clock.advance(300);
    const early = wakes;
    await core.clock.advance(1000);
    await putAll('d', 'e');
    unfollow();
    await core.clock.advance(1000);

    expect([first, early, wakes]).toEqual([1, 1, 3]);
  });

  it('gets each record once and each key in its order, however shards are split and merged and local-aws ends', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ puts: fc.array(fc.constantFrom('k', 'l', 'm', 'n', 'o'), { maxLength: 8 }) }),
      },
      { weight: 2, arbitrary: fc.record({ shards: fc.integer({ min: 1, max: 4 }) }) },
      { weight: 3, arbitrary: fc.record({ reads: fc.integer({ min: 1, max: 6 }) }) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { sent, found } = await play(steps);
        const ofKey = (all: string[], key: string) => all.filter((text) => text.startsWith(key));
        for (const key of 'klmno') expect(ofKey(found, key)).toEqual(ofKey(sent, key));
      }),
      { numRuns: 60 },
    );
  });
});

type Step = 'restart' | { puts: string[] } | { shards: number } | { reads: number };

/** Does all that, and reads what is left then. */
async function play(steps: readonly Step[]): Promise<{ sent: string[]; found: string[] }> {
  await begin(1);
  let one = reader();
  const sent: string[] = [];
  const found: string[] = [];
  const read = async (most: number) => {
    const records = await one.receive(most);
    found.push(...texts(records));
    one.done(records);
    return records.length;
  };
  const send = async (key: string) => {
    sent.push(`${key}${sent.length}`);
    await put(sent.at(-1) ?? '', key);
  };
  for (const step of steps) {
    if (step === 'restart') {
      restart();
      one = reader();
    } else if ('puts' in step) for (const key of step.puts) await send(key);
    else if ('shards' in step) await setCount(step.shards).catch(() => undefined);
    else await read(step.reads);
  }
  found.push(...(await readAll(one, 100)));
  return { sent, found };
}
