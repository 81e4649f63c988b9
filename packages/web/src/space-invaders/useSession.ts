import { useCallback, useEffect, useReducer, useRef } from 'react';
import { Problem } from '../lib/api.ts';
import type { IdToken } from '../lib/asPlayer.ts';
import type { ServerClock, TimeTold } from '../lib/serverClock.ts';
import type { LineState } from '../lib/socket.ts';
import { useLine } from '../lib/useLine.ts';
import { learn, nothingKnown } from './known.ts';
import { messageIn, type Told } from './messages.ts';
import { spaceInvaders } from './scenario.ts';
import { askSession } from './service.ts';
import type { GameSession } from './session.ts';

/** The first pause before a failed question is asked again; twice as long each time, up to the longest. In milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** So long the socket has to open before the page asks without it. */
const ALONE_MS = 2_500;
/** Two pings: the quicker of them says better what time it is there. The second when whatever had to start has started. */
const PINGS_MS = [0, 1_500];
const PING = JSON.stringify({ action: 'ping' });
/** So long a manager waits for the answer to a start. */
const START_WITHIN_MS = 10_000;

/** Who is here. */
export interface Visitor {
  /** The user pool's `sub`; undefined while nobody is signed in. */
  playerId: string | undefined;
  idToken: IdToken;
}

/** What a page knows of the session, and can do about it. */
export interface UseSession {
  /** The latest that there was, also once it is closed. */
  session: GameSession | undefined;
  /** Whether it is known if one is open. */
  isAsked: boolean;
  /** What time it is at the service: for `serverTime`. */
  clock: ServerClock | undefined;
  /** Undefined while nobody is signed in. */
  line: LineState | undefined;
  /** Another answer in which the service said the time. */
  hearTime: (told: TimeTold) => void;
  /** What this page has changed itself, before anybody tells it. */
  hearSession: (session: GameSession) => void;
  /** Calls everybody to start. Gives the moment; throws `Problem`: 403 for whoever is no manager, 409 where it cannot be. */
  start: (sessionId: string) => Promise<number>;
}

/** Waits for the answer to the start that was asked for last. */
function createStarting() {
  let waiting: PromiseWithResolvers<number> | undefined;
  return {
    ask(send: () => boolean): Promise<number> {
      const asked = Promise.withResolvers<number>();
      waiting?.reject(new Problem(0, 'Asked again', 'The start was asked for again.'));
      waiting = asked;
      if (!send()) asked.reject(new Problem(0, 'No connection', 'The socket is down: try again in a moment.'));
      const timer = setTimeout(
        () => asked.reject(new Problem(0, 'No answer', 'Nobody answered the call to start.')),
        START_WITHIN_MS,
      );
      return asked.promise.finally(() => clearTimeout(timer));
    },
    hear(told: Told) {
      if (told.type === 'started') waiting?.resolve(told.startsAtMs);
      if (told.type === 'refused') waiting?.reject(new Problem(told.status, `HTTP ${told.status}`, told.detail));
    },
  };
}

/** Follows the session: read once when the socket opens, and told by it from then on. */
export function useSession({ playerId, idToken }: Visitor): UseSession {
  const [known, dispatch] = useReducer(learn, nothingKnown);
  const latestToken = useRef(idToken);
  useEffect(() => {
    latestToken.current = idToken;
  }, [idToken]);
  const token = useCallback<IdToken>((options) => latestToken.current(options), []);
  const starting = useRef(createStarting());
  const pinged = useRef<number[]>([]);
  const opened = useRef<() => void>(() => undefined);

  const onMessage = useCallback((data: unknown) => {
    const told = messageIn(data);
    const nowMs = Date.now();
    if (!told) return;
    starting.current.hear(told);
    if (told.type === 'session') dispatch({ kind: 'told', session: told.session, nowMs });
    // Answers come in the order of the questions, or the line is lost. What the line asks by itself has no question here.
    const sentAtMs = told.type === 'pong' ? pinged.current.shift() : undefined;
    if (told.type === 'pong' && sentAtMs !== undefined)
      dispatch({ kind: 'time', told: { nowMs: told.nowMs, sentAtMs, receivedAtMs: nowMs } });
  }, []);
  const onOpen = useCallback(() => opened.current(), []);
  const { line, send } = useLine(spaceInvaders.id, playerId, { token, onMessage, onOpen });

  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever else is here has been told nothing yet.
  useEffect(() => dispatch({ kind: 'player' }), [playerId]);
  useEffect(() => {
    if (playerId === undefined) return;
    const controller = new AbortController();
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const later = (run: () => void, afterMs: number) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        run();
      }, afterMs);
      timers.add(timer);
    };
    const clear = () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    };
    const ask = async (failures: number): Promise<void> => {
      const sentAtMs = Date.now();
      try {
        const session = await askSession(token, controller.signal);
        dispatch({ kind: 'asked', session, sentAtMs, nowMs: Date.now() });
      } catch {
        if (controller.signal.aborted) return;
        const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
        later(() => void ask(failures + 1), most / 2 + (Math.random() * most) / 2);
      }
    };
    const pingAt = (afterMs: number) =>
      later(() => {
        if (send(PING)) pinged.current.push(Date.now());
      }, afterMs);
    // Whoever's socket does not open has the answers all the same.
    later(() => void ask(0), ALONE_MS);
    opened.current = () => {
      clear();
      pinged.current = [];
      for (const afterMs of PINGS_MS) pingAt(afterMs);
      // Whatever was told while the line was down, or before it was open.
      void ask(0);
    };
    return () => {
      controller.abort();
      clear();
      opened.current = () => undefined;
    };
  }, [playerId, token, send]);

  const hearTime = useCallback((told: TimeTold) => dispatch({ kind: 'time', told }), []);
  const hearSession = useCallback((session: GameSession) => dispatch({ kind: 'told', session, nowMs: Date.now() }), []);
  const start = useCallback(
    (sessionId: string) => starting.current.ask(() => send(JSON.stringify({ action: 'start', sessionId }))),
    [send],
  );
  const { session, isAsked, clock } = known;
  return { session, isAsked, clock, line, hearTime, hearSession, start };
}
