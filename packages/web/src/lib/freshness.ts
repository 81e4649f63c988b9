import type { Lamp } from '../cabinet/Cabinet.tsx';

/** Without an answer for so long, in milliseconds, what is shown counts as old. */
export const STALE_MS = 3_000;

/** What is known of something that is asked for again and again. Times in milliseconds, of one clock. */
export interface Asked {
  nowMs: number;
  /** When asking began, or began again after the page was out of sight. */
  sinceMs: number;
  /** When the latest answer came; undefined before the first. */
  heardMs: number | undefined;
  /** Whether the latest try failed. */
  hasFailed: boolean;
}

/** How fresh is what is shown. */
export function lampOf({ nowMs, sinceMs, heardMs, hasFailed }: Asked): Lamp {
  const isLate = hasFailed || nowMs - Math.max(sinceMs, heardMs ?? sinceMs) >= STALE_MS;
  if (heardMs === undefined) return { state: isLate ? 'dead' : 'waiting' };
  return isLate ? { state: 'stale', lastSeenMs: nowMs - heardMs } : { state: 'live' };
}

/** "last seen 12 s ago", "last seen 3 min ago", for an answer of that age. */
export function lastSeen(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  return `last seen ${seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`} ago`;
}
