import { useCallback, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { callApi, Problem } from '../lib/api.ts';
import { newRequestKey } from '../lib/requestKey.ts';
import { usePolling } from '../lib/usePolling.ts';
import { Notice } from '../ui/Notice.tsx';
import { Time } from '../ui/Time.tsx';
import { Unanswered } from '../ui/Unanswered.tsx';
import {
  afterTurn,
  type Chapter,
  type Game,
  isLiving,
  newest,
  type PlayerCard,
  promptFor,
  suspectsOf,
  TURN_TITLE,
  type Turn,
  type TurnAnswer,
} from './gameView.ts';

const POLL_MS = 2_000;

/** Asks again once with the same key when no answer came: if the first request was carried out, its answer comes back. */
async function playTurn(gameId: string, turn: Turn, name: string | undefined): Promise<TurnAnswer> {
  const headers = { 'idempotency-key': newRequestKey() };
  const request = () =>
    callApi<TurnAnswer>('mafia', `/games/${gameId}/${turn}`, {
      method: 'POST',
      headers,
      json: name === undefined ? {} : { name },
    });
  try {
    return await request();
  } catch (error) {
    if (error instanceof Problem && error.unreachable) return request();
    throw error;
  }
}

const SYMBOL: Record<PlayerCard['identity'], string> = {
  Uncovered: '',
  'Killed by mafia': '✝',
  'Correctly sentenced': '✓',
  'Incorrectly sentenced': '✗',
};

interface CardsProps {
  game: Game;
  chosen: string | undefined;
  onChoose: (name: string) => void;
}

/** The living as a choice: whom to sentence. */
function Choice({
  living,
  suspects,
  chosen,
  onChoose,
}: Omit<CardsProps, 'game'> & { living: PlayerCard[]; suspects: string[] }) {
  return (
    <fieldset className="players">
      <legend className="visually-hidden">Whom do you sentence?</legend>
      {living.map(({ name }) => (
        <label key={name} className="player-card" data-suspect={suspects.includes(name)}>
          <input type="radio" name="sentenced" value={name} checked={chosen === name} onChange={() => onChoose(name)} />
          <span>{name}</span>
          {suspects.includes(name) && <span className="small soft">most accused</span>}
        </label>
      ))}
    </fieldset>
  );
}

function Cards({ game, chosen, onChoose }: CardsProps) {
  const voting = !game.outcome && game.turn === 'judgement';
  const living = game.players.filter(isLiving);
  const gone = game.players.filter((player) => !isLiving(player));
  return (
    <>
      <section aria-labelledby="living-title">
        <h2 id="living-title">
          Living <span className="soft">({living.length})</span>
        </h2>
        {voting ? (
          <Choice living={living} suspects={suspectsOf(game.story)} chosen={chosen} onChoose={onChoose} />
        ) : (
          <ul className="players">
            {living.map(({ name }) => (
              <li key={name} className="player-card">
                {name}
              </li>
            ))}
          </ul>
        )}
      </section>
      {gone.length > 0 && (
        <section aria-labelledby="gone-title">
          <h2 id="gone-title">
            Gone <span className="soft">({gone.length})</span>
          </h2>
          <ul className="players">
            {gone.map(({ name, identity }) => (
              <li key={name} className="player-card gone">
                <span>
                  <span aria-hidden="true">{SYMBOL[identity]}</span> {name}
                </span>
                <span className="small soft">{identity}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Story({ story }: { story: readonly Chapter[] }) {
  return (
    <section className="card story" aria-labelledby="story-title">
      <h2 id="story-title">The story</h2>
      <ol aria-live="polite" aria-relevant="additions">
        {story.toReversed().map(({ number, turn, at, message }) => (
          <li key={number}>
            <h3>
              {TURN_TITLE[turn]}
              <span className="soft small">
                {' '}
                · <Time at={at} />
              </span>
            </h3>
            {message.map((line, index) => (
              <p key={index}>{line}</p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface ActionsProps {
  game: Game;
  chosen: string | undefined;
  busy: boolean;
  onPlay: () => void;
}

function Actions({ game, chosen, busy, onPlay }: ActionsProps) {
  if (game.outcome) {
    return (
      <div className="row">
        <Link className="button" href="/mafia">
          Start another game
        </Link>
      </div>
    );
  }
  const label = {
    night: 'Play the night',
    day: 'Play the day',
    judgement: chosen ? `Sentence ${chosen}` : 'Choose somebody',
  }[game.turn];
  return (
    <div className="row">
      <button
        type="button"
        className="button"
        onClick={onPlay}
        disabled={busy || (game.turn === 'judgement' && !chosen)}
      >
        {busy ? 'Playing…' : label}
      </button>
    </div>
  );
}

/** One game, as everybody who has its address sees it. */
export function GamePage({ gameId }: { gameId: string }) {
  const ask = useCallback((signal: AbortSignal) => callApi<Game>('mafia', `/games/${gameId}`, { signal }), [gameId]);
  const { value: seen, problem, refresh } = usePolling(ask, POLL_MS);
  const [own, setOwn] = useState<Game>();
  const [choice, setChoice] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const game = newest(seen, own);
  const prompt = useRef<HTMLHeadingElement>(null);
  const endedHere = own?.outcome !== undefined;
  // The last turn takes its own button away: the keyboard goes on from the outcome, not from the top of the page.
  useEffect(() => {
    if (endedHere) prompt.current?.focus();
  }, [endedHere]);

  if (!game) {
    // 400: what stands in the address is not even shaped like a game's id.
    if (problem?.status === 404 || problem?.status === 400) {
      return (
        <div className="stack">
          <h1>No such game</h1>
          <p>
            It has expired, or the address is wrong. <Link href="/mafia">See the latest games.</Link>
          </p>
        </div>
      );
    }
    return problem ? (
      <Unanswered name="Mafia" problem={problem} stale={false} />
    ) : (
      <p className="soft">Looking for the game…</p>
    );
  }

  const chosen = game.players.some((player) => player.name === choice && isLiving(player)) ? choice : undefined;
  const play = async () => {
    setBusy(true);
    setRefusal(undefined);
    try {
      const answer = await playTurn(gameId, game.turn, game.turn === 'judgement' ? chosen : undefined);
      setOwn(afterTurn(game, game.turn, answer, new Date().toISOString()));
      setChoice(undefined);
    } catch (error) {
      setRefusal(error instanceof Problem ? error.message : String(error));
    } finally {
      setBusy(false);
      refresh();
    }
  };

  return (
    <div className="mafia" data-turn={game.outcome ? 'over' : game.turn}>
      <header className="stack">
        <h1 ref={prompt} tabIndex={-1}>
          {promptFor(game)}
        </h1>
        <p className="soft small">
          {game.players.length} players, {game.mafia} of them mafia · begun <Time at={game.startedAt} /> ·{' '}
          <Link href="/mafia">all games</Link>
        </p>
      </header>
      {problem && <Unanswered name="Mafia" problem={problem} stale />}
      {refusal && <Notice tone="bad">{refusal}</Notice>}
      <Actions game={game} chosen={chosen} busy={busy} onPlay={play} />
      <div className="mafia-board">
        <div className="stack">
          <Cards game={game} chosen={chosen} onChoose={setChoice} />
        </div>
        <Story story={game.story} />
      </div>
    </div>
  );
}
