import type { HttpResponse } from './listener.ts';

/** What runs here as long as somebody else stands for it. */
export interface Hosted {
  /** Resolves with how its start came out. */
  started: Promise<unknown>;
  end(): Promise<void>;
}

/** Keeps a quiet stream from being taken for a dead one. */
const HEARTBEAT_MS = 15_000;
/** So much may wait for a slow reader; lines beyond it are left out of the stream (never out of the log). */
const MAX_WAITING_BYTES = 1024 * 1024;

/**
 * Sends what is said about a service as server-sent events: each a `data:`, and how its start came out as `event: started`. The
 * service is hosted as long as the connection lasts. Throws what `begin` throws, before anything is sent.
 */
export function streamHosting(begin: (say: (said: unknown) => void) => Hosted, open: () => HttpResponse): void {
  let response: HttpResponse | undefined;
  const waiting: string[] = [];
  const send = (text: string) => {
    if (!response) waiting.push(text);
    // The two versions of HTTP declare the same calls in types that do not unite.
    else if (response.writableLength < MAX_WAITING_BYTES) (response as { write(text: string): boolean }).write(text);
  };
  const hosted = begin((said) => send(`data: ${JSON.stringify(said)}\n\n`));
  response = open();
  for (const text of waiting) send(text);
  const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS);
  heartbeat.unref();
  const fail = (error: unknown) => console.error('local-aws: a service could not be let go', error);
  response.on('error', () => {});
  response.on('close', () => {
    clearInterval(heartbeat);
    hosted.end().catch(fail);
  });
  send(': what is said about the service\n\n');
  hosted.started.then((how) => send(`event: started\ndata: ${JSON.stringify(how ?? {})}\n\n`), fail);
}
