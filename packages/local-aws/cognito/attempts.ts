import { limitExceeded } from './errors.ts';
import type { Attempt, User } from './model.ts';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior */
const FREE_FAILURES = 5;
const LONGEST_LOCKOUT_MS = 15 * 60_000;
const FORGOTTEN_AFTER_MS = 15 * 60_000;

type Failures = User['failures'];

/** What counts of earlier failures: after a quarter of an hour without an attempt nothing does. */
function counted(failures: Failures, nowMs: number): NonNullable<Failures> {
  if (failures && nowMs - failures.lastMs < FORGOTTEN_AFTER_MS) return failures;
  return { count: 0, lastMs: nowMs, lockedUntilMs: 0 };
}

/** Whether passwords are not even looked at now. */
export function isLockedOut(failures: Failures, nowMs: number): boolean {
  return counted(failures, nowMs).lockedUntilMs > nowMs;
}

/** After a wrong password: from the fifth on, n of them lock out for 2^(n-5) seconds. */
export function afterFailure(failures: Failures, nowMs: number): NonNullable<Failures> {
  const count = counted(failures, nowMs).count + 1;
  const lockoutMs = count < FREE_FAILURES ? 0 : Math.min(2 ** (count - FREE_FAILURES) * 1000, LONGEST_LOCKOUT_MS);
  return { count, lastMs: nowMs, lockedUntilMs: nowMs + lockoutMs };
}

/** After an attempt while locked out: it counts for nothing, but nothing is forgotten for another quarter of an hour. */
export function whileLockedOut(failures: Failures, nowMs: number): NonNullable<Failures> {
  return { ...counted(failures, nowMs), lastMs: nowMs };
}

/** How often a user may try in an hour: https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
const MOST_ATTEMPTS: Readonly<Record<Attempt, number>> = {
  ConfirmSignUp: 15,
  VerifyUserAttribute: 15,
  ResendConfirmationCode: 5,
  ChangePassword: 5,
  GetUserAttributeVerificationCode: 5,
  // AWS has 5 to 20, by what it thinks of the request.
  ForgotPassword: 20,
  ConfirmForgotPassword: 20,
};
const HOUR_MS = 60 * 60_000;

/** Counts an attempt. Throws AwsError LimitExceededException when it is one too many in the hour that began with the first. */
export function withAttempt(attempts: User['attempts'], attempt: Attempt, nowMs: number): User['attempts'] {
  const known = attempts[attempt];
  const { count, sinceMs } = known && nowMs - known.sinceMs < HOUR_MS ? known : { count: 0, sinceMs: nowMs };
  if (count >= MOST_ATTEMPTS[attempt]) throw limitExceeded('Attempt limit exceeded, please try after some time.');
  return { ...attempts, [attempt]: { count: count + 1, sinceMs } };
}
