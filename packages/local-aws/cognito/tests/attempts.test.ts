import { describe, expect, it } from '@jest/globals';
import { afterFailure, isLockedOut, whileLockedOut, withAttempt } from '../attempts.ts';
import type { User } from '../model.ts';

const START = 1_000_000;
type Failures = User['failures'];

/** So many wrong passwords, each as soon as it is looked at. */
function failed(times: number): { failures: Failures; nowMs: number; lockoutMs: number } {
  let failures: Failures;
  let nowMs = START;
  for (let time = 1; time <= times; time += 1) {
    nowMs = Math.max(nowMs, failures?.lockedUntilMs ?? 0);
    failures = afterFailure(failures, nowMs);
  }
  return { failures, nowMs, lockoutMs: (failures?.lockedUntilMs ?? 0) - nowMs };
}

describe('wrong passwords', () => {
  it.each([
    [1, 0],
    [4, 0],
    [5, 1000],
    [6, 2000],
    [7, 4000],
    [10, 32_000],
    [14, 512_000],
    [15, 900_000],
    [30, 900_000],
  ])('%d of them lock out for %d ms', (times, lockoutMs) => {
    expect(failed(times).lockoutMs).toBe(lockoutMs);
  });

  it('lock out until the time is over, and not longer by further attempts', () => {
    const { failures, nowMs } = failed(6);
    const tried = whileLockedOut(failures, nowMs + 1999);

    expect(isLockedOut(tried, nowMs + 1999)).toBe(true);
    expect(isLockedOut(tried, nowMs + 2000)).toBe(false);
  });

  it('are forgotten after a quarter of an hour without any attempt', () => {
    const { failures, nowMs } = failed(4);
    const quarter = 15 * 60_000;
    const tried = whileLockedOut(failures, nowMs + quarter - 1);

    expect(afterFailure(failures, nowMs + quarter - 1).count).toBe(5);
    expect(afterFailure(failures, nowMs + quarter).count).toBe(1);
    expect(afterFailure(tried, nowMs + quarter).count).toBe(5);
  });
});

describe('attempts', () => {
  it('are so many an hour, from the first one on, each kind by itself', () => {
    let attempts: User['attempts'] = {};
    const attempt = (atMs: number) => {
      attempts = withAttempt(attempts, 'ChangePassword', atMs);
    };
    for (let time = 0; time < 5; time += 1) attempt(START + time);

    expect(() => attempt(START + 3_599_999)).toThrow('Attempt limit exceeded, please try after some time.');
    expect(withAttempt(attempts, 'ConfirmSignUp', START)).toHaveProperty('ConfirmSignUp.count', 1);
    attempt(START + 3_600_000);
    expect(attempts.ChangePassword?.count).toBe(1);
  });
});
