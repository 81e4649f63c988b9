import { useCallback, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useJournal } from '../lib/journal.ts';
import { look } from '../lib/look.ts';
import { newRequestKey } from '../lib/requestKey.ts';
import { usePolling } from '../lib/usePolling.ts';
import { afterTurn, dealt, type Game, newest, type TurnAnswer } from './gameView.ts';
import { type Move, moveFor, play, startGame } from './moves.ts';
import { isTurnWritten } from './teller.ts';

/** Two of them, and an answer that does not come is told within three seconds. */
const POLL_MS = 1_500;

/** One game, as everybody who has its address sees it, and what one can do with it. */
export function useGame(gameId: string) {
  const ask = useCallback((signal: AbortSignal) => look<Game>('mafia', `/games/${gameId}`, signal), [gameId]);
  const polled = usePolling(ask, POLL_MS);
  const { value: seen, problem, lamp, refresh } = polled;
  const [own, setOwn] = useState<Game>();
  const [latest, setLatest] = useState<{ move: Move; answer: TurnAnswer }>();
  const move = useRef<Move>(undefined);
  const nextKey = useRef(newRequestKey());
  const [, navigate] = useLocation();
  const game = newest(gameId, seen, own);

  // The wire has told of a turn: what the screen shows is not to be older.
  useJournal(({ hops, isPast }) => {
    if (!isPast && hops.some(isTurnWritten)) refresh();
  });

  // What they throw is said by the button that was pressed.
  const playDue = async (name: string | undefined) => {
    if (!game) return;
    move.current = moveFor(game, name, move.current);
    try {
      const answer = await play(move.current);
      setLatest({ move: move.current, answer });
      setOwn(afterTurn(game, game.turn, answer, new Date().toISOString()));
    } finally {
      refresh();
    }
  };

  const another = async () => {
    if (!game) return;
    const numbers = { players: game.players.length, mafia: game.mafia };
    const answer = await startGame(numbers, nextKey.current);
    nextKey.current = newRequestKey();
    setOwn(dealt(answer, numbers.mafia, new Date().toISOString()));
    navigate(`/mafia/${answer.gameId}`);
  };

  return { game, problem, lamp, playDue, another, latest: latest?.move.gameId === gameId ? latest : undefined };
}
