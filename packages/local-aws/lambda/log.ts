import type { InvocationResult, LogLine } from './runtime/runtime.ts';

export type { LogLine } from './runtime/runtime.ts';

/** Takes what functions write. */
export interface LogSink {
  /** Adds lines to a stream of a log group; both come into being with their first line. */
  write(logGroup: string, logStream: string, lines: LogLine[]): void;
}

/** What has been invoked. */
interface Invoked {
  requestId: string;
  version: string;
  memoryMb: number;
}

/** The lines that Lambda writes around those of the function: START, END and REPORT. */
export function framedLog(invoked: Invoked, result: InvocationResult, nowMs: number): LogLine[] {
  const { requestId, version } = invoked;
  const firstMs = result.log[0]?.timestampMs ?? nowMs;
  const at = (timestampMs: number, message: string): LogLine => ({ timestampMs, message });
  return [
    at(firstMs, `START RequestId: ${requestId} Version: ${version}`),
    ...result.log,
    at(nowMs, `END RequestId: ${requestId}`),
    at(nowMs, reportLine(invoked, result)),
  ];
}

function reportLine({ requestId, memoryMb }: Invoked, result: InvocationResult): string {
  const { durationMs, initDurationMs, memoryUsedMb } = result;
  const billedMs = Math.ceil(durationMs + (initDurationMs ?? 0));
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${memoryMb} MB`,
    ...(memoryUsedMb === undefined ? [] : [`Max Memory Used: ${memoryUsedMb} MB`]),
    ...(initDurationMs === undefined ? [] : [`Init Duration: ${initDurationMs.toFixed(2)} ms`]),
    // As recorded: every field ends so.
    '',
  ].join('\t');
}

/** How much of its log an invocation with `LogType: Tail` gives back (API reference, Invoke). */
const TAIL_BYTES = 4096;

/** The last 4 KB of the log, base64. */
export function logTail(lines: LogLine[]): string {
  const text = Buffer.from(lines.map(({ message }) => `${message}\n`).join(''));
  return text.subarray(Math.max(0, text.length - TAIL_BYTES)).toString('base64');
}
