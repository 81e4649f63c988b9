import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { SignIn } from '../account/SignIn.tsx';
import { useAccount } from '../account/useAccount.ts';
import { Action } from '../cabinet/Action.tsx';
import { BreakIt } from '../cabinet/BreakIt.tsx';
import { Cabinet } from '../cabinet/Cabinet.tsx';
import { Lesson } from '../cabinet/Lesson.tsx';
import { useSpace } from '../lib/useSpace.ts';
import { HopList } from '../wire/HopList.tsx';
import { Wire } from '../wire/Wire.tsx';
import { Board } from './Board.tsx';
import { Countdown } from './Countdown.tsx';
import { dropIntoWire } from './game/drop.ts';
import { Field } from './game/Field.tsx';
import { Thumbs } from './game/Thumbs.tsx';
import { Hud } from './Hud.tsx';
import { LanesView } from './Lanes.tsx';
import { lessonLinks } from './lessonLinks.ts';
import { spaceInvaders } from './scenario.ts';
import { type Shown, shownAt } from './stage.ts';
import { switches } from './switches.ts';
import { labelOf, tell } from './teller.ts';
import { useLanes } from './useLanes.ts';
import { usePhase, usePlayer } from './usePlayer.ts';
import { useSession } from './useSession.ts';
import { useSound } from './useSound.ts';
import { useWatched } from './useWatched.ts';
import { aloudWords, troubleWords } from './words.ts';
import './spaceInvaders.css';

const SERVICE = spaceInvaders.id;
/** So long after the end of a game the space bar begins no other, in milliseconds. */
const CALM_MS = 1_500;
const STILL = '(prefers-reduced-motion: reduce)';

/** Whether whoever looks wants nothing to fly. */
const useStillness = () =>
  useSyncExternalStore(
    (onChange) => {
      const query = matchMedia(STILL);
      query.addEventListener('change', onChange);
      return () => query.removeEventListener('change', onChange);
    },
    () => matchMedia(STILL).matches,
  );

/** All of the page's parts that know something, put together. */
function useInvaders() {
  const account = useAccount();
  const { player: me, idToken, status, confirmsAtOnce } = account;
  const visitor = { playerId: me?.id, idToken };
  const { session, isAsked, clock, line, hearTime } = useSession(visitor);
  const phase = usePhase(session, clock);
  const { config, rows, lamp } = useWatched({ ...visitor, session, line, hearTime });
  const mine = rows?.find(({ name }) => name === me?.name);
  const { lanes, total, hearStatus } = useLanes(me?.id, mine);
  const playing = usePlayer({
    ...visitor,
    ...{ session, clock, line, phase, onNews: hearStatus, statusEveryMs: config?.statusEveryMs },
  });
  const standing = { 'signed-out': 'out', 'signed-in': 'in', asking: 'asking', closed: 'closed' } as const;
  const shown = shownAt({
    account: me ? 'in' : standing[status],
    canBeGuest: confirmsAtOnce,
    ...{ isAsked, session, phase, seat: playing.seat, run: playing.run },
  });
  return { account, me, session, clock, line, rows, lamp, lanes, total, playing, shown };
}

/** What is read out while one plays. */
function useAloud({ score, lives, level, shots }: { score: number; lives: number; level: number; shots: number }) {
  const before = useRef<{ score: number; lives: number; level: number; shots: number }>(undefined);
  const [words, setWords] = useState('');
  useEffect(() => {
    const now = { score, lives, level, shots };
    const next = aloudWords(before.current, now);
    before.current = now;
    if (next !== undefined) setWords(next);
  }, [score, lives, level, shots]);
  return words;
}

/** What stands over the field. */
function Words({ shown, children }: { shown: Shown; children?: React.ReactNode }) {
  return (
    <div className="sky-words">
      {shown.title !== undefined && <strong>{shown.title}</strong>}
      {children}
      <span>{shown.text}</span>
      {shown.canOpen && <Link href={`/${SERVICE}/manager`}>Open one yourself</Link>}
    </div>
  );
}

