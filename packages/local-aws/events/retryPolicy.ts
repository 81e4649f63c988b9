import type { Refusal, UnderWay, Verdict } from '../core/delivery.ts';

/** How often, and how long, EventBridge and its Scheduler try to bring something to a target. */
export interface RetryPolicy {
  MaximumRetryAttempts?: number | undefined;
  MaximumEventAgeInSeconds?: number | undefined;
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html, and for the Scheduler
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
export const DEFAULT_MAX_RETRIES = 185;
export const DEFAULT_MAX_AGE_SECONDS = 86_400;
const FIRST_PAUSE_MS = 1000;
/** 185 attempts fill the 24 hours when they are about this far apart. */
const LONGEST_PAUSE_MS = 480_000;

/** Errors that no retry would mend, although they do not look like the caller's fault. */
const NEVER_PASSES = /^(SyntaxError|NotSupportedByLocalAws)$/;

/**
 * What follows a try that failed, at `nowMs` (milliseconds since the epoch): another one after a pause, or nothing. `over` is the exhausted
 * condition as a dead letter names it, empty where no retry would have mended it.
 */
export function verdictOf(
  { tries, sinceMs }: Pick<UnderWay<unknown>, 'tries' | 'sinceMs'>,
  { code, mayPass, retryAfterMs = 0 }: Refusal,
  policy: RetryPolicy | undefined,
  nowMs: number,
): Verdict {
  if (!mayPass || NEVER_PASSES.test(code) || retryAfterMs < 0) return { over: '' };
  const { MaximumRetryAttempts = DEFAULT_MAX_RETRIES, MaximumEventAgeInSeconds = DEFAULT_MAX_AGE_SECONDS } =
    policy ?? {};
  if (tries > MaximumRetryAttempts) return { over: 'MaximumRetryAttempts' };
  const pauseMs = Math.max(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS), retryAfterMs);
  const ageMs = nowMs + pauseMs - sinceMs;
  return ageMs > MaximumEventAgeInSeconds * 1000 ? { over: 'MaximumEventAgeInSeconds' } : { pauseMs };
}
