import type { CSSProperties } from 'react';
import type { Throw } from './shapes.ts';
import { verdictWords } from './words.ts';

/** How long a ball flies, in milliseconds: what becomes of it is seen when it has arrived. */
const FLIGHT_MS = 360;

/** Whether what is written beside a place would leave the map. */
const sideOf = (x: number) => (x < 220 ? 'start' : x > 780 ? 'end' : 'middle');

interface BallProps {
  ball: Throw;
  /** Whether the words stand beside it; they are read out elsewhere. */
  isTold: boolean;
}

/** A ball: under way, then what became of it. */
export function Ball({ ball, isTold }: BallProps) {
  const { species, x, y, thrownAtMs, heardAtMs, verdict } = ball;
  const waitMs = heardAtMs === undefined ? 0 : Math.max(0, thrownAtMs + FLIGHT_MS - heardAtMs);
  const style = { '--x': x, '--y': y, '--flight': `${FLIGHT_MS}ms`, '--wait': `${waitMs}ms` } as CSSProperties;
  return (
    <div className="ball-place" style={style} data-outcome={verdict?.outcome ?? 'flying'} aria-hidden="true">
      <div className="ball-flight">
        <svg className="ball" viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="10" />
          <path d="M2.5 13q9.5 5 19 0M12 15.5v-.01" />
        </svg>
      </div>
      {verdict?.outcome === 'captured' && <span className="ball-burst" />}
      {verdict && isTold && (
        <span className="ball-words" data-side={sideOf(x)} data-below={y < 160}>
          {verdictWords(species, verdict).short}
        </span>
      )}
    </div>
  );
}