/** A room plays at once, and everybody watches the board. */
export function SpaceInvadersPage() {
  const { account, me, session, clock, line, rows, lamp, lanes, total, playing, shown } = useInvaders();
  const { player, run, current, seat, trouble } = playing;
  const { sound, isOn, turn, wake } = useSound();
  const isStill = useStillness();
  const [isSigningIn, setSigningIn] = useState(false);
  const stage = useRef<HTMLDivElement>(null);
  const deck = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const aloud = useAloud(run ?? { score: 0, lives: 3, level: 1, shots: 0 });

  // The keyboard is in the game from its beginning on, whoever began it: the page, at the moment that was called, too.
  useEffect(() => {
    if (current) stage.current?.focus({ preventScroll: true });
  }, [current]);

  // What nobody counts, or nobody takes, ends at the edge.
  const isCounted = run?.isPractice === false && trouble === undefined;
  const drop = (part: number) => {
    const field = stage.current?.querySelector('canvas');
    if (isCounted && field && layer.current) dropIntoWire(layer.current, field, part);
  };
  const pause = useCallback(() => {
    if (player.state().run?.phase === 'paused') player.resume();
    else player.pause();
  }, [player]);
  const act = async () => {
    wake();
    switch (shown.deed) {
      case 'guest':
        return account.playAsGuest();
      case 'sign-in':
        return setSigningIn(true);
      case 'play':
      case 'join':
        return player.play();
      case 'practise':
        return player.practise();
      case 'pause':
      case 'resume':
        pause();
        return stage.current?.focus({ preventScroll: true });
      case 'none':
        return;
    }
  };
  const press = () => deck.current?.querySelector<HTMLButtonElement>('.primary')?.click();
  // Whoever still fires when the game is over does not begin another one by it.
  const endedMs = useRef(0);
  useEffect(() => {
    if (!current) endedMs.current = performance.now();
  }, [current]);
  useSpace(() => {
    if (!current && performance.now() - endedMs.current >= CALM_MS) press();
  });
  const startsAtMs = shown.isCounting ? session?.startsAtMs : undefined;
  const hasWords = shown.title !== undefined || startsAtMs !== undefined;
  const { label, pendingLabel = label, unavailable } = shown;

  return (
    <>
      <Cabinet
        scenario={spaceInvaders}
        lamp={lamp}
        screen={
          <div className="invaders">
            <div className="invaders-play">
              <div className="invaders-side">
                <Hud run={run} />
                <button type="button" className="sound" aria-pressed={isOn} onClick={turn}>
                  <span aria-hidden="true">♪</span> Sound
                </button>
              </div>
              <Field {...{ stage, sound, isStill }} run={current} onThrough={drop} onPause={pause} onEnter={press}>
                {hasWords && (
                  <Words shown={shown}>
                    {startsAtMs !== undefined && <Countdown atMs={startsAtMs} clock={clock} />}
                  </Words>
                )}
              </Field>
            </div>
            <p className="sky-line" role="status">
              {trouble !== undefined
                ? troubleWords(trouble)
                : line === 'lost' && 'The socket is down: it is tried again.'}
            </p>
            <LanesView lanes={lanes} total={total} />
            <Board rows={rows} me={me?.name} />
          </div>
        }
        deck={
          <>
            <Thumbs run={current} />
            <div className="action-deck" ref={deck}>
              <Action isPrimary onAct={act} {...{ label, pendingLabel, unavailable }} />
              {seat.kind === 'held' && !current && <Action label="Leave" onAct={player.leave} />}
            </div>
            <BreakIt service={SERVICE} switches={switches} />
          </>
        }
        wire={<Wire service={SERVICE} tell={tell} />}
        rail={
          <>
            <Lesson question="stop the board, and play on. Where does your score go meanwhile?" links={lessonLinks}>
              A few times a second your page tells how your game stands; API Gateway puts it on a stream, and no
              function runs for it. Once a second one function takes all that has come, folds it, and writes each player
              once. However many play, the board costs a function a second and a write per player.
            </Lesson>
            <HopList service={SERVICE} labelOf={labelOf} />
          </>
        }
      />
      <div className="drops" ref={layer} aria-hidden="true" />
      {isSigningIn && <SignIn why="Who plays is on the board." onClose={() => setSigningIn(false)} />}
      <p className="visually-hidden" role="status">
        {hasWords ? `${shown.title ?? ''} ${shown.text}` : aloud}
      </p>
    </>
  );
}
