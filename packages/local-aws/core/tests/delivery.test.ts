import { describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../clock.ts';
import type { Core } from '../cloud.ts';
import { bring, createDeliveries, type UnderWay, type Verdict } from '../delivery.ts';
import { AwsError } from '../errors.ts';
import { type FaultPlan, Faults } from '../faults.ts';
import { Journal } from '../journal.ts';
import { type Kind, openStore } from '../store/index.ts';
import { anyValues } from './anyValues.ts';

interface Ball {
  name: string;
}

const DELIVERIES = anyValues<UnderWay<Ball>>('sns/deliveries');

/** A service whose target fails as often as `failures` says of a ball's name. */
function start(options: {
  kept?: UnderWay<Ball>[];
  startMs?: number;
  failures?: number;
  verdict?: Verdict;
  rules?: FaultPlan['rules'];
  /** Happens while a message is tried or given up. */
  meanwhile?: (during: 'try' | 'end') => void;
  /** Balls whose names begin alike stand in one line, in the order of the rest of their names. */
  inLine?: boolean;
}) {
  const { kept = [], failures = 0, verdict = { pauseMs: 1000 } } = options;
  const clock = createVirtualClock(options.startMs === undefined ? {} : { startMs: options.startMs });
  const journal = new Journal(clock);
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `${options.startMs ?? 0}-${ids}`;
  };
  const store = openStore(undefined);
  // What another run has left, as it comes from a disk.
  for (const sent of kept) store.collection('stack', DELIVERIES).put(sent.id, structuredClone(sent));
  const faults = new Faults({ rules: options.rules ?? [] }, journal);
  const core = { clock, journal, faults, newId, store };
  const tries: [string, number][] = [];
  const buried: string[] = [];
  const gone = new Set<string>();
  const deliveries = createDeliveries<Ball, 'busy'>(core, {
    service: 'sns',
    kept: DELIVERIES,
    ownerOf: () => 'stack',
    targetOf: () => 'target',
    lineOf: ({ name }) => (options.inLine ? { name: name.slice(0, 1), place: name.slice(1) } : undefined),
    isWanted: ({ name }) => !gone.has(name),
    async attempt({ item, tries: failed }) {
      tries.push([item.name, clock.now()]);
      options.meanwhile?.('try');
      return failed < failures ? 'busy' : undefined;
    },
    next: () => verdict,
    async giveUp({ item }, _failure, why) {
      options.meanwhile?.('end');
      buried.push(`${item.name}: ${why}`);
    },
  });
  const left = () => store.all(DELIVERIES).map(({ value }) => value);
  return { clock, deliveries, tries, buried, gone, left, store };
}

const T0 = Date.parse('2030-01-01T00:00:00Z');

describe('the delivery engine', () => {
  it('keeps a message from the moment it is taken until it has arrived', async () => {
    const { deliveries, clock, left } = start({});

    deliveries.take({ name: 'a' });
    const atReturn = left().length;
    await clock.idle();

    expect([atReturn, left().length]).toEqual([1, 0]);
  });

  it('tries again after the pause that the service says', async () => {
    const { deliveries, clock, tries } = start({ failures: 2 });

    deliveries.take({ name: 'a' });
    await clock.advance(5000);

    expect(tries.map(([, atMs]) => atMs - T0)).toEqual([0, 1000, 2000]);
  });

  it('gives up with the reason, and forgets the message', async () => {
    const { deliveries, clock, buried, left } = start({ failures: 1, verdict: { over: 'no permission' } });

    deliveries.take({ name: 'a' });
    await clock.idle();

    expect([buried, left().length]).toEqual([['a: no permission'], 0]);
  });

  it('forgets what nobody wants any more', async () => {
    const { deliveries, clock, tries, left, gone } = start({ failures: 9 });
    deliveries.take({ name: 'a' });
    await clock.idle();

    gone.add('a');
    await clock.advance(5000);

    expect([tries.length, left().length]).toEqual([1, 0]);
  });

  it('goes on after a restart where it was: the retry comes when it was due, and counts the tries before', async () => {
    const before = start({ failures: 9 });
    before.deliveries.take({ name: 'waiting' });
    await before.clock.idle();
    before.deliveries.take({ name: 'not yet tried' });

    const after = start({ failures: 1, kept: before.left(), startMs: T0 + 400 });
    after.deliveries.resume();
    await after.clock.idle();
    const atOnce = after.tries.map(([name]) => name);
    await after.clock.advance(600);

    expect(atOnce).toEqual(['not yet tried']);
    expect(after.tries.slice(1)).toEqual([['waiting', T0 + 1000]]);
  });

  it('leaves alone, after a restart, what has no target yet', async () => {
    const before = start({ failures: 9 });
    before.deliveries.take({ name: 'a' });
    await before.clock.idle();

    const after = start({ kept: before.left(), startMs: T0 });
    after.gone.add('a');
    after.deliveries.resume();
    await after.clock.advance(5000);

    expect([after.tries, after.left().length]).toEqual([[], 1]);
  });

  it('does not bring back the state of a stack that was removed meanwhile', async () => {
    const { deliveries, clock, gone, store, tries } = start({ failures: 9 });
    deliveries.take({ name: 'a' });
    await clock.idle();

    gone.add('a');
    store.drop('stack');
    const written: string[] = [];
    const collection = store.collection.bind(store);
    store.collection = <Value>(owner: string, kind: Kind<Value>) => ({
      ...collection(owner, kind),
      put: () => void written.push('put'),
      delete: () => void written.push('delete'),
    });
    await clock.advance(5000);

    expect([tries.length, written]).toEqual([1, []]);
  });

  it.each([
    ['it arrives', 'try', {}],
    ['it is given up', 'end', { failures: 1, verdict: { over: 'no permission' } }],
    ['it fails', 'try', { failures: 1 }],
  ])('does not bring back the state of a stack that is removed while %s', async (_what, moment, options) => {
    const written: string[] = [];
    const { deliveries, clock, gone, store } = start({
      ...options,
      meanwhile(during) {
        if (during !== moment) return;
        gone.add('a');
        store.drop('stack');
        const collection = store.collection.bind(store);
        store.collection = <Value>(owner: string, kind: Kind<Value>) => ({
          ...collection(owner, kind),
          put: () => void written.push('put'),
          delete: () => void written.push('delete'),
        });
      },
    });

    deliveries.take({ name: 'a' });
    await clock.advance(5000);

    expect([[...gone], written]).toEqual([['a'], []]);
  });

  it('tries what waits at once when it is woken, and once only', async () => {
    const { deliveries, clock, tries } = start({ failures: 1 });
    deliveries.take({ name: 'a' });
    deliveries.take({ name: 'b' });
    await clock.idle();

    deliveries.wake(({ name }) => name === 'a');
    await clock.advance(5000);

    expect(tries.slice(2)).toEqual([
      ['a', T0],
      ['b', T0 + 1000],
    ]);
  });

  it('delivers twice what the fault plan duplicates, each copy with retries of its own', async () => {
    const { deliveries, clock, tries } = start({ failures: 1, rules: [{ match: {}, duplicate: 1 }] });

    deliveries.take({ name: 'a' });
    await clock.advance(5000);

    expect(tries.map(([, atMs]) => atMs - T0)).toEqual([0, 0, 1000, 1000]);
  });
});

