import { useCallback, useEffect, useMemo, useReducer, useState } from 'react';
import { callApi, Problem } from '../lib/api.ts';
import { useJournal } from '../lib/journal.ts';
import { usePolling } from '../lib/usePolling.ts';
import { Notice } from '../ui/Notice.tsx';
import { Time } from '../ui/Time.tsx';
import { Unanswered } from '../ui/Unanswered.tsx';
import {
  eventOf,
  flightMs,
  type Live,
  nothingSeen,
  type Player,
  type Stroke,
  see,
  strokesPerSecond,
  type Tally,
} from './matchView.ts';
import { PlayingTable } from './PlayingTable.tsx';
import './ping-pong.css';

/** What `GET /match` answers. */
interface Match {
  game: number;
  score: Tally;
  games: Tally;
  server: Player;
  rally: {
    number: number;
    inPlay: boolean;
    strokes: number;
    recentStrokes: { stroke: number; by: Player; at: string }[];
  };
  lastPoints: { rally: number; strokes: number; winner: Player; game: number; score: Tally; at: string }[];
}

/** The topics tell of each stroke at once; the match itself is asked for the score, and for what was missed. */
const POLL_MS = 1_000;
const TITLE: Record<Player, string> = { ping: 'Ping', pong: 'Pong' };

/** The strokes to draw: what went over the topics, or what the match says when that is newer (or there is no feed). */
function strokesOf(match: Match | undefined, live: Live): readonly Stroke[] {
  const stored = (match?.rally.recentStrokes ?? []).map(({ stroke, by, at }) => ({
    rally: match?.rally.number ?? 0,
    stroke,
    by,
    atMs: Date.parse(at),
  }));
  const newest = stored.at(-1);
  const { last } = live;
  const storedIsNewer =
    newest && (!last || newest.rally > last.rally || (newest.rally === last.rally && newest.stroke > last.stroke));
  return storedIsNewer ? stored : live.strokes;
}

function PlayerScore({ player, match }: { player: Player; match: Match }) {
  return (
    <div className="player">
      <h2>{TITLE[player]}</h2>
      <p className="points">{match.score[player]}</p>
      <p className="soft small">
        {match.games[player]} {match.games[player] === 1 ? 'game' : 'games'} won
      </p>
      <p className="serving">{match.server === player && 'serves'}</p>
    </div>
  );
}

function Figures({ match, strokes, nowMs }: { match: Match; strokes: readonly Stroke[]; nowMs: number }) {
  const { rally } = match;
  const length = Math.max(rally.strokes, strokes.at(-1)?.rally === rally.number ? (strokes.at(-1)?.stroke ?? 0) : 0);
  return (
    <dl className="figures card">
      <div>
        <dt>Game</dt>
        <dd>{match.game}</dd>
      </div>
      <div>
        <dt>{rally.inPlay ? 'This rally' : 'Last rally'}</dt>
        <dd>
          {length} {length === 1 ? 'stroke' : 'strokes'}
        </dd>
      </div>
      <div>
        <dt>Speed</dt>
        <dd>{strokesPerSecond(strokes, nowMs).toFixed(1)} strokes/s</dd>
      </div>
    </dl>
  );
}

function ServeButton({ inPlay, onServed }: { inPlay: boolean; onServed: () => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const serve = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await callApi('ping-pong', '/match/serve', { method: 'POST' });
    } catch (error) {
      setProblem(error instanceof Problem ? error.message : String(error));
    } finally {
      setBusy(false);
      onServed();
    }
  };
  return (
    <div className="serve">
      <button type="button" className="button" onClick={serve} disabled={busy || inPlay}>
        {inPlay ? 'In play' : 'Serve'}
      </button>
      <span className="small" role="status">
        {problem}
      </span>
    </div>
  );
}

function LastPoints({ points }: { points: Match['lastPoints'] }) {
  return (
    <section className="card" aria-labelledby="points-title">
      <h2 id="points-title">Last points</h2>
      {points.length === 0 && <p className="soft small">No point has been scored yet.</p>}
      <ol className="log">
        {points.toReversed().map(({ rally, winner, score, strokes, at }) => (
          <li key={rally}>
            <strong>{TITLE[winner]}</strong> {score.ping} : {score.pong}
            <span className="soft">
              after {strokes} {strokes === 1 ? 'stroke' : 'strokes'}, <Time at={at} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Messages({ live, feed }: { live: Live; feed: string }) {
  return (
    <section className="card" aria-labelledby="messages-title">
      <h2 id="messages-title">Messages over the topics</h2>
      {feed === 'absent' && (
        <p className="soft small">This stage has no live feed: the table follows the stored match.</p>
      )}
      {feed === 'live' && live.messages.length === 0 && (
        <p className="soft small">Nothing has gone over since this page opened.</p>
      )}
      <ol className="log">
        {live.messages.map(({ id, topic, text, time, deliveries }) => (
          <li key={id}>
            <span className="topic mono">{topic}</span> {text}
            {deliveries > 1 && <strong> delivered {deliveries} times</strong>}
            <span className="soft">
              <Time at={time} /> ·{' '}
              <span className="mono" title={id}>
                {id.slice(0, 8)}
              </span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What a screen reader hears: points and games, not every stroke. */
function announcementOf(match: Match | undefined): string {
  const point = match?.lastPoints.at(-1);
  return point ? `Point to ${TITLE[point.winner]}. ${point.score.ping} to ${point.score.pong}.` : '';
}

/** A rally of two functions, live. */
export function PingPongPage() {
  const ask = useCallback((signal: AbortSignal) => callApi<Match>('ping-pong', '/match', { signal }), []);
  const { value: match, problem, refresh } = usePolling(ask, POLL_MS);
  const [live, dispatch] = useReducer(see, nothingSeen);
  const feed = useJournal(({ hops }) => {
    for (const seen of hops.map(eventOf)) {
      if (!seen) continue;
      dispatch(seen);
      // A point or a let changes what only the match knows.
      if (seen.event.type !== 'ping_pong.ball_hit') refresh();
    }
  });
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const strokes = useMemo(() => strokesOf(match, live), [match, live]);
  const last = strokes.at(-1);
  const inPlay = match?.rally.inPlay === true || (last?.rally ?? 0) > (match?.rally.number ?? 0);

  if (!match) {
    return problem ? (
      <Unanswered name="Ping-pong" problem={problem} stale={false} />
    ) : (
      <p className="soft">Looking for the match…</p>
    );
  }
  return (
    <div className="ping-pong">
      <h1>Ping-pong</h1>
      {problem && <Unanswered name="Ping-pong" problem={problem} stale />}
      {!problem && feed === 'lost' && (
        <Notice>The live feed is lost; it comes back by itself. Until then the table lags a second.</Notice>
      )}
      <div className="ping-pong-court">
        <div className="stack">
          <section className="card scoreboard" aria-label="Score">
            <PlayerScore player="ping" match={match} />
            <ServeButton inPlay={inPlay} onServed={refresh} />
            <PlayerScore player="pong" match={match} />
          </section>
          <PlayingTable
            struckBy={inPlay ? last?.by : undefined}
            stroke={last?.stroke ?? 0}
            server={match.server}
            flightMs={flightMs(strokes)}
          />
          <Figures match={match} strokes={strokes} nowMs={nowMs} />
        </div>
        <div className="stack">
          <LastPoints points={match.lastPoints} />
          <Messages live={live} feed={feed} />
        </div>
      </div>
      <p className="visually-hidden" role="status">
        {announcementOf(match)}
      </p>
    </div>
  );
}
