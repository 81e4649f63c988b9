import type { ReactNode } from 'react';
import './parts.css';

/** A number that can be read from the back row. `side` is where it stands on the screen. */
export function Score({ label, value, side = 'left' }: { label: string; value: ReactNode; side?: 'left' | 'right' }) {
  return (
    <div className="score" data-side={side}>
      <span className="score-label">{label}</span>
      <span className="score-value">{value}</span>
    </div>
  );
}

/** A place at the table with somebody's name. */
export interface SeatProps {
  name: string;
  /** What became of them, in a word or two; empty while they sit there. */
  fate?: string | undefined;
  /** How the seat looks: `masked` sits there, `chosen` is pointed at, `out` has gone, `unmasked` is known to be what `fate` says. */
  look: 'masked' | 'chosen' | 'out' | 'unmasked';
}

export function Seat({ name, fate, look }: SeatProps) {
  return (
    <div className="seat" data-look={look}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="10" r="7" />
        <path d="M4 23q0 -5 8 -5t8 5" />
        {look === 'masked' || look === 'chosen' ? (
          <path
            className="mask"
            fillRule="evenodd"
            d="M4.5 8h15q1 4 -2.5 5.5t-5 -1q-1.5 2.5 -5 1t-2.5 -5.5zM8 9.6a1.3 1.1 0 1 0 .1 0zM16 9.6a1.3 1.1 0 1 0 .1 0z"
          />
        ) : (
          <path d={look === 'out' ? 'M8 8l3 3m0 -3l-3 3M13 8l3 3m0 -3l-3 3' : 'M9 8.5v1M15 8.5v1M9 12.5q3 2 6 0'} />
        )}
      </svg>
      <span className="seat-name">{name}</span>
      <span className="seat-fate">{fate}</span>
    </div>
  );
}

function passed(ms: number): string {
  const text = ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  return `+${text}`.padStart(7, '\u00a0');
}

/**
 * A time in milliseconds that has passed between two hops: "+412 ms", "+1.2 s"; always as wide, so that what stands beside it
 * does not move. Nothing before there was one.
 */
export function Clock({ ms }: { ms: number | undefined }) {
  return <span className="clock mono">{ms === undefined ? '' : passed(ms)}</span>;
}

/** The four families of the drawings. */
export type Family = 'function' | 'message' | 'store' | 'entry' | 'outside';

/** The name of an event-driven pattern, in its family's colour. */
export function PatternChip({ name, family }: { name: string; family: Family }) {
  return (
    <b className="pattern-chip" data-family={family}>
      {name}
    </b>
  );
}
