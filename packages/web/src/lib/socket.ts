/** What the connection needs of a `WebSocket`. */
export interface Line {
  addEventListener(name: 'open' | 'message' | 'close', listener: (event: { data?: unknown }) => void): void;
  send(text: string): void;
  close(): void;
}

/** Whether news come by themselves: `lost` while another try is waited for. */
export type LineState = 'connecting' | 'open' | 'lost';

/** What the connection is made with. */
export interface SocketParts {
  /** A token that is valid now. Rejects when there is none just now. */
  token(): Promise<string>;
  open(token: string): Line;
  /** What was sent, as it came. */
  onMessage(data: unknown): void;
  onState(state: LineState): void;
  /** 0 to 1. */
  random(): number;
  /** A clock that never goes back, in milliseconds. */
  nowMs(): number;
}

/** A connection that comes back by itself. */
export interface Socket {
  /** The machine has woken up, or is in a network again: looks at once. */
  wake(): void;
  /** Sends a text; false when the connection is not open: nothing waits for it. */
  send(text: string): boolean;
  close(): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** A connection that lasted so long was a good one: the next one is tried soon. */
const GOOD_MS = 5_000;
/** API Gateway ends what is idle for ten minutes; a network may have ended it long before without a word. */
const PING_MS = 60_000;
const PONG_WITHIN_MS = 8_000;
/** A handshake takes no longer. */
const OPEN_WITHIN_MS = 8_000;

const PING = JSON.stringify({ action: 'ping' });

/**
 * Keeps a connection open. After it was lost it is tried again with exponential back-off and full jitter, each time with a
 * token of its own: the one before may have expired.
 */
export function keepConnected(parts: SocketParts): Socket {
  let line: Line | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state: LineState = 'connecting';
  let failures = 0;
  let isClosed = false;
  /** A token is on its way: whoever wakes it now waits for the same. */
  let isAsking = false;

  const enter = (next: LineState) => {
    if (state === next || isClosed) return;
    state = next;
    parts.onState(next);
  };
  const later = (run: () => void, afterMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(run, afterMs);
  };
  const drop = () => {
    const dropped = line;
    line = undefined;
    dropped?.close();
  };
  const retry = () => {
    drop();
    if (isClosed) return;
    enter('lost');
    const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
    failures += 1;
    // Half of it is sure: a crowd that lost its server at once does not come back at once, nor does anybody hammer it.
    later(() => void connect(), most / 2 + (parts.random() * most) / 2);
  };
  const ping = () => {
    line?.send(PING);
    later(retry, PONG_WITHIN_MS);
  };
  const follow = (opened: Line) => {
    let openedAtMs: number | undefined;
    // Whatever an earlier line still says is past.
    const isCurrent = () => line === opened && !isClosed;
    opened.addEventListener('open', () => {
      if (!isCurrent()) return;
      openedAtMs = parts.nowMs();
      enter('open');
      later(ping, PING_MS);
    });
    opened.addEventListener('message', ({ data }) => {
      if (!isCurrent()) return;
      later(ping, PING_MS);
      parts.onMessage(data);
    });
    opened.addEventListener('close', () => {
      if (!isCurrent()) return;
      if (openedAtMs !== undefined && parts.nowMs() - openedAtMs >= GOOD_MS) failures = 0;
      retry();
    });
  };
  const connect = async () => {
    clearTimeout(timer);
    if (isAsking) return;
    isAsking = true;
    try {
      const token = await parts.token().finally(() => {
        isAsking = false;
      });
      if (isClosed) return;
      line = parts.open(token);
      follow(line);
      later(retry, OPEN_WITHIN_MS);
    } catch {
      retry();
    }
  };

  void connect();
  return {
    wake() {
      if (isClosed) return;
      if (state === 'open') return ping();
      if (state !== 'lost' || line) return;
      failures = 0;
      void connect();
    },
    send(text) {
      if (state !== 'open' || isClosed) return false;
      line?.send(text);
      return true;
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      drop();
    },
  };
}
