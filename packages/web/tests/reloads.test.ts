import { describe, expect, it } from '@jest/globals';
import { reloadIn } from '../src/lib/useReloads.ts';

const entry = (more: object) => ({
  seq: 1,
  atMs: 0,
  kind: 'provision' as const,
  service: 'local-aws',
  action: 'Reload',
  to: 'mafia',
  outcome: 'ok' as const,
  ...more,
});

describe('a reload', () => {
  it('is told in a sentence: what is new, and how long it took', () => {
    const functions = ['newGame', 'dayTurn'];

    expect(reloadIn(entry({ detail: { functions, template: false, durationMs: 812 } }))).toBe(
      'mafia reloaded newGame, dayTurn in 812 ms',
    );
    expect(reloadIn(entry({ detail: { functions: [], template: true, durationMs: 95 } }))).toBe(
      'mafia reloaded the stack in 95 ms',
    );
  });

  it('is nothing to tell when nothing is new, when it failed, and for any other hop', () => {
    const detail = { functions: ['newGame'], template: false, durationMs: 1 };

    expect(reloadIn(entry({ detail: { ...detail, functions: [] } }))).toBeUndefined();
    expect(reloadIn(entry({ detail, outcome: 'error' }))).toBeUndefined();
    expect(reloadIn(entry({ detail, service: 'sns', action: 'Publish' }))).toBeUndefined();
  });
});
