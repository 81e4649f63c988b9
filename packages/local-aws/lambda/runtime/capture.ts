import { formatWithOptions } from 'node:util';
import type { LogLine } from './runtime.ts';

/** What a function writes, caught in its thread. */
export interface Output {
  /** From here on lines belong to this invocation. */
  begin(requestId: string): void;
  /** Writes an error as Lambda's runtime does: `<time> <request id> ERROR <title> <json>`. */
  error(title: string, failure: object): void;
  /** Hands over the lines that were not flushed yet. */
  take(): LogLine[];
}

const LEVELS = {
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  debug: 'DEBUG',
  trace: 'TRACE',
} as const;

/**
 * Catches `console` (with Lambda's prefix of time, request id and level) and everything that is written to stdout and stderr
 * (as it is: loggers such as Powertools write JSON there). Lines that are still here at the next turn of the event loop
 * are handed to `flush`, so that they are not lost when the environment is killed.
 */
export function captureOutput(flush: (lines: LogLine[]) => void): Output {
  let requestId = '';
  let lines: LogLine[] = [];
  let isFlushDue = false;

  const take = () => {
    const taken = lines;
    lines = [];
    return taken;
  };
  const add = (message: string) => {
    lines.push({ timestampMs: Date.now(), message });
    if (isFlushDue) return;
    isFlushDue = true;
    setImmediate(() => {
      isFlushDue = false;
      if (lines.length > 0) flush(take());
    }).unref();
  };
  const addWithPrefix = (level: string, text: string) =>
    add(`${new Date().toISOString()}\t${requestId || 'undefined'}\t${level}\t${text}`);

  for (const [method, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, string][]) {
    console[method] = (...values: unknown[]) => addWithPrefix(level, formatWithOptions({}, ...values));
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
      add((typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).replace(/\n$/, ''));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') queueMicrotask(() => done());
      return true;
    }) as typeof stream.write;
  }

  return {
    begin(id) {
      requestId = id;
    },
    error: (title, failure) => addWithPrefix('ERROR', `${title}\t${JSON.stringify(failure)}`),
    take,
  };
}
