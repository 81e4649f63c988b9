import type { HttpResponse } from './listener.ts';

/** A line that a function wrote. */
export interface FunctionLine {
  functionName: string;
  message: string;
}

/** Functions that run here as long as somebody stands for them. */
export interface Hosting {
  /** Calls back with what the functions write. */
  follow(listener: (line: FunctionLine) => void): void;
  /** The functions have no code any more, and their events wait; unless somebody else stands for them by now. */
  end(): Promise<void>;
}

/** Keeps a quiet stream from being taken for a dead one. */
const HEARTBEAT_MS = 15_000;
/** So much may wait for a slow reader; lines beyond it are left out of the stream (never out of the log). */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Sends what the functions write as server-sent events. They are hosted as long as the connection lasts. */
export function streamLines(hosting: Hosting, response: HttpResponse): void {
  // The two versions of HTTP declare the same calls in types that do not unite.
  const out = response as { write(text: string): boolean };
  hosting.follow((line) => {
    if (response.writableLength < MAX_WAITING_BYTES) out.write(`data: ${JSON.stringify(line)}\n\n`);
  });
  const heartbeat = setInterval(() => out.write(': still here\n\n'), HEARTBEAT_MS);
  heartbeat.unref();
  const end = () => {
    clearInterval(heartbeat);
    hosting.end().catch((error: unknown) => console.error('local-aws: functions could not be let go', error));
  };
  response.on('error', () => {});
  // The client may have gone while its functions were being placed.
  if (response.destroyed) end();
  else response.on('close', end);
  out.write(': what the functions write\n\n');
}
