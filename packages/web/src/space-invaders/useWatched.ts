import { useCallback, useEffect, useRef, useState } from 'react';
import type { Lamp } from '../cabinet/Cabinet.tsx';
import { Problem } from '../lib/api.ts';
import type { LineState } from '../lib/socket.ts';
import { usePolling } from '../lib/usePolling.ts';
import { askBoard, askConfig, type Row, type StageConfig } from './service.ts';
import type { UseSession, Visitor } from './useSession.ts';

/** Until the stage has said otherwise, in milliseconds. */
const BOARD_MS = 2_000;
/** Whoever is not signed in asks seldom whether anybody is there: the same forty reads a second are everybody's. */
const CONFIG_MS = 30_000;

/** What the page asks again and again. */
export interface Watched {
  config: StageConfig | undefined;
  /** The first ten; undefined until they are known. */
  rows: readonly Row[] | undefined;
  lamp: Lamp;
}

/** Where there is no board to ask for, the socket says whether anybody is there. Throws `Problem` when it is lost. */
function assertHeard(line: LineState | undefined): void {
  if (line === 'lost') throw new Problem(0, 'No connection', 'The socket is down.');
}

interface WatchParts extends Visitor, Pick<UseSession, 'session' | 'line' | 'hearTime'> {}

/**
 * The first ten of the session, as often as the stage wants it; where there is none, whether the service is there: by the socket, and
 * for whoever is not signed in by the configuration.
 */
export function useWatched({ playerId, idToken, session, line, hearTime }: WatchParts): Watched {
  const [config, setConfig] = useState<StageConfig>();
  const [board, setBoard] = useState<{ sessionId: string; rows: readonly Row[] }>();
  const latest = useRef({ playerId, idToken, sessionId: session?.sessionId, line, configMs: Number.NEGATIVE_INFINITY });
  useEffect(() => {
    Object.assign(latest.current, { playerId, idToken, sessionId: session?.sessionId, line });
  }, [playerId, idToken, session?.sessionId, line]);

  const ask = useCallback(
    async (signal: AbortSignal) => {
      const { current } = latest;
      const isSignedIn = current.playerId !== undefined;
      if (performance.now() - current.configMs >= (isSignedIn ? Number.POSITIVE_INFINITY : CONFIG_MS)) {
        const found = await askConfig(signal).catch((error: unknown) => {
          // A crowd that comes at once is more than it can be asked for: whoever plays does without it until the next time.
          if (!isSignedIn) throw error;
        });
        if (found) {
          current.configMs = performance.now();
          setConfig(found);
        }
      }
      if (!isSignedIn) return;
      const { sessionId } = current;
      if (sessionId === undefined) return assertHeard(current.line);
      const sentAtMs = Date.now();
      const { rows, nowMs } = await askBoard(sessionId, current.idToken, signal);
      if (nowMs !== undefined) hearTime({ nowMs, sentAtMs, receivedAtMs: Date.now() });
      setBoard({ sessionId, rows });
    },
    [hearTime],
  );
  const { lamp, refresh } = usePolling(ask, config?.boardEveryMs ?? BOARD_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each of them something else is asked.
  useEffect(refresh, [playerId, session?.sessionId, line === 'lost', refresh]);
  const rows = board?.sessionId === session?.sessionId ? board?.rows : undefined;
  return { config, rows, lamp };
}
