import { describe, expect, it } from '@jest/globals';
import { lampOf, lastSeen, STALE_MS } from '../src/lib/freshness.ts';

const asked = (more: object = {}) => ({ nowMs: 10_000, sinceMs: 0, heardMs: 9_000, hasFailed: false, ...more });

describe('the lamp', () => {
  it('is lit while answers come', () => {
    expect(lampOf(asked())).toEqual({ state: 'live' });
    expect(lampOf(asked({ nowMs: 9_000 + STALE_MS - 1 }))).toEqual({ state: 'live' });
  });

  it('says how old the last answer is when none came for three seconds, though no try has failed yet', () => {
    expect(lampOf(asked({ nowMs: 12_000 }))).toEqual({ state: 'stale', lastSeenMs: 3_000 });
  });

  it('says so at once when a try failed', () => {
    expect(lampOf(asked({ hasFailed: true }))).toEqual({ state: 'stale', lastSeenMs: 1_000 });
  });

  it('blames nobody for what is old because the page was out of sight', () => {
    expect(lampOf(asked({ nowMs: 60_000, sinceMs: 59_000 }))).toEqual({ state: 'live' });
    expect(lampOf(asked({ nowMs: 62_000, sinceMs: 59_000 }))).toEqual({ state: 'stale', lastSeenMs: 53_000 });
  });

  it('waits three seconds for the first answer, then it is dead', () => {
    expect(lampOf(asked({ nowMs: 2_999, heardMs: undefined }))).toEqual({ state: 'waiting' });
    expect(lampOf(asked({ nowMs: 3_000, heardMs: undefined }))).toEqual({ state: 'dead' });
    expect(lampOf(asked({ nowMs: 1, heardMs: undefined, hasFailed: true }))).toEqual({ state: 'dead' });
  });

  it.each([
    [0, '0 s'],
    [-500, '0 s'],
    [12_900, '12 s'],
    [119_000, '119 s'],
    [125_000, '2 min'],
  ])('counts how old the last answer is in whole units: %d ms', (ageMs, text) => {
    expect(lastSeen(ageMs)).toBe(`last seen ${text} ago`);
  });
});
