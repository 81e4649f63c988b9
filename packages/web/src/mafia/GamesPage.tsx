import { type FormEvent, useCallback, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { callApi, Problem } from '../lib/api.ts';
import { newRequestKey } from '../lib/requestKey.ts';
import { usePolling } from '../lib/usePolling.ts';
import { Notice } from '../ui/Notice.tsx';
import { Time } from '../ui/Time.tsx';
import { Unanswered } from '../ui/Unanswered.tsx';
import type { Outcome } from './gameView.ts';

interface ListedGame {
  id: string;
  startedAt: string;
  players: number;
  mafia: number;
  outcome?: Outcome;
}

const POLL_MS = 5_000;
const PLAYERS = { least: 3, most: 32, usual: 8 } as const;
const USUAL_MAFIA = 3;

/** Fewer mafia than half of the players. */
const mostMafia = (players: number) => Math.max(1, Math.ceil(players / 2) - 1);

function StartForm() {
  const [players, setPlayers] = useState<number>(PLAYERS.usual);
  const [mafia, setMafia] = useState<number>(USUAL_MAFIA);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  // One key until a game has begun: pressing again after a lost answer finds the game that did begin.
  const key = useRef(newRequestKey());
  const [, navigate] = useLocation();

  const start = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const headers = { 'idempotency-key': key.current };
      const { gameId } = await callApi<{ gameId: string }>('mafia', '/games', {
        method: 'POST',
        headers,
        json: { players, mafia },
      });
      navigate(`/mafia/${gameId}`);
    } catch (error) {
      setProblem(error instanceof Problem ? error.message : String(error));
      if (error instanceof Problem && !error.unreachable) key.current = newRequestKey();
      setBusy(false);
    }
  };

  return (
    <form className="card stack" onSubmit={start}>
      <h2>A new game</h2>
      <div className="new-game">
        <label className="stacked">
          Players
          <input
            className="field"
            type="number"
            inputMode="numeric"
            min={PLAYERS.least}
            max={PLAYERS.most}
            value={players}
            onChange={({ target }) => {
              const count = target.valueAsNumber;
              setPlayers(count);
              if (Number.isFinite(count)) setMafia((before) => Math.min(before, mostMafia(count)));
            }}
            required
          />
        </label>
        <label className="stacked">
          Mafia
          <input
            className="field"
            type="number"
            inputMode="numeric"
            min={1}
            max={Number.isFinite(players) ? mostMafia(players) : undefined}
            value={mafia}
            onChange={({ target }) => setMafia(target.valueAsNumber)}
            required
          />
        </label>
        <button type="submit" className="button" disabled={busy}>
          {busy ? 'Dealing…' : 'Start a game'}
        </button>
      </div>
      {problem && <Notice tone="bad">{problem}</Notice>}
    </form>
  );
}

function GameList({ games }: { games: readonly ListedGame[] }) {
  if (games.length === 0) return <p className="soft">No game has been played yet. Start the first one.</p>;
  return (
    <ul className="game-list">
      {games.map(({ id, startedAt, players, mafia, outcome }) => (
        <li key={id}>
          <Link href={`/mafia/${id}`} className="card">
            <strong>
              {players} players, {mafia} mafia
            </strong>
            <span className="soft small">
              <Time at={startedAt} /> · {outcome ? `${outcome === 'mafia' ? 'mafia' : 'innocents'} won` : 'in play'}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Start a game, or join one of the latest. */
export function GamesPage() {
  const ask = useCallback((signal: AbortSignal) => callApi<{ games: ListedGame[] }>('mafia', '/games', { signal }), []);
  const { value, problem } = usePolling(ask, POLL_MS);
  return (
    <div className="stack">
      <h1>Mafia</h1>
      <p className="soft">
        Mafia know each other; the innocent know nobody. At night one innocent dies, by day everybody points at
        somebody, and then one is sentenced. Nobody sees who is mafia before they are out: not even this page.
      </p>
      <StartForm />
      <section className="stack" aria-labelledby="latest-title">
        <h2 id="latest-title">Latest games</h2>
        {problem && <Unanswered name="Mafia" problem={problem} stale={value !== undefined} />}
        {value ? <GameList games={value.games} /> : !problem && <p className="soft">Looking for games…</p>}
      </section>
    </div>
  );
}
