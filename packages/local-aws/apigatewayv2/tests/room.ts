import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type LocalAws, type OwnPorts, startLocalAws } from '../../index.ts';

type Deploy = Parameters<LocalAws['deploy']>[1];

/** The fixture service, deployed and on ports of its own. */
export interface Room extends OwnPorts {
  aws: LocalAws;
  /** Connects a client. */
  enter(query?: string, options?: { protocol?: string; headers?: Record<string, string> }): Promise<Client>;
  stop(): Promise<void>;
}

/** A client of the room. */
export interface Client {
  socket: WebSocket;
  /** By what the room echoes. */
  connectionId(): Promise<string>;
  /** Sends text as it is, all else as JSON. */
  say(message: unknown): void;
  /** The next message that has not been read yet. */
  next(): Promise<string>;
  /** How the connection ended. */
  closed: Promise<{ code: number; reason: string }>;
}

/** A handshake that was answered with an HTTP error. */
export class NotLetIn extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`not let in: ${status}`);
    this.status = status;
  }
}

export async function openRoom(options?: Deploy): Promise<Room> {
  const aws = await startLocalAws();
  const clients: WebSocket[] = [];
  try {
    await aws.deploy(join(import.meta.dirname, 'fixture-service'), options);
    const ports = await aws.cloud.apis.listen({ stackName: 'room-local', http: 0, websocket: 0 });
    return {
      ...ports,
      aws,
      async enter(query = '', { protocol, headers = {} } = {}) {
        const socket = new WebSocket(`${ports.wsUrl}/${query}`, protocol === undefined ? [] : [protocol], { headers });
        clients.push(socket);
        return clientOf(socket);
      },
      async stop() {
        for (const client of clients) client.terminate();
        await aws.stop();
      },
    };
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

/** Resolves when the client is let in; rejects with NotLetIn. */
export async function clientOf(socket: WebSocket): Promise<Client> {
  const unread: string[] = [];
  const readers: ((message: string) => void)[] = [];
  socket.on('message', (data) => {
    const reader = readers.shift();
    if (reader) reader(String(data));
    else unread.push(String(data));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      reject(new NotLetIn(response.statusCode ?? 0));
    });
    socket.once('error', reject);
  });
  const client: Client = {
    socket,
    closed,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async next() {
      return unread.shift() ?? new Promise<string>((resolve) => readers.push(resolve));
    },
    async connectionId() {
      client.say('who am I?');
      return JSON.parse(await client.next()).requestContext.connectionId;
    },
  };
  return client;
}
