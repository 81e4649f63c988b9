import { WebSocket } from 'ws';

/** A socket that is open. */
export interface OpenSocket {
  /** All messages so far, parsed, the oldest first. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into messages of many kinds.
  heard: any[];
  say(message: unknown): void;
  close(): Promise<void>;
}

/** Opens sockets at a WebSocket API, for tests. */
export function socketsOf(wsUrl: string) {
  const sockets: WebSocket[] = [];
  return {
    /** Opens one, with a query such as `?token=...`. Rejects with the status that the handshake was answered with. */
    async connect(query: string): Promise<OpenSocket> {
      const socket = new WebSocket(`${wsUrl}/${query}`);
      sockets.push(socket);
      return openSocket(socket);
    },
    /** Ends those that are left. */
    terminate(): void {
      for (const socket of sockets) socket.terminate();
    },
  };
}

async function openSocket(socket: WebSocket): Promise<OpenSocket> {
  const heard: unknown[] = [];
  socket.on('message', (data) => void heard.push(JSON.parse(String(data))));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      reject(new Error(`answered ${response.statusCode}`));
    });
    socket.once('error', reject);
  });
  return {
    heard,
    say: (message) => socket.send(JSON.stringify(message)),
    close() {
      socket.close();
      return closed;
    },
  };
}
