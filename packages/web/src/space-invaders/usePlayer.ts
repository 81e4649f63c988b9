import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { IdToken } from '../lib/asPlayer.ts';
import { type ServerClock, serverTime } from '../lib/serverClock.ts';
import { startRun } from './game/run.ts';
import { createStatusSender, type StatusNews } from './game/statusSender.ts';
import { Player, type PlayerState } from './player.ts';
import { leaveSeat, sendStatus, takeSeat } from './service.ts';
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
function playerOf(latest: () => PlayParts): Player {
  const token: IdToken = (options) => latest().idToken(options);
  return new Player({
    startRun: (readyMs) =>
      startRun({
        readyMs,
        random: Math.random,
        nowMs: () => performance.now(),
        onNextFrame(run) {
          const frame = requestAnimationFrame(run);
          return () => cancelAnimationFrame(frame);
        },
      }),
    startSending: (of) =>
      createStatusSender({
        ...of,
        everyMs: latest().statusEveryMs ?? STATUS_MS,
        post: (status) => sendStatus(status, token),
        nowMs: () => performance.now(),
        dateMs: () => serverTime(latest().clock, Date.now()),
        random: Math.random,
      }),
    takeSeat: (join) => takeSeat(join, token),
    leaveSeat: (sessionId) => leaveSeat(sessionId, token),
    nowMs: () => performance.now(),
    onNews: (news) => latest().onNews(news),
  });
}
