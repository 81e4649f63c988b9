import type { CSSProperties } from 'react';
import type { Player } from './matchView.ts';

/** Where the ball is, in the table's own units (the table is 274 by 152.5, as the laws say in centimetres). */
const TABLE = { width: 274, height: 152.5, margin: 22 };
const END_X: Record<Player, number> = { ping: 10, pong: TABLE.width - 10 };

/** The ball goes to another place of the end line with each stroke; the golden angle keeps the pattern from repeating. */
const placeAcross = (stroke: number) => TABLE.height / 2 + Math.sin(stroke * 2.39996) * TABLE.height * 0.34;

/** What the table shows. */
export interface TableProps {
  /** Who struck last; the ball flies to the other end. Undefined while no ball is in play. */
  struckBy: Player | undefined;
  /** Number of the stroke in its rally, from 1. */
  stroke: number;
  /** Who serves next, or served. */
  server: Player;
  /** How long the ball takes, in milliseconds: the time between the last strokes. */
  flightMs: number;
}

const other: Record<Player, Player> = { ping: 'pong', pong: 'ping' };

function Bat({ player, y, flightMs }: { player: Player; y: number; flightMs: number }) {
  const x = player === 'ping' ? END_X.ping - 16 : END_X.pong + 16;
  return (
    <g
      className="bat"
      data-player={player}
      style={{ transform: `translate(${x}px, ${y}px)`, '--flight': `${flightMs}ms` } as CSSProperties}
    >
      <rect x="-3" y="-13" width="6" height="26" rx="3" />
    </g>
  );
}

/** A table tennis table seen from above. The ball moves when a message moves, and only then. */
export function PlayingTable({ struckBy, stroke, server, flightMs }: TableProps) {
  const { width, height, margin } = TABLE;
  const ballSide = struckBy ? other[struckBy] : server;
  const ballY = struckBy ? placeAcross(stroke) : height / 2;
  const comingFromY = struckBy && stroke > 1 ? placeAcross(stroke - 1) : height / 2;
  const batY = (player: Player) => (player === ballSide ? ballY : comingFromY);
  return (
    <svg
      className="playing-table"
      viewBox={`${-margin} ${-margin / 2} ${width + 2 * margin} ${height + margin}`}
      role="img"
      aria-label={struckBy ? `The ball flies to ${other[struckBy]}` : `No ball in play; ${server} serves`}
    >
      <rect className="table-top" width={width} height={height} rx="2" />
      <line className="table-line" x1="0" x2={width} y1={height / 2} y2={height / 2} />
      <line className="table-net" x1={width / 2} x2={width / 2} y1="-6" y2={height + 6} />
      <Bat player="ping" y={batY('ping')} flightMs={flightMs} />
      <Bat player="pong" y={batY('pong')} flightMs={flightMs} />
      <g
        className="ball"
        data-in-play={struckBy !== undefined}
        style={
          { transform: `translate(${END_X[ballSide]}px, ${ballY}px)`, '--flight': `${flightMs}ms` } as CSSProperties
        }
      >
        {/* A new key starts the bounce anew with each stroke. */}
        <circle key={stroke} r="4.5" className={struckBy ? 'ball-bounce' : undefined} />
      </g>
    </svg>
  );
}
