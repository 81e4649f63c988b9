import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { measureStrokes, quantile, untilOver } from '../rally.ts';

let folder: string;
let file: string;
/** Each stroke takes `gapMs`, and its hop `hopMs`. */
const strokes = (count: number, gapMs: number, hopMs: (stroke: number) => number) =>
  Array.from({ length: count }, (_, index) => {
    const arrivedAtNs = (index + 1) * gapMs * 1e6;
    return `0 ${index + 1} ${arrivedAtNs - hopMs(index + 1) * 1e6} ${arrivedAtNs}\n`;
  }).join('');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rally-'));
  file = join(folder, 'strokes');
});
afterEach(() => rm(folder, { recursive: true }));

describe('what a rally comes to', () => {
  it('leaves the warm-up out of rate and hops', async () => {
    await writeFile(
      file,
      strokes(110, 4, (stroke) => (stroke <= 10 ? 40 : stroke === 11 ? 3 : 1)),
    );

    const measured = await measureStrokes(file, { last: 110, warmUp: 10 });

    expect(measured).toEqual({ strokesPerSecond: 250, hopP50Ms: 1, hopP99Ms: 1 });
  });

  it('shows the slowest hundredth', async () => {
    await writeFile(
      file,
      strokes(100, 4, (stroke) => stroke / 100),
    );

    const { hopP50Ms, hopP99Ms } = await measureStrokes(file, { last: 100, warmUp: 0 });

    expect([hopP50Ms, hopP99Ms]).toEqual([0.5, 0.99]);
  });

  it('refuses a rally that was over before the warm-up', async () => {
    await writeFile(
      file,
      strokes(10, 4, () => 1),
    );

    await expect(measureStrokes(file, { last: 10, warmUp: 10 })).rejects.toThrow(
      'the rally ended within its 10 strokes of warm-up',
    );
  });

  it('counts the strokes of all balls, until one is out', async () => {
    const two = Array.from({ length: 10 }, (_, index) => `${index % 2} ${1 + (index >> 1)} 0 ${index * 4e6}\n`);
    await writeFile(file, [...two, `1 6 0 ${60e6}\n`, `0 6 0 ${900e6}\n`].join(''));

    const { strokesPerSecond } = await measureStrokes(file, { last: 6, warmUp: 4 });

    expect(strokesPerSecond).toBeCloseTo(6 / 0.044);
  });

  it('is there once the last stroke of every ball has been written', async () => {
    await writeFile(
      file,
      strokes(10, 4, () => 1),
    );

    await expect(untilOver(file, { balls: 1, last: 10, warmUp: 0 })).resolves.toBeUndefined();
  });
});

describe('quantile', () => {
  it('gives the nearest rank, whatever the order', () => {
    expect([quantile([5, 1, 3], 0.5), quantile([5, 1, 3], 0.99), quantile([7], 0.5)]).toEqual([3, 5, 7]);
  });
});
