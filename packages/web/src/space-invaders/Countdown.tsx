import { useEffect, useState } from 'react';
import { type ServerClock, serverTime } from '../lib/serverClock.ts';

/** Whole seconds until a moment of the service's clock. */
export function Countdown({ atMs, clock }: { atMs: number; clock: ServerClock | undefined }) {
  const [, setTurns] = useState(0);
  const leftMs = Math.max(0, atMs - serverTime(clock, Date.now()));
  const seconds = Math.ceil(leftMs / 1_000);
  useEffect(() => {
    const timer = setTimeout(() => setTurns((turns) => turns + 1), leftMs - (seconds - 1) * 1_000 + 1);
    return () => clearTimeout(timer);
  });
  return (
    <span className="count" role="timer" aria-label="Seconds until the start">
      {seconds}
    </span>
  );
}
