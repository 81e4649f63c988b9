import type { CSSProperties } from 'react';
import type { Player } from './match.ts';
import { type Ball, type Path, type Place, TABLE, type TableView } from './tableView.ts';

const { width, height } = TABLE;
/** Room for the bats, and for a ball that flies past one. */
const MARGIN = { x: 32, y: 8 };

const at = ({ x, y }: Place): CSSProperties => ({ transform: `translate(${x}px, ${y}px)` });

function Bat({ player, place, isLit }: { player: Player; place: Place; isLit: boolean }) {
  return (
    <g className="bat" data-player={player} data-lit={isLit} style={at(place)}>
      <rect x="-3" y="-14" width="6" height="28" rx="3" />
    </g>
  );
}

const LABEL: Readonly<Record<Ball['look'], string>> = {
  flying: 'The ball is in play',
  missed: 'The ball has flown past the bat',
  lost: 'Nobody hits the ball',
  resting: 'No ball is in play',
};

/** A ball that came once more: it flies as the first did, and fades on the bat. */
function GhostBall({ path: { from, to, by }, onFaded }: { path: Path; onFaded: () => void }) {
  const way = { '--from': `${from.x}px ${from.y}px`, '--to': `${to.x}px ${to.y}px` } as CSSProperties;
  return (
    <g className="ghost" data-player={by} style={way} onAnimationEnd={onFaded}>
      <circle r="6" />
    </g>
  );
}

/** A table tennis table at night, seen from above. Something moves when a message moves, and only then. */
export function PlayingTable({ view, onFaded }: { view: TableView; onFaded: (ghost: number) => void }) {
  const { balls, bats, trails, steps, ghosts, flightMs } = view;
  return (
    <svg
      className="playing-table"
      viewBox={`${-MARGIN.x} ${-MARGIN.y} ${width + 2 * MARGIN.x} ${height + 2 * MARGIN.y}`}
      role="img"
      aria-label={LABEL[balls[0]?.look ?? 'resting']}
      style={{ '--flight': `${flightMs}ms` } as CSSProperties}
    >
      <rect className="table-top" width={width} height={height} rx="3" />
      <line className="table-line" x2={width} y1={height / 2} y2={height / 2} />
      <line className="table-net" x1={width / 2} x2={width / 2} y1="-6" y2={height + 6} />
      {trails.map(({ key, by, from, to }, index) => (
        <line
          key={key}
          className="trail"
          data-player={by}
          style={{ opacity: (index + 1) / trails.length }}
          x1={from.x}
          y1={from.y}
          x2={to.x}
          y2={to.y}
        />
      ))}
      <g className="steps" key={trails.at(-1)?.key} data-player={trails.at(-1)?.by}>
        {steps.map((place, index) => (
          <circle
            key={place.x}
            r="4"
            cx={place.x}
            cy={place.y}
            style={{ '--part': index / steps.length } as CSSProperties}
          />
        ))}
      </g>
      <Bat player="ping" place={bats.ping.at} isLit={bats.ping.isLit} />
      <Bat player="pong" place={bats.pong.at} isLit={bats.pong.isLit} />
      {balls.map(({ rally, look, at: place }) => (
        <g key={rally} className="ball" data-look={look} style={at(place)}>
          <circle r="5" />
        </g>
      ))}
      {ghosts.map(({ id, ...path }) => (
        <GhostBall key={id} path={path} onFaded={() => onFaded(id)} />
      ))}
    </svg>
  );
}
