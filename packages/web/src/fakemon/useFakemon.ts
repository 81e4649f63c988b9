import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { Lamp } from '../cabinet/Cabinet.tsx';
import { Problem } from '../lib/api.ts';
import type { IdToken } from '../lib/asPlayer.ts';
import { newUuid } from '../lib/requestKey.ts';
import type { LineState } from '../lib/socket.ts';
import { useLine } from '../lib/useLine.ts';
import { usePolling } from '../lib/usePolling.ts';
import { type Game, learn, nextChangeMs, nothingKnown } from './known.ts';
import { messageIn } from './messages.ts';
import { askCollection, askRanking, askVerdict, askWorld, type Ranked, sendThrow } from './service.ts';
import type { Sighting, Verdict } from './shapes.ts';
import { refusalWords } from './words.ts';

const SERVICE = 'fakemon';

/** The socket tells what happens; the world itself is asked for what was missed, for the time, and whether anybody is there. */
const WORLD_MS = 2_000;
const COLLECTION_MS = 15_000;
const RANKING_MS = 5_000;
/** The ranking counts a capture by an event of its own: a little later than it is told. */
const COUNTED_MS = 700;

/** Who plays here. */
export interface Session {
  /** The user pool's `sub`; undefined while nobody is signed in. */
  playerId: string | undefined;
  idToken: IdToken;
}

/** All that the page knows, and what it can do. */
export interface Fakemon {
  game: Game;
  lamp: Lamp;
  /** Undefined while nobody is signed in. */
  line: LineState | undefined;
  throwAt(target: Sighting): void;
  /** How an attempt ended, by an answer. */
  decide(attemptId: string, verdict: Verdict): void;
}

/** Follows the game. */
export function useFakemon({ playerId, idToken }: Session): Fakemon {
  const [game, dispatch] = useReducer(learn, nothingKnown);
  const ask = useCallback(async (signal: AbortSignal) => {
    const sentAtMs = Date.now();
    const told = await askWorld(signal);
    dispatch({ kind: 'world', nowMs: Date.now(), sentAtMs, told });
    return told.nowMs;
  }, []);
  const { lamp, refresh } = usePolling(ask, WORLD_MS);

  const latestToken = useRef(idToken);
  useEffect(() => {
    latestToken.current = idToken;
  }, [idToken]);
  const token = useCallback<IdToken>((options) => latestToken.current(options), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever else plays has thrown nothing yet.
  useEffect(() => dispatch({ kind: 'player' }), [playerId]);
  const askMine = useCallback(
    async (signal: AbortSignal) => {
      if (playerId === undefined) return;
      dispatch({ kind: 'collection', captures: await askCollection(token, signal) });
    },
    [playerId, token],
  );
  const { refresh: refreshMine } = usePolling(askMine, COLLECTION_MS);

  const onMessage = useCallback((data: unknown) => {
    const told = messageIn(data);
    if (told) dispatch({ kind: 'told', nowMs: Date.now(), told });
  }, []);
  // What happened while the line was down is asked for.
  const onOpen = useCallback(() => {
    refresh();
    refreshMine();
  }, [refresh, refreshMine]);
  const { line } = useLine(SERVICE, playerId, { token, onMessage, onOpen });

  const decide = useCallback(
    (attemptId: string, verdict: Verdict) => dispatch({ kind: 'decided', nowMs: Date.now(), attemptId, verdict }),
    [],
  );
  const throwAt = (target: Sighting) => {
    const attemptId = newUuid();
    dispatch({ kind: 'thrown', nowMs: Date.now(), attemptId, target });
    sendThrow({ attemptId, fakemonId: target.fakemonId }, token).catch((error: unknown) => {
      const why = error instanceof Problem ? refusalWords(error.status, error.title) : String((error as Error).message);
      decide(attemptId, { outcome: 'refused', why });
    });
  };
  return { game, lamp, line, throwAt, decide };
}

/** This page's clock, read anew whenever the screen looks different by then. */
export function useNow(game: Game): number {
  const [, setTurns] = useState(0);
  const nowMs = Date.now();
  const next = nextChangeMs(game, nowMs);
  useEffect(() => {
    if (next === undefined) return;
    const timer = setTimeout(() => setTurns((turns) => turns + 1), Math.max(0, next - Date.now()) + 1);
    return () => clearTimeout(timer);
  }, [next]);
  return nowMs;
}

/** The service tells by the socket; so long it has for it, and without a socket it is asked sooner. In milliseconds. */
const TOLD_WITHIN_MS = 3_000;
const ASKED_AFTER_MS = 600;
/** An attempt that fails for a fault of the machine's is tried again after a minute, and once more after two. */
const OFTEN_FOR_MS = 20_000;
const OFTEN_MS = 2_000;
const SELDOM_MS = 10_000;
const GIVEN_UP_MS = 300_000;

export interface AwaitedProps {
  attemptId: string;
  thrownAtMs: number;
  line: LineState | undefined;
  idToken: IdToken;
  onVerdict: (attemptId: string, verdict: Verdict) => void;
}

/** Asks for the outcome of an attempt until there is one, for as long as it is shown. Shows nothing. */
export function Awaited({ attemptId, thrownAtMs, line, idToken, onVerdict }: AwaitedProps): null {
  const latestToken = useRef(idToken);
  useEffect(() => {
    latestToken.current = idToken;
  }, [idToken]);
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const verdict = await askVerdict(attemptId, latestToken.current).catch(() => undefined);
      if (isOver) return;
      const ageMs = Date.now() - thrownAtMs;
      if (verdict) onVerdict(attemptId, verdict);
      else if (ageMs > GIVEN_UP_MS)
        onVerdict(attemptId, {
          outcome: 'refused',
          why: 'Nobody has decided it in five minutes: it may wait in the dead-letter queue.',
        });
      else timer = setTimeout(ask, ageMs < OFTEN_FOR_MS ? OFTEN_MS : SELDOM_MS);
    };
    // Each time that the line comes or goes: what it would have told may have been told to nobody.
    const ageMs = Date.now() - thrownAtMs;
    timer = setTimeout(ask, Math.max(ASKED_AFTER_MS, (line === 'open' ? TOLD_WITHIN_MS : 0) - ageMs));
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [attemptId, thrownAtMs, line, onVerdict]);
  return null;
}

/** The first ten of a species, or of all; asked again when a unit was taken. Undefined until they are known. */
export function useRanking(species: string | undefined, unitsTaken: number): readonly Ranked[] | undefined {
  const ask = useCallback((signal: AbortSignal) => askRanking(species, signal), [species]);
  const { value, refresh } = usePolling(ask, RANKING_MS);
  useEffect(() => {
    if (unitsTaken === 0) return;
    const timer = setTimeout(refresh, COUNTED_MS);
    return () => clearTimeout(timer);
  }, [unitsTaken, refresh]);
  return value;
}
