import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { type ServerClock, serverTime } from '../lib/serverClock.ts';
import type { StatusNews } from './game/statusSender.ts';
import type { Player, PlayerState } from './player.ts';
import { playerAtService } from './playerAtService.ts';
import { type GameSession, nextPhaseInMs, phaseAt, type SessionPhase } from './session.ts';
import type { UseSession, Visitor } from './useSession.ts';

/** Until the stage has said otherwise, in milliseconds. */
const STATUS_MS = 300;
const TICK_MS = 10_000;

/** How far the session is, anew at each moment at which that changes by itself. */
export function usePhase(session: GameSession | undefined, clock: ServerClock | undefined): SessionPhase {
  const [turns, setTurns] = useState(0);
  const dateMs = Date.now();
  const waitMs = nextPhaseInMs(session, clock, dateMs);
  // The moment itself, so that a page that is drawn anew meanwhile waits for the same.
  const atMs = waitMs === undefined ? undefined : Math.round(dateMs + waitMs);
  useEffect(() => {
    if (atMs === undefined) return;
    // Half an hour is far less than a timer can wait.
    // A timer that is early by a little is set once more.
    const timer = setTimeout(() => setTurns(turns + 1), Math.max(0, atMs - Date.now()) + 1);
    return () => clearTimeout(timer);
  }, [atMs, turns]);
  return phaseAt(session, serverTime(clock, dateMs));
}

interface PlayParts extends Visitor, Pick<UseSession, 'session' | 'clock' | 'line'> {
  phase: SessionPhase;
  statusEveryMs: number | undefined;
  onNews: (news: StatusNews) => void;
}

/** Somebody who plays, as long as the page is open. */
export function usePlayer(parts: PlayParts): PlayerState & { player: Player } {
  const { playerId, session, phase, line } = parts;
  const latest = useRef(parts);
  useEffect(() => {
    latest.current = parts;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever else plays has no seat yet.
  const player = useMemo(() => playerOf(() => latest.current), [playerId]);
  useEffect(() => player.follow(session, phase), [player, session, phase]);
  const isOpen = line === 'open';
  const wasOpen = useRef(false);
  useEffect(() => {
    // The seat was taken before: the first connection has nothing to make good.
    if (isOpen && wasOpen.current) player.reconnected();
    wasOpen.current ||= isOpen;
  }, [player, isOpen]);
  useEffect(() => {
    const timer = setInterval(player.tick, TICK_MS);
    const onVisibility = () => document.hidden && player.pause();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisibility);
      player.close();
    };
  }, [player]);
  return { ...useSyncExternalStore(player.subscribe, player.state, player.state), player };
}

/** A player that calls the service as whoever plays by then. */
const playerOf = (latest: () => PlayParts): Player =>
  playerAtService({
    onNextFrame(run) {
      const frame = requestAnimationFrame(run);
      return () => cancelAnimationFrame(frame);
    },
    idToken: (options) => latest().idToken(options),
    everyMs: () => latest().statusEveryMs ?? STATUS_MS,
    dateMs: () => serverTime(latest().clock, Date.now()),
    onNews: (news) => latest().onNews(news),
  });
