import type { ReactNode } from 'react';

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
      <span>{name}</span>
      <span className="seat-fate">{fate}</span>
    </div>
  );
}

/** A time that has passed between two hops, in whole milliseconds: "+412 ms". Nothing before there was one. */
export function Clock({ ms }: { ms: number | undefined }) {
  return <span className="clock mono">{ms === undefined ? '' : `+${Math.round(ms)} ms`}</span>;
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
