import { useCallback, useEffect, useReducer } from 'react';
import type { Lamp } from '../cabinet/Cabinet.tsx';
import { useJournal } from '../lib/journal.ts';
import { look } from '../lib/look.ts';
import { usePolling } from '../lib/usePolling.ts';
import { type Known, nothingKnown } from './known.ts';
import type { Match } from './match.ts';
import { learn } from './rally.ts';
import { pingPong } from './scenario.ts';

/** The topics tell of each stroke at once; the match itself is asked for what was missed, and whether anybody is there. */
const POLL_MS = 1_000;

/** Follows the match: by the journal, where there is one, and by asking. */
export function useRally(): { known: Known; lamp: Lamp; refresh: () => void; fade: (ghost: number) => void } {
  const ask = useCallback((signal: AbortSignal) => look<Match>(pingPong.id, '/match', signal), []);
  const { value: match, lamp, refresh } = usePolling(ask, POLL_MS);
  const [known, dispatch] = useReducer(learn, nothingKnown);
  useEffect(() => {
    if (match) dispatch({ kind: 'asked', match, nowMs: Date.now() });
  }, [match]);
  useJournal(({ hops, isPast, clockAheadMs }) =>
    dispatch({ kind: 'heard', hops, isPast, nowMs: Date.now(), clockAheadMs }),
  );
  const fade = useCallback((ghost: number) => dispatch({ kind: 'faded', ghost }), []);
  return { known, lamp, refresh, fade };
}
