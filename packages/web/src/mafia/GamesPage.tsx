import { type KeyboardEvent, useCallback, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Action } from '../cabinet/Action.tsx';
import { Cabinet } from '../cabinet/Cabinet.tsx';
import { Problem } from '../lib/api.ts';
import { look } from '../lib/look.ts';
import { newRequestKey } from '../lib/requestKey.ts';
import { usePolling } from '../lib/usePolling.ts';
import { Time } from '../ui/Time.tsx';
import { handOverFocus, rail, useDeck, wire } from './furniture.tsx';
import type { Outcome } from './gameView.ts';
import { startGame } from './moves.ts';
import { numbersIn, PLAYERS, seatsIn, USUAL_MAFIA } from './numbers.ts';
import { EmptyRoom } from './Room.tsx';
import { mafia } from './scenario.ts';
import { type ListedGame, TableTop } from './TableTop.tsx';
import './tables.css';

const POLL_MS = 1_500;

const STATUS: Record<Outcome, string> = { mafia: 'mafia won', innocents: 'the innocent won' };

function Tables({ games }: { games: readonly ListedGame[] | undefined }) {
  return (
    <section className="tables" aria-labelledby="latest-tables">
      <h2 id="latest-tables">The latest tables</h2>
      {games?.length === 0 && <p>Nobody has played yet. Lay the first one.</p>}
      <ul>
        {games?.map(({ id, startedAt, players, mafia: secret, outcome }) => (
          <li key={id}>
            <Link href={`/mafia/${id}`}>
              <TableTop players={players} {...(outcome && { outcome })} />
              <strong>
                {players} players, {secret} mafia
              </strong>
              <span>
                <Time at={startedAt} /> · {outcome ? STATUS[outcome] : 'in play'}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface NewGameProps {
  /** What stands in the fields. */
  players: string;
  ofThem: string;
  setPlayers: (text: string) => void;
  setOfThem: (text: string) => void;
}

/** How many players, how many of them mafia. What is typed stays, also what cannot be played yet. */
function NewGame({ players, ofThem, setPlayers, setOfThem }: NewGameProps) {
  const [refusal, setRefusal] = useState<string>();
  // One key until a game has begun: pressing again after a lost answer finds the game that did begin.
  const key = useRef(newRequestKey());
  const [, navigate] = useLocation();
  const { deck, pressPrimary } = useDeck();
  const numbers = numbersIn(players, ofThem);

  const start = async () => {
    if (numbers.problem !== undefined) return;
    setRefusal(undefined);
    try {
      const { gameId } = await startGame(numbers, key.current);
      handOverFocus();
      navigate(`/mafia/${gameId}`);
    } catch (error) {
      setRefusal(error instanceof Problem ? error.message : String(error));
      if (error instanceof Problem && !error.unreachable) key.current = newRequestKey();
    }
  };
  const onKeyDown = ({ key: pressed }: KeyboardEvent) => {
    if (pressed === 'Enter') pressPrimary();
  };

  const field = (label: string, value: string, set: (text: string) => void) => (
    <label className="number">
      {label}
      <input
        className="field"
        inputMode="numeric"
        autoComplete="off"
        size={2}
        maxLength={2}
        value={value}
        aria-invalid={numbers.problem !== undefined}
        aria-describedby="numbers-problem"
        onChange={({ target }) => {
          set(target.value);
          // Other numbers are another request.
          key.current = newRequestKey();
        }}
        onKeyDown={onKeyDown}
      />
    </label>
  );
  return (
    <div className="mafia-deck new-game" ref={deck}>
      {field('Players', players, setPlayers)}
      {field('Mafia', ofThem, setOfThem)}
      <Action isPrimary label="Start a game" pendingLabel="Dealing…" unavailable={numbers.problem} onAct={start} />
      <p className="deck-says" id="numbers-problem" role="status">
        {refusal ?? numbers.problem}
      </p>
    </div>
  );
}

/** Start a game at the table that is laid for it, or join one of the latest. */
export function GamesPage() {
  const [players, setPlayers] = useState(String(PLAYERS.usual));
  const [ofThem, setOfThem] = useState(String(USUAL_MAFIA));
  const ask = useCallback((signal: AbortSignal) => look<{ games: ListedGame[] }>('mafia', '/games', signal), []);
  const { value, lamp } = usePolling(ask, POLL_MS);
  return (
    <Cabinet
      scenario={mafia}
      lamp={lamp}
      screen={
        <div className="hall">
          <EmptyRoom seats={seatsIn(players)} mafia={numbersIn(players, ofThem).mafia} />
          <Tables games={value?.games} />
        </div>
      }
      deck={<NewGame players={players} ofThem={ofThem} setPlayers={setPlayers} setOfThem={setOfThem} />}
      wire={wire}
      rail={rail}
    />
  );
}
