import { useCallback, useEffect, useRef, useState } from 'react';
import { Action } from '../cabinet/Action.tsx';
import { BreakIt } from '../cabinet/BreakIt.tsx';
import { Cabinet } from '../cabinet/Cabinet.tsx';
import { Lesson } from '../cabinet/Lesson.tsx';
import { Score } from '../cabinet/parts.tsx';
import { callApi, Problem } from '../lib/api.ts';
import { useSpace } from '../lib/useSpace.ts';
import { HopList } from '../wire/HopList.tsx';
import { Wire } from '../wire/Wire.tsx';
import { labelOf } from './ballEvents.ts';
import { faultSwitches } from './faultSwitches.ts';
import type { Known } from './known.ts';
import { counted, type Player } from './match.ts';
import { middleOf, retryIn, scoreOf } from './middle.ts';
import { PlayingTable } from './PlayingTable.tsx';
import { pingPong } from './scenario.ts';
import { tableOf } from './tableView.ts';
import { tell } from './teller.ts';
import { useRally } from './useRally.ts';
import './ping-pong.css';

const SERVICE = pingPong.id;

const lessonLinks = [
  {
    label: 'domain/decide.ts',
    load: () => import('../../../../services/ping-pong/domain/decide.ts?raw'),
    find: 'export function decideOnBall',
  },
  {
    label: 'decision: one ball',
    load: () => import('../../../../docs/decisions/one-ball-protocol.md?raw'),
    find: '## The protocol',
  },
];

/** The page's clock, in milliseconds since the epoch, twice a second. */
function useNow(): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** Takes the room of a numeral. */
const NOBODY_KNOWS = '\u00a0';

function PlayerScore({ player, known }: { player: Player; known: Known }) {
  return (
    <Score
      label={player}
      value={scoreOf(known)?.[player] ?? NOBODY_KNOWS}
      side={player === 'ping' ? 'left' : 'right'}
    />
  );
}

function Screen({ known, onFaded }: { known: Known; onFaded: (ghost: number) => void }) {
  const nowMs = useNow();
  const { first, second } = middleOf(known, nowMs);
  return (
    <div className="court">
      <PlayerScore player="ping" known={known} />
      <p className="middle">
        {/* Made anew with each text: what is not there any more has not moved. */}
        <strong key={first}>{first}</strong>
        <span key={`${first} ${second}`}>{second}</span>
      </p>
      <PlayerScore player="pong" known={known} />
      <PlayingTable view={tableOf(known, nowMs)} onFaded={onFaded} />
      <p className="court-line">
        <span>{retryIn(known, nowMs)}</span>
        <span className="games">{known.games && `games ${known.games.ping} : ${known.games.pong}`}</span>
        <span>{known.ghostsSeen > 0 && counted(known.ghostsSeen, 'ghost ball')}</span>
      </p>
    </div>
  );
}

/** Serves, and says what the API answered: only the API knows whether a serve is due. */
function Serve({ onServed }: { onServed: () => void }) {
  const [answer, setAnswer] = useState('');
  const deck = useRef<HTMLDivElement>(null);
  useSpace(useCallback(() => deck.current?.querySelector('button')?.click(), []));
  const serve = async () => {
    try {
      const { server } = await callApi<{ server: Player }>(SERVICE, '/match/serve', { method: 'POST' });
      setAnswer(`202 Accepted: ${server} is to serve`);
    } catch (error) {
      setAnswer(error instanceof Problem && error.status > 0 ? `${error.status} ${error.title}` : 'No answer');
    } finally {
      onServed();
    }
  };
  return (
    <div className="serve" ref={deck}>
      <Action label="Serve" pendingLabel="Serving" onAct={serve} isPrimary />
      <span className="serve-answer" role="status">
        {answer || <span className="by-key">or press Space</span>}
      </span>
    </div>
  );
}

/** A rally of two functions, live. */
export function PingPongPage() {
  const { known, lamp, refresh, fade } = useRally();

  return (
    <Cabinet
      scenario={pingPong}
      lamp={lamp}
      screen={<Screen known={known} onFaded={fade} />}
      deck={
        <>
          <Serve onServed={refresh} />
          <BreakIt service={SERVICE} switches={faultSwitches} />
        </>
      }
      wire={<Wire service={SERVICE} tell={tell} />}
      rail={
        <>
          <Lesson question="duplicate every message. Why is there still one ball?" links={lessonLinks}>
            Each stroke is one message. The function that receives it writes the next state of the match{' '}
            <em>if the ball is still the one in play</em>, then publishes the next stroke. No function waits for
            another.
          </Lesson>
          <HopList service={SERVICE} labelOf={labelOf} />
        </>
      }
    />
  );
}
