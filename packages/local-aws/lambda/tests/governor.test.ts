import { describe, expect, it } from '@jest/globals';
import { Governor } from '../runtime/governor.ts';
import { type GovernorLimits, governorLimits } from '../runtime/governorLimits.ts';
import type { Governed } from '../runtime/pool.ts';
import { type EnvironmentSpec, type InvocationRequest, RuntimeUnavailable } from '../runtime/runtime.ts';

/** An environment that does nothing; `silence` makes it look as if it waited for something. */
class Fake implements Governed {
  isDead = false;
  isWarm = true;
  heardAt = Number.POSITIVE_INFINITY;
  memoryBytes = 1;
  readonly file: string;
  readonly #onGone: () => void;

  constructor(spec: EnvironmentSpec, onGone: () => void) {
    this.file = spec.code.file;
    this.#onGone = onGone;
  }

  silence() {
    this.heardAt = 0;
  }

  async terminate() {
    this.isDead = true;
    this.#onGone();
  }
}

const request = { requestId: 'r', payload: '{}' } as InvocationRequest;

function specOf(functionName: string, files: { now: string } = { now: '/a.cjs' }): EnvironmentSpec {
  return {
    functionName,
    group: 'tests',
    functionArn: '',
    get code() {
      return { kind: 'bundle' as const, file: files.now, handler: 'handler' };
    },
    memoryMb: 128,
    timeoutMs: 1000,
    variables: () => ({}),
    logGroupName: '',
  };
}

function governorWith(limits: Partial<GovernorLimits>) {
  const started: Fake[] = [];
  const clock = { nowMs: 1 };
  const start = (spec: EnvironmentSpec, _frozen: number | undefined, onGone: () => void) => {
    const made = new Fake(spec, onGone);
    started.push(made);
    return made;
  };
  const governor = new Governor<Fake>(governorLimits({ patienceMs: 0, ...limits }), start, () => clock.nowMs);
  return { governor, started, clock, acquire: async (name: string) => governor.acquire(specOf(name), request) };
}

/** Longer than the governor takes to look again. */
const aWhile = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
};

describe('the governor of execution environments', () => {
  it('gives an invocation the environment that is free, and no other is started', async () => {
    const { governor, started, acquire } = governorWith({});

    const first = await acquire('f');
    governor.release('f', first);

    expect(await acquire('f')).toBe(first);
    expect(started).toHaveLength(1);
  });

  it('hands out none that has died while it was free', async () => {
    const { governor, started, acquire } = governorWith({});
    const first = await acquire('f');
    governor.release('f', first);
    first.isDead = true;

    expect(await acquire('f')).not.toBe(first);
    expect(started).toHaveLength(2);
  });

  it('has an invocation wait for a warm environment before a cold one is started', async () => {
    const { governor, started, acquire } = governorWith({ patienceMs: 60_000 });
    const first = await acquire('f');

    const second = acquire('f');
    await aWhile();
    governor.release('f', first);

    expect(await second).toBe(first);
    expect(started).toHaveLength(1);
  });

  it('starts a further one when the queue would take longer than that', async () => {
    const { governor, started, clock, acquire } = governorWith({ patienceMs: 60_000 });
    const first = await acquire('f');
    governor.release('f', first);
    await acquire('f');
    clock.nowMs += 5;
    governor.release('f', first);
    await acquire('f');

    const queue = (count: number) => {
      for (let one = 0; one < count; one += 1) void acquire('f');
    };
    queue(2);
    expect(started).toHaveLength(1);
    queue(60);

    expect(started).toHaveLength(2);
  });

  it.each([
    [3, 2],
    [2, 1],
  ])('with %p processors has %p environments for a queue that does not end', async (maxBusy, environments) => {
    const { governor, started, clock, acquire } = governorWith({ maxBusy, patienceMs: 60_000 });
    const first = await acquire('f');
    for (let one = 0; one < 60; one += 1) void acquire('f');

    // All of them have waited for so long, and each in turn gets the environment at once: together more than ten starts.
    clock.nowMs += 60;
    for (let one = 0; one < 50; one += 1) governor.release('f', first);
    void acquire('f');

    expect(started).toHaveLength(environments);
  });

  it('gives every function one, whatever the cap, and no further one while the cap computes', async () => {
    const { governor, started, acquire } = governorWith({ maxBusy: 1 });
    const [first] = [await acquire('f'), await acquire('g')];

    const waiting = acquire('f');
    await aWhile();
    expect(started).toHaveLength(2);

    governor.release('f', first);
    expect(await waiting).toBe(first);
  });

  it('counts none that waits for a call or a timer, so that functions which call functions come to an end', async () => {
    const { started, acquire } = governorWith({ maxBusy: 1 });

    for (let depth = 0; depth < 5; depth += 1) (await acquire('f')).silence();

    expect(started).toHaveLength(5);
  });

  it('starts no more at once than the cap says', async () => {
    const { started, acquire } = governorWith({ maxBusy: 2 });
    const cold = [await acquire('f'), await acquire('g')];
    for (const environment of cold) environment.isWarm = false;

    const third = acquire('h');
    await aWhile();
    expect(started).toHaveLength(2);

    for (const environment of cold) environment.isWarm = true;
    await third;
    expect(started).toHaveLength(3);
  });

  it('starts what has waited with the code of now', async () => {
    const { governor, started } = governorWith({ maxBusy: 1 });
    const files = { now: '/old.cjs' };
    const busy = await governor.acquire(specOf('f', files), request);

    const waiting = governor.acquire(specOf('f', files), request);
    files.now = '/new.cjs';
    await governor.retire('f');
    governor.release('f', busy);

    expect((await waiting).file).toBe('/new.cjs');
    expect(started.map(({ isDead }) => isDead)).toEqual([true, false]);
  });

  it('refuses whoever waited for a function that has no code any more', async () => {
    const { governor, acquire } = governorWith({ maxBusy: 1 });
    const busy = await acquire('f');
    const gone = Object.defineProperty(specOf('f'), 'code', {
      get: () => {
        throw new Error('no code');
      },
    });

    const waiting = governor.acquire(gone, request);
    // What reads the spec is the start of an environment.
    const failed = expect(waiting).rejects.toThrow('no code');
    await governor.retire('f');
    governor.release('f', busy);

    await failed;
  });

  it('tells those who wait when it closes, and those who come later, that nothing will run them', async () => {
    const { governor, started, acquire } = governorWith({ maxBusy: 1 });
    const [busy, waiting] = [await acquire('f'), acquire('f')];

    await Promise.all([expect(waiting).rejects.toThrow(RuntimeUnavailable), governor.close()]);

    await expect(acquire('g')).rejects.toThrow(RuntimeUnavailable);
    expect(started).toEqual([busy]);
  });

  it('ends those that rest the longest when all together take too much memory', async () => {
    const { governor, started, acquire } = governorWith({ memoryMb: 1 });
    for (const name of ['f', 'g', 'h']) {
      const environment = await acquire(name);
      environment.memoryBytes = 400_000;
      governor.release(name, environment);
    }

    await acquire('i');

    expect(started.map(({ isDead }) => isDead)).toEqual([true, false, false, false]);
  });

  it('starts no further one beyond that memory while something computes, and goes beyond it when all that is left waits', async () => {
    const { governor, started, acquire } = governorWith({ memoryMb: 1 });
    const busy = await acquire('f');
    busy.memoryBytes = 2 ** 20;

    const waiting = acquire('f');
    await aWhile();
    expect(started).toHaveLength(1);

    busy.silence();
    expect(await waiting).not.toBe(busy);
    await governor.close();
  });
});
