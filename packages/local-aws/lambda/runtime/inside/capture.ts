import { formatWithOptions } from 'node:util';
import type { LogLine } from '../runtime.ts';

/** What a function writes, caught in its thread. */
export interface Output {
  /** From here on lines belong to this invocation. */
  begin(requestId: string): void;
  /** Writes an error as Lambda's runtime does: `<time> <request id> ERROR <title> <json>`. */
  error(title: string, failure: object): void;
  /** Hands over the lines that were not flushed yet. */
  take(): LogLine[];
}

/** Where the lines go. */
export interface OutputSink {
  flush(lines: LogLine[]): void;
  /** Whether nobody has read yet what was flushed before: lines wait until somebody does. */
  isCongested(): boolean;
}

const LEVELS = {
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  debug: 'DEBUG',
  trace: 'TRACE',
} as const;

/** How much waits to be flushed, at the most; then the oldest lines go: a function that logs in a loop costs itself only. */
const MAX_LINES = 10_000;
const MAX_CHARACTERS = 4 * 1024 * 1024;
/** The longest line that CloudWatch Logs takes, in characters. */
const MAX_LINE_CHARACTERS = 1024 * 1024;
/** The least time between two flushes, in milliseconds, and how much one takes: local-aws reads what all functions write. */
const FLUSH_EVERY_MS = 20;
const FLUSHED_CHARACTERS = 128 * 1024;
/** A function that does not let go of its thread for so long, in milliseconds, flushes while it writes. */
const LONGEST_TURN_MS = 100;

/**
 * Catches `console` (with Lambda's prefix of time, request id and level) and everything that is written to stdout and stderr
 * (as it is: loggers such as Powertools write JSON there). Lines that are still here at the next turn of the event loop
 * are handed to `flush`, so that they are not lost when the environment is killed.
 */
export function captureOutput(sink: OutputSink): Output {
  let requestId = '';
  let isFlushDue = false;
  let flushedAt = 0;
  const kept = keepLatest();

  const flush = () => {
    const waitMs = flushedAt + FLUSH_EVERY_MS - performance.now();
    if (waitMs > 0 || sink.isCongested()) {
      setTimeout(flush, Math.max(1, waitMs)).unref();
      return;
    }
    flushNow();
    isFlushDue = !kept.isEmpty();
    if (isFlushDue) setTimeout(flush, FLUSH_EVERY_MS).unref();
  };
  const flushNow = () => {
    flushedAt = performance.now();
    if (!kept.isEmpty()) sink.flush(kept.take(FLUSHED_CHARACTERS));
  };
  const add = (message: string) => {
    kept.add({ timestampMs: Date.now(), message: message.slice(0, MAX_LINE_CHARACTERS) });
    if (!isFlushDue) {
      isFlushDue = true;
      setImmediate(flush).unref();
    } else if (performance.now() - flushedAt > LONGEST_TURN_MS && !sink.isCongested()) flushNow();
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
    take: () => kept.take(),
  };
}

const DROPPED: LogLine = { timestampMs: 0, message: '' };

/** The latest lines, within the bounds. */
function keepLatest() {
  let lines: LogLine[] = [];
  let characters = 0;
  /** Lines before this one have been dropped: taking them out one by one would cost a move of all others. */
  let first = 0;
  return {
    isEmpty: () => lines.length === first,
    add(line: LogLine) {
      lines.push(line);
      characters += line.message.length;
      while (lines.length - first > MAX_LINES || (characters > MAX_CHARACTERS && lines.length - first > 1)) {
        characters -= lines[first]?.message.length ?? 0;
        lines[first] = DROPPED;
        first += 1;
      }
      if (first < MAX_LINES) return;
      lines = lines.slice(first);
      first = 0;
    },
    /** The oldest, as many as there are so many characters in; at the least one. */
    take(most = Number.POSITIVE_INFINITY): LogLine[] {
      let end = first;
      for (let taken = 0; end < lines.length && taken < most; end += 1) taken += lines[end]?.message.length ?? 0;
      const taken = lines.slice(first, end);
      for (const { message } of taken) characters -= message.length;
      const areAll = end === lines.length;
      if (areAll) lines = [];
      first = areAll ? 0 : end;
      return taken;
    },
  };
}