describe('a line', () => {
  const names = ({ tries }: ReturnType<typeof start>) => tries.map(([name]) => name);

  it.each<[string, Verdict, string[], string[]]>([
    ['waits until the first one has arrived', { pauseMs: 1000 }, ['a1', 'b1'], ['a1', 'a2', 'a2', 'b1']],
    ['goes on when the first one is given up', { over: 'no permission' }, ['a1', 'a2', 'b1'], []],
  ])('%s, and other lines go on meanwhile', async (_what, verdict, atOnce, later) => {
    const run = start({ failures: 1, verdict, inLine: true });

    for (const name of ['a1', 'a2', 'b1']) run.deliveries.take({ name });
    const atReturn = run.tries.length;
    await run.clock.idle();
    const first = names(run);
    await run.clock.advance(5000);

    expect([atReturn, first.toSorted()]).toEqual([0, atOnce]);
    expect(names(run).slice(first.length).toSorted()).toEqual(later);
    expect(run.left()).toEqual([]);
  });

  it('is as it was after a restart, whatever the ids that it is kept under', async () => {
    const before = start({ failures: 9, inLine: true });
    for (const name of ['a1', 'a2', 'a3']) before.deliveries.take({ name });
    await before.clock.idle();
    const turned = before.left().map((sent, index) => ({ ...sent, id: `id-${9 - index}` }));

    const after = start({ kept: turned, startMs: T0 + 60_000, inLine: true });
    after.deliveries.resume();
    after.deliveries.take({ name: 'a4' });
    await after.clock.advance(1);

    expect(names(after)).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('is let alone by the fault plan', async () => {
    const rules = [
      { match: {}, duplicate: 1, reorder: { probability: 1, maxMs: 1000 }, delay: { probability: 1, maxMs: 1000 } },
    ];
    const run = start({ rules, inLine: true });

    for (const name of ['a1', 'a2']) run.deliveries.take({ name });
    await run.clock.idle();

    expect(names(run)).toEqual(['a1', 'a2']);
  });
});

describe('bringing a message to its target', () => {
  const hop = { kind: 'delivery' as const, service: 'sns', action: 'deliver', to: 'target' };
  const bringTo = async (deliver: Core['deliver']) => {
    const clock = createVirtualClock();
    const journal = new Journal(clock);
    const refusal = await bring({ clock, journal, deliver }, hop, () => ({}) as never);
    return { refusal, hops: journal.entries() };
  };

  it.each([
    ['AccessDenied', 403, false],
    ['ResourceNotFoundException', 404, false],
    ['TooManyRequestsException', 429, true],
    ['ThrottlingException', 400, true],
    ['ServiceException', 500, true],
  ])('tells of %s whether it may pass, in one hop', async (code, status, mayPass) => {
    const { refusal, hops } = await bringTo(async () => {
      throw new AwsError(code, 'no', { status });
    });

    expect(refusal).toEqual({ code, message: 'no', mayPass });
    expect(hops).toMatchObject([{ ...hop, outcome: 'error', error: { code, message: 'no' } }]);
  });

  it('is one hop also when it is taken', async () => {
    const { refusal, hops } = await bringTo(async () => undefined);

    expect(refusal).toBeUndefined();
    expect(hops).toMatchObject([{ ...hop, outcome: 'ok', durationMs: 0 }]);
  });
});
