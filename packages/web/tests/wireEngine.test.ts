import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createEngine, type Figures } from '../src/wire/engine.ts';
import { publish, rallyGraph } from './wireFixtures.ts';

const FRAME_MS = 20;

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
  globalThis.requestAnimationFrame = (draw) => Number(setTimeout(() => draw(performance.now()), FRAME_MS));
});
afterEach(() => {
  jest.useRealTimers();
  Reflect.deleteProperty(globalThis, 'requestAnimationFrame');
});

/** An engine without a drawing, and the figures that it told last. */
function startEngine() {
  let told: Figures | undefined;
  const onHops = jest.fn();
  const engine = createEngine({
    service: 'ping-pong',
    graph: rallyGraph,
    stage: undefined,
    isStill: false,
    onTelling: () => undefined,
    onFigures: (figures) => {
      told = figures;
    },
    onHops,
  });
  return { engine, told: () => told, onHops };
}

describe('figures', () => {
  it('are told in the end, whenever between two tellings it was stepped or something was missed', () => {
    for (let afterMs = 0; afterMs < 3_000; afterMs += FRAME_MS) {
      const { engine, told } = startEngine();
      engine.setSpeed('frozen');
      engine.take({ hops: [publish(), publish()], isPast: false, missed: 0, clockAheadMs: 0 });

      jest.advanceTimersByTime(afterMs);
      engine.step();
      jest.advanceTimersByTime(afterMs);
      engine.take({ hops: [], isPast: false, missed: 37, clockAheadMs: 0 });
      jest.runAllTimers();

      expect({ afterMs, ...told() }).toEqual({ afterMs, perSecond: 0, waiting: 1, missed: 37 });
    }
  });
});

describe('that there are hops', () => {
  it.each([
    ['one of the service', [publish()], false, 1],
    ['one of the service that is past', [publish()], true, 1],
    ['one of somebody else', [{ ...publish(), from: undefined, to: 'other' }], false, 0],
    ['none, but some were missed', [], false, 0],
  ] as const)('is told of %s', (_name, hops, isPast, times) => {
    const { engine, onHops } = startEngine();

    engine.take({ hops, isPast, missed: 3, clockAheadMs: 0 });

    expect(onHops).toHaveBeenCalledTimes(times);
  });
});
