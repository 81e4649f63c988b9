import { useCallback, useEffect, useRef, useState } from 'react';
import type { IdToken } from './asPlayer.ts';
import { keepConnected, type LineState, type Socket } from './socket.ts';

/** What is done with what comes over a line. All of it must be stable (useCallback): another one opens another line. */
export interface LineParts {
  token: IdToken;
  onMessage: (data: unknown) => void;
  /** What happened while it was down was told to nobody. */
  onOpen: () => void;
}

/** The socket of a service, kept open for whoever plays while the page is shown. */
export function useLine(
  service: string,
  playerId: string | undefined,
  { token, onMessage, onOpen }: LineParts,
): {
  /** Undefined while nobody plays. */
  line: LineState | undefined;
  /** False when it is not open: nothing is sent, then or later. */
  send: (text: string) => boolean;
} {
  const [line, setLine] = useState<LineState>();
  const socket = useRef<Socket>(undefined);
  useEffect(() => {
    setLine(playerId === undefined ? undefined : 'connecting');
    if (playerId === undefined) return;
    const made = keepConnected({
      token,
      open(idToken) {
        const address = new URL(`/api/${service}/socket?token=${encodeURIComponent(idToken)}`, window.location.href);
        address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
        return new WebSocket(address);
      },
      onMessage,
      onState(next) {
        setLine(next);
        if (next === 'open') onOpen();
      },
      random: Math.random,
      nowMs: () => performance.now(),
    });
    socket.current = made;
    const wake = () => document.hidden || made.wake();
    window.addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
    return () => {
      window.removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      socket.current = undefined;
      made.close();
    };
  }, [service, playerId, token, onMessage, onOpen]);
  const send = useCallback((text: string) => socket.current?.send(text) ?? false, []);
  return { line, send };
}
