import { type CSSProperties, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { Lamp } from '../../cabinet/Cabinet.tsx';
import { lastSeen } from '../../lib/freshness.ts';
import type { GameSession, SessionPhase } from '../session.ts';
import { AgeSum } from './Instruments.tsx';
import type { BoardRow } from './ports.ts';
import type { Sight } from './watch.ts';
import { rateWords, seconds, secondsLeft, stateWords } from './words.ts';
import './wall.css';

const PLACES = 10;

interface WallRowProps {
  row: BoardRow;
  place: number;
  move: number;
}

/** Somebody of the first ten: the same element wherever they stand, so that one sees who overtakes whom. */
function WallRow({ row: { name, isBot, level, lives, score }, place, move }: WallRowProps) {
  return (
    <li style={{ '--place': place } as CSSProperties} data-move={move > 0 ? 'up' : undefined} data-first={place === 0}>
      <span className="wall-place">{place + 1}</span>
      <span className="wall-name">
        {name}
        {isBot && <small className="wall-bot">bot</small>}
      </span>
      <span className="wall-lives">
        <span aria-hidden="true">{'▲'.repeat(lives)}</span>
        <span className="visually-hidden">{lives} lives, </span>
      </span>
      <span className="wall-level">
        <span className="visually-hidden">level </span>
        <span aria-hidden="true">L</span>
        {level}
      </span>
      <span className="wall-score">{score.toLocaleString('en')}</span>
    </li>
  );
}

/** The newest board's bottom line: how many, how fast, and how long after the shot. */
function BottomLine({ sight, lamp }: { sight: Sight | undefined; lamp: Lamp }) {
  const { age, stream, taken } = sight ?? {};
  return (
    <footer className="wall-line">
      <span>
        <strong>{taken?.toLocaleString('en') ?? '–'}</strong> seated
      </span>
      <span>
        <strong>{stream ? rateWords(stream.rates) : '–'}</strong> records/s
      </span>
      <span className="wall-age">
        {lamp.state === 'stale' && lastSeen(lamp.lastSeenMs)}
        {lamp.state !== 'stale' && age && (
          <>
            <strong>{seconds(age.totalMs)}</strong> after the shot: <AgeSum age={age} />
          </>
        )}
      </span>
    </footer>
  );
}

/** What stands where there is no board yet. */
function Announcement({
  session,
  phase,
  taken,
  nowMs,
}: Omit<WallProps, 'sight' | 'lamp'> & { taken: number | undefined }) {
  if (phase === 'called') {
    const left = secondsLeft(session, nowMs);
    return (
      <p className="wall-big" key={left} data-count="true">
        {left}
      </p>
    );
  }
  const isOpen = session !== undefined && phase !== 'over' && phase !== 'none';
  const address = location.hostname === 'localhost' ? '' : `${location.host}/space-invaders`;
  return (
    <p className="wall-big">
      {isOpen
        ? `${(taken ?? 0).toLocaleString('en')} ${taken === 1 ? 'has' : 'have'} a seat`
        : 'The next session opens here'}
      <small>{isOpen && address}</small>
    </p>
  );
}

export interface WallProps {
  sight: Sight | undefined;
  lamp: Lamp;
  session: GameSession | undefined;
  phase: SessionPhase;
  /** By the service's clock. */
  nowMs: number;
}

/** The board for a room: the first ten, to be read from the back row, without anything to press. Escape leads back. */
export function Wall(props: WallProps) {
  const { sight, lamp, session, phase, nowMs } = props;
  const [path, navigate] = useLocation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    // All of the page behind it is out of reach, for the keyboard as well.
    shown?.showModal();
    return () => shown?.close();
  }, []);
  const rows = sight?.board.rows.slice(0, PLACES) ?? [];
  const isBoard = rows.length > 0 && phase !== 'called' && phase !== 'waiting';
  return (
    <dialog
      ref={dialog}
      className="wall"
      aria-label="The wall"
      data-lamp={lamp.state}
      onCancel={(event) => {
        event.preventDefault();
        navigate(path);
      }}
    >
      <header>
        <h1>Space Invaders</h1>
        <p className="wall-state">{stateWords(session, phase, nowMs)}</p>
      </header>
      <div className="wall-board">
        {isBoard ? (
          <ol>
            {rows
              .map((row, place) => ({ row, place }))
              .toSorted((one, other) => (one.row.player < other.row.player ? -1 : 1))
              .map(({ row, place }) => (
                <WallRow key={row.player} row={row} place={place} move={sight?.moves.get(row.player) ?? 0} />
              ))}
          </ol>
        ) : (
          <Announcement {...{ session, phase, nowMs }} taken={sight?.taken} />
        )}
      </div>
      {isBoard && <BottomLine sight={sight} lamp={lamp} />}
    </dialog>
  );
}
