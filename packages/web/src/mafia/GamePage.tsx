import { useCallback, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { Action } from '../cabinet/Action.tsx';
import { BreakIt } from '../cabinet/BreakIt.tsx';
import { Cabinet } from '../cabinet/Cabinet.tsx';
import { usePageTitle } from '../ui/usePageTitle.ts';
import { rail, useDeck, wire } from './furniture.tsx';
import { isLiving } from './gameView.ts';
import { type SentAgain, sendAgain } from './moves.ts';
import { type Peeked, peek } from './peek.ts';
import { Room } from './Room.tsx';
import { AgainSlip, PeekSlip } from './Slip.tsx';
import { Story } from './Story.tsx';
import { mafia } from './scenario.ts';
import { mostAccused, openAccusations, titleOf } from './story.ts';
import { switches } from './switches.ts';
import { useGame } from './useGame.ts';

type Shown = { slip: 'peek'; peeked: Peeked } | { slip: 'again'; sent: SentAgain };

function NoSuchGame() {
  return (
    <div className="stack">
      <h1>No such game</h1>
      <p>
        It has expired, or the address is wrong. <Link href="/mafia">See the latest games.</Link>
      </p>
    </div>
  );
}

/** A slip lies on the table until it is closed, by Escape too, which gives the keyboard back; or until the next turn. */
function useSlip() {
  const [shown, setShown] = useState<Shown>();
  const opener = useRef<Element | null>(null);
  const open = (next: Shown) => {
    opener.current = document.activeElement;
    setShown(next);
  };
  const clear = useCallback(() => setShown(undefined), []);
  const close = useCallback(() => {
    setShown(undefined);
    if (opener.current instanceof HTMLElement) opener.current.focus();
  }, []);
  useEffect(() => {
    if (!shown) return;
    const onKeyDown = ({ key }: KeyboardEvent) => key === 'Escape' && close();
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [shown, close]);
  return { shown, open, close, clear };
}

/** One game. */
export function GamePage({ gameId }: { gameId: string }) {
  const { game, problem, lamp, playDue, another, latest } = useGame(gameId);
  const [choice, setChoice] = useState<string>();
  const { deck, pressPrimary } = useDeck();
  const { shown, open, close, clear } = useSlip();
  usePageTitle(game ? `Mafia: ${titleOf(game)}` : 'Mafia');

  // 400: what stands in the address is not even shaped like a game's id.
  if (!game && (problem?.status === 404 || problem?.status === 400)) return <NoSuchGame />;

  const chosen = game?.players.find(({ name }) => name === choice)?.name;
  const sentenced = game?.players.find((player) => player.name === chosen && isLiving(player))?.name;
  const isVoting = game !== undefined && !game.outcome && game.turn === 'judgement';
  const needsChoice = isVoting && sentenced === undefined;

  const suggest = () => {
    const name = (game && mostAccused(openAccusations(game)).names[0]) ?? game?.players.find(isLiving)?.name;
    setChoice(name);
    document.querySelector<HTMLInputElement>(`.chair input[value="${CSS.escape(name ?? '')}"]`)?.focus();
  };
  const act = async () => {
    clear();
    if (game?.outcome) return another();
    if (needsChoice) return suggest();
    await playDue(isVoting ? sentenced : undefined);
  };
  const label = () => {
    if (!game) return 'Play the night';
    if (game.outcome) return 'Another game';
    if (game.turn !== 'judgement') return `Play the ${game.turn}`;
    return sentenced ? `Sentence ${sentenced}` : 'Choose somebody';
  };
  const decide = () => {
    if (isVoting && !needsChoice) pressPrimary();
  };

  return (
    <>
      <Cabinet
        scenario={mafia}
        lamp={lamp}
        screen={
          <Room game={game} chosen={chosen} onChoose={setChoice} onDecide={decide}>
            {shown?.slip === 'peek' && <PeekSlip peeked={shown.peeked} onClose={close} />}
            {shown?.slip === 'again' && <AgainSlip sent={shown.sent} onClose={close} />}
          </Room>
        }
        deck={
          <>
            <div className="mafia-deck" ref={deck}>
              <Action
                isPrimary
                label={label()}
                pendingLabel={game?.outcome ? 'Dealing…' : 'Playing…'}
                unavailable={game ? undefined : 'The game is not here yet.'}
                onAct={act}
              />
              <Action
                label="Peek"
                unavailable={game ? undefined : 'The game is not here yet.'}
                onAct={async () => open({ slip: 'peek', peeked: await peek(gameId) })}
              />
              <Action
                label="Send again"
                unavailable={latest ? undefined : 'Play a turn: then its request can be sent again.'}
                onAct={async () => {
                  if (latest) open({ slip: 'again', sent: await sendAgain(latest.move, latest.answer) });
                }}
              />
            </div>
            <BreakIt service="mafia" switches={switches} />
          </>
        }
        wire={wire}
        rail={rail}
      />
      {game && <Story game={game} />}
    </>
  );
}
