import { useCallback, useEffect, useReducer } from 'react';
import type { Lamp } from '../cabinet/Cabinet.tsx';
import { useLine } from '../lib/useLine.ts';
import { usePolling } from '../lib/usePolling.ts';
import {
  askLobby,
  type Fame,
  type Happening,
  type Lobby,
  messageIn,
  nothingHappened,
  withHappenings,
  withRecords,
} from './lobby.ts';

/** As long as the socket brings what happens, the service is asked only for what it may have lost; otherwise for all. */
const CALM_MS = 15_000;
const POLL_MS = 2_000;

/** Everybody may listen: there is no token. */
const nobody = async () => '';

interface News {
  happenings: readonly Happening[];
  records: readonly Fame[];
}

const learn = (lobby: Lobby, { happenings, records }: News): Lobby =>
  withRecords(withHappenings(lobby, happenings), records);

/** Follows the lobby: by its socket, and by asking. */
export function useLobby(): Lobby & { lamp: Lamp } {
  const [lobby, dispatch] = useReducer(learn, nothingHappened);
  const onMessage = useCallback((data: unknown) => {
    const told = messageIn(data);
    if (told?.type === 'happened') dispatch({ happenings: [told.happening], records: [] });
    if (told?.type === 'record') dispatch({ happenings: [], records: [told.fame] });
  }, []);
  const ask = useCallback((signal: AbortSignal) => askLobby(signal), []);
  const [isOpen, setOpen] = useReducer((_before: boolean, next: boolean) => next, false);
  const { value, lamp, refresh } = usePolling(ask, isOpen ? CALM_MS : POLL_MS);
  const { line } = useLine('lobby', 'everybody', { token: nobody, onMessage, onOpen: refresh });
  useEffect(() => setOpen(line === 'open'), [line]);
  useEffect(() => {
    if (value) dispatch(value);
  }, [value]);
  // A socket that is open says by itself that somebody is there.
  return { ...lobby, lamp: line === 'open' && value ? { state: 'live' } : lamp };
}
