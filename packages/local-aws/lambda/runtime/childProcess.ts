import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Windows has none. */
const HAS_GROUPS = process.platform !== 'win32';

/**
 * Starts a process of functions, its stderr a pipe and its `CHANNEL_FD` a socket to it; undefined: it could not be started,
 * which the child tells. Neither keeps this process running.
 */
export function startFunctions(
  file: string,
  parameters: string[],
): { child: ChildProcess; channel: Socket | undefined } {
  const child = spawn(process.execPath, [file, ...parameters], {
    // Nothing of the owner's environment: no credentials, no profile, no options of a test runner or debugger.
    env: neededByNode(),
    // Not Node.js's own channel ('ipc'): functions can write to its end too, and what they write there would end this process.
    stdio: ['ignore', 'ignore', 'pipe', 'overlapped'],
    // A group of its own: with it ends what its functions have started.
    detached: HAS_GROUPS,
  });
  child.unref();
  // Without file descriptors left there are no streams at all.
  const [, , stderr, channel] = (child.stdio ?? []) as (Socket | undefined)[];
  stderr?.unref();
  channel?.unref();
  return { child, channel };
}

/** Ends a process and, where there are groups, what it has started. */
export function killGroup(child: ChildProcess): void {
  try {
    if (HAS_GROUPS && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // All of it is gone.
  }
}

/** Whether its end is known. */
export const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

/** Resolves when it has ended. */
export function endOf(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
}

/** As Lambda says it; V8's own last words follow, where there are any. */
export function exitReason(stderr: string, code: number | null, signal: NodeJS.Signals | null): string {
  const words = /FATAL ERROR: .*/.exec(stderr)?.[0];
  const how = signal ? `signal: ${SIGNALS[signal] ?? signal}` : `exit status ${code}`;
  return `Runtime exited with error: ${how}${words ? ` (${words.trim()})` : ''}`;
}

const SIGNALS: Partial<Record<NodeJS.Signals, string>> = { SIGABRT: 'aborted', SIGKILL: 'killed' };

/** Windows finds no system library and no temporary folder without these. */
const NEEDED = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR'];

function neededByNode(): Record<string, string> {
  return Object.fromEntries(
    NEEDED.flatMap((name): [string, string][] => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
