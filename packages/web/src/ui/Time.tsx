import { useEffect, useState } from 'react';

const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/**
 * A moment in words, seen from `nowMs`: "3 minutes ago", and by the second before that, so that a list tells its rows
 * apart. Both in milliseconds since the epoch.
 */
export function relativeTime(atMs: number, nowMs: number): string {
  const seconds = Math.round((atMs - nowMs) / 1000);
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(seconds, 'second');
}

/** A moment, relative, with the exact time in its title. `at` is ISO 8601. */
export function Time({ at }: { at: string }) {
  const [nowMs, setNowMs] = useState(Date.now);
  const isRecent = nowMs - Date.parse(at) < 60_000;
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), isRecent ? 1_000 : 10_000);
    return () => clearInterval(timer);
  }, [isRecent]);
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {relativeTime(Date.parse(at), nowMs)}
    </time>
  );
}
