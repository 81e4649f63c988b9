import type { Outcome } from './gameView.ts';

/** A game, as `GET /games` lists it. Times are ISO 8601. */
export interface ListedGame {
  id: string;
  startedAt: string;
  players: number;
  mafia: number;
  outcome?: Outcome;
}

/** A table from above: a seat for each player. */
export function TableTop({ players, outcome }: Pick<ListedGame, 'players' | 'outcome'>) {
  const seats = Array.from({ length: players }, (_, index) => (index / players) * 2 * Math.PI - Math.PI / 2);
  return (
    <svg className="small-table" viewBox="-20 -20 40 40" aria-hidden="true" data-outcome={outcome}>
      <circle r="10" />
      {seats.map((angle) => (
        <circle
          key={angle}
          className="table-seat"
          cx={15 * Math.cos(angle)}
          cy={15 * Math.sin(angle)}
          r={players > 16 ? 1.2 : 2}
        />
      ))}
    </svg>
  );
}
