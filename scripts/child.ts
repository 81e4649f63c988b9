import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT, toolEnvironment } from './workspace.ts';

/** How long a process may take to end by itself before it is killed. */
const GRACE_MS = 4000;
/** How many of its last lines are kept, to be shown when it fails. */
const KEPT_LINES = 20;

/** How a process ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that was started here, with its whole group. */
export interface Child {
  name: string;
  pid: number | undefined;
  /** Resolves when it has ended; never rejects. */
  ended: Promise<Ending>;
  /** Its latest lines of output. */
  lastLines(): string[];
  /** Asks it and everything that it started to end, and kills what has not after a few seconds. */
  stop(): Promise<void>;
}

/** What to run, and who listens. */
export interface ChildOptions {
  /** Stands in front of each of its lines. */
  name: string;
  /** A script of Node.js, run on this process's own Node.js, and its arguments. */
  args: string[];
  cwd?: string;
  env?: Record<string, string>;
  /** The environment that it inherits. Default: this process's own. */
  inherited?: NodeJS.ProcessEnv;
  onLine(line: string): void;
  /** Messages that it sends with `process.send`. */
  onMessage?(message: unknown): void;
}

/** Starts a Node.js process in a process group of its own. */
export function startChild(options: ChildOptions): Child {
  const lines: string[] = [];
  const child = spawn(process.execPath, ['--import', join(ROOT, 'scripts/exitWithParent.mjs'), ...options.args], {
    cwd: options.cwd ?? ROOT,
    env: toolEnvironment(options.env, options.inherited),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      options.onLine(line);
    });
  }
  if (options.onMessage) child.on('message', options.onMessage);
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', (error) => {
      lines.push(error.message);
      resolve({ code: 1, signal: null });
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    name: options.name,
    pid: child.pid,
    ended,
    lastLines: () => [...lines],
    async stop() {
      signalGroup(child, 'SIGTERM');
      const inTime = await Promise.race([ended.then(() => true), wait(GRACE_MS, false, { ref: false })]);
      // Also when it ended in time: what it had started may have stayed.
      signalGroup(child, 'SIGKILL');
      if (!inTime) await ended;
    },
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone already.
  }
}
