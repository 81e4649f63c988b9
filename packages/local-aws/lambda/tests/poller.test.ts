import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createVirtualClock } from '../../core/clock.ts';
import type { InvocationResult } from '../runtime/runtime.ts';
import { type Batch, failedIds, type GivenUp, streamOutcome } from '../sources/outcome.ts';
import { startPoller } from '../sources/poller.ts';
import type { MappingSettings, Source, SourceRecord } from '../sources/source.ts';

const SECOND = 1000;
const FOREVER = Number.POSITIVE_INFINITY;
const common = { log: [], logStreamName: 'stream', durationMs: 1 };
const ok = (answer: unknown = null): InvocationResult => ({ ...common, payload: JSON.stringify(answer) });
const thrown: InvocationResult = { ...common, payload: '{"errorMessage":"no luck"}', functionError: 'Unhandled' };
const reporting = (...ids: string[]) => ok({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

const recordOf = (id: string, lane: string, atMs: number): SourceRecord => ({
  id,
  lane,
  atMs,
  json: JSON.stringify({ id }),
  filterable: () => ({ id }),
});

/** A stream whose records are all there from the start, in lanes; `run` says what the function makes of a batch. */
function start(
  records: readonly SourceRecord[],
  run: (ids: string[], batch: Batch) => InvocationResult | undefined,
  settings: Partial<MappingSettings> = {},
) {
  const clock = createVirtualClock();
  const unread = [...records];
  const done: string[] = [];
  const runs: string[][] = [];
  const runTimes: number[] = [];
  const discarded: { ids: string[]; condition: GivenUp; invokeCount: number; functionError: unknown }[] = [];
  const wakes = new Set<() => void>();
  const source: Source = {
    follow(wake) {
      wakes.add(wake);
      return () => wakes.delete(wake);
    },
    async receive(max, isFull) {
      const next = unread.filter(({ lane }) => !isFull(lane ?? '')).slice(0, max);
      for (const record of next) unread.splice(unread.indexOf(record), 1);
      return next;
    },
    async done(handled) {
      done.push(...handled.map(({ id }) => id));
    },
  };
  const startMs = clock.now();
  const poller = startPoller({
    clock,
    source,
    kind: 'stream',
    settings: {
      batchSize: 100,
      windowMs: 0,
      reportsFailures: true,
      filters: [],
      parallelizationFactor: 1,
      retries: { bisects: false, maxRetries: FOREVER, maxAgeMs: FOREVER },
      ...settings,
    },
    isReady: () => true,
    async run(batch) {
      const ids = batch.records.map(({ id }) => id);
      runs.push(ids);
      runTimes.push(clock.now() - startMs);
      return run(ids, batch);
    },
    failed: () => undefined,
    async discarded({ records: given, condition, invokeCount }, result) {
      const functionError = result ? (result.functionError ?? null) : undefined;
      discarded.push({ ids: given.map(({ id }) => id), condition, invokeCount, functionError });
    },
    unwanted() {},
    processed(result) {
      if (result !== 'OK') throw new Error(result);
    },
  });
  return { clock, poller, runs, runTimes, done, discarded, wakes };
}

const shard = (...ids: string[]) => ids.map((id) => recordOf(id, 'shard', Date.parse('2030-01-01T00:00:00Z')));
const retries = (limits: Partial<MappingSettings['retries']>) => ({
  retries: { bisects: false, maxRetries: FOREVER, maxAgeMs: FOREVER, ...limits },
});

describe('a batch of a stream', () => {
  it('blocks what comes after it until it is handled', async () => {
    let isBroken = true;
    const { clock, runs, done } = start(shard('1', '2', '3'), () => (isBroken ? thrown : ok()), { batchSize: 2 });
    await clock.advance(5 * SECOND);
    expect(runs.every((ids) => ids.join() === '1,2')).toBe(true);

    isBroken = false;
    await clock.advance(60 * SECOND);

    expect([runs.at(-1), done]).toEqual([['3'], ['1', '2', '3']]);
  });

  it('goes on at the lowest record that failed, with all its retries anew', async () => {
    const { clock, runs, done, discarded } = start(
      shard('1', '2', '3', '4', '5', '6'),
      (ids) => (ids.includes('6') ? reporting('6') : ok()),
      { batchSize: 3, ...retries({ maxRetries: 3 }) },
    );

    await clock.advance(60 * SECOND);

    expect(runs).toEqual([['1', '2', '3'], ['4', '5', '6'], ['6'], ['6'], ['6'], ['6']]);
    expect(discarded).toEqual([
      { ids: ['6'], condition: 'RetryAttemptsExhausted', invokeCount: 4, functionError: null },
    ]);
    expect(done).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('is halved until the bad record stands alone, which is given up', async () => {
    const { clock, runs, done, discarded } = start(
      shard('1', '2', '3', '4', '5'),
      (ids) => (ids.includes('4') ? thrown : ok()),
      retries({ bisects: true, maxRetries: 1 }),
    );

    await clock.advance(60 * SECOND);

    expect(runs).toEqual([['1', '2', '3', '4', '5'], ['1', '2', '3'], ['4', '5'], ['4'], ['4'], ['5']]);
    expect(discarded).toEqual([
      { ids: ['4'], condition: 'RetryAttemptsExhausted', invokeCount: 2, functionError: 'Unhandled' },
    ]);
    expect(done).toEqual(['1', '2', '3', '4', '5']);
  });

  it('is given up when its records are too old, and eight runs fit into a minute', async () => {
    const { clock, runs, discarded } = start(shard('1'), () => thrown, retries({ maxAgeMs: 60 * SECOND }));

    await clock.advance(300 * SECOND);

    expect(runs).toHaveLength(8);
    expect(discarded).toEqual([
      { ids: ['1'], condition: 'RecordAgeExceeded', invokeCount: 8, functionError: undefined },
    ]);
  });

  it('loses records that were too old from the beginning without a run, and no younger ones', async () => {
    const nowMs = Date.parse('2030-01-01T00:00:00Z');
    const records = [recordOf('old', 'shard', nowMs - 61 * SECOND), recordOf('young', 'shard', nowMs)];
    const { clock, runs, discarded } = start(records, () => ok(), retries({ maxAgeMs: 60 * SECOND }));

    await clock.idle();

    expect([runs, discarded]).toMatchObject([[['young']], [{ ids: ['old'], invokeCount: 1 }]]);
  });

  it('costs no retry when Lambda could not run the function', async () => {
    let refusals = 5;
    const refuse = () => {
      refusals -= 1;
      return refusals >= 0 ? undefined : ok();
    };
    const { clock, done, discarded } = start(shard('1'), refuse, retries({ maxRetries: 0 }));

    await clock.advance(60 * SECOND);

    expect([done, discarded]).toEqual([['1'], []]);
  });

  it('ends with its poller, in the middle of a pause', async () => {
    const { clock, poller, runs, wakes } = start(shard('1'), () => thrown);
    await clock.advance(SECOND);
    const before = runs.length;

    poller.close();
    await clock.advance(300 * SECOND);

    expect([runs.length, wakes.size]).toEqual([before, 0]);
  });
});

it('keeps the order of each key, loses nothing and makes nothing up, whatever fails', async () => {
  const plan = fc.record({
    lanes: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 40, size: 'max' }),
    batchSize: fc.integer({ min: 1, max: 7 }),
    bisects: fc.boolean(),
    maxRetries: fc.integer({ min: 0, max: 3 }),
    windowMs: fc.constantFrom(0, 2000),
    /** What each run does: fails, names one of its records, or succeeds. */
    fates: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ lanes, batchSize, bisects, maxRetries, windowMs, fates }) => {
      const records = lanes.map((lane, index) => recordOf(String(index), String(lane), 0));
      let run = 0;
      const { clock, done, discarded, runs } = start(
        records,
        (ids) => {
          const fate = fates[run % fates.length] ?? 0;
          run += 1;
          if (fate < 3) return thrown;
          return fate < 6 ? reporting(ids[fate % ids.length] ?? '') : ok();
        },
        { batchSize, windowMs, ...retries({ bisects, maxRetries }) },
      );

      await clock.advance(3600 * SECOND);

      expect(done.toSorted()).toEqual(records.map(({ id }) => id).toSorted());
      expect(runs.every((ids) => ids.length <= batchSize)).toBe(true);
      for (const lane of new Set(lanes)) {
        const ofLane = (ids: string[]) => ids.filter((id) => lanes[Number(id)] === lane).map(Number);
        expect(ofLane(done)).toEqual(ofLane(done).toSorted((a, b) => a - b));
      }
      expect(discarded.every(({ invokeCount }) => invokeCount === maxRetries + 1)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

describe('what a function answers that reports failures', () => {
  const records = shard('1', '2', '3');

  it.each([[''], [[]], [null], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])(
    '%j is a success',
    (answer) => {
      expect(failedIds(ok(answer), records, true)).toEqual(new Set());
    },
  );

  it.each([
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: 'unknown' }] }],
    [{ batchItemFailures: [{ foo: '1' }] }],
    [{ batchItemFailures: [null] }],
    [{ batchItemFailures: '1' }],
  ])('%j fails the whole batch', (answer) => {
    expect(failedIds(ok(answer), records, true)).toBe('all');
  });

  it('fails the records that it names', () => {
    expect(failedIds(reporting('3', '2'), records, true)).toEqual(new Set(['2', '3']));
  });

  it('means nothing where the mapping does not ask for it', () => {
    expect(failedIds(reporting('2'), records, false)).toEqual(new Set());
  });

  it('halves what failed from its first record on, although one was named', () => {
    const limits = { bisects: true, maxRetries: 1, maxAgeMs: FOREVER };
    const outcome = streamOutcome({ records, failures: 0 }, new Set(['1']), limits);

    expect(outcome.again.map((half) => half.records.map(({ id }) => id))).toEqual([['1', '2'], ['3']]);
  });
});
