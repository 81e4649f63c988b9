import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KeptEsbuild } from '../keptEsbuild.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe("esbuild's process", () => {
  it('is kept from an edit until two minutes after the last', async () => {
    const kept = new KeptEsbuild();
    kept.keep();
    const first = jest.getTimerCount();
    jest.advanceTimersByTime(119_000);
    kept.keep();
    jest.advanceTimersByTime(119_000);
    const second = jest.getTimerCount();
    await jest.advanceTimersByTimeAsync(1_000);

    expect([first, second, jest.getTimerCount()]).toEqual([1, 1, 0]);
  });

  it('is kept by nothing once it was let go for good', async () => {
    const kept = new KeptEsbuild();
    kept.keep();
    await kept.close();
    kept.keep();

    expect(jest.getTimerCount()).toBe(0);
  });
});
