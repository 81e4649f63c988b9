import type { LogLine } from './runtime.ts';

/** What an environment's thread is started with. */
export interface WorkerSetup {
  functionName: string;
  file: string;
  exportName: string;
  memoryMb: number;
  logGroupName: string;
  logStreamName: string;
  frozenNowMs?: number;
}

/** To the thread: run the function. */
export interface InvokeMessage {
  requestId: string;
  payload: string;
  invokedFunctionArn: string;
  traceHeader: string;
  /** How long the function may take from now on, in milliseconds. */
  timeoutMs: number;
  frozenNowMs?: number;
  clientContext?: string;
}

/** From the thread. */
export type FromWorker =
  /** The code is loaded (or has failed to): the first invocation begins, and with it its timeout. */
  | { kind: 'ready'; initDurationMs: number }
  | { kind: 'log'; lines: LogLine[] }
  | {
      kind: 'result';
      payload: string;
      failed: boolean;
      lines: LogLine[];
      /** The code did not load: the environment is of no further use. */
      isBroken: boolean;
    }
  /** An exception that nobody caught: the thread ends. */
  | { kind: 'died'; payload: string; lines: LogLine[] };

/** Whether a message is one of these: a function's own code (or a library in it) may post to the same port. */
export function isFromWorker(message: unknown): message is FromWorker {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  if (message.kind === 'ready') return 'initDurationMs' in message;
  const isKnown = message.kind === 'log' || message.kind === 'result' || message.kind === 'died';
  return isKnown && 'lines' in message && Array.isArray(message.lines);
}
