import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Child, startChild } from './child.ts';
import { ROOT } from './workspace.ts';

/** How long local-aws may take until it answers. */
const TIMEOUT_MS = 15_000;
/** How often it is asked. */
const PROBE_MS = 40;

/** local-aws, on its way. */
export interface LocalAws {
  url: string;
  child: Child;
  /** Resolves when it answers. Rejects with an Error that has its last lines when it ends before, or is too slow. */
  healthy: Promise<void>;
}

/** Starts local-aws as a process of its own, so that it has a core to itself. */
export function startLocalAws(options: {
  port: number;
  fresh?: boolean;
  faults?: string;
  environment?: Record<string, string>;
  report(source: string, line: string): void;
}): LocalAws {
  const url = `http://127.0.0.1:${options.port}`;
  const child = startChild({
    name: 'local-aws',
    args: [
      join(ROOT, 'packages/local-aws/cli.ts'),
      `--port=${options.port}`,
      ...(options.fresh ? ['--fresh'] : []),
      ...(options.faults ? [`--faults=${options.faults}`] : []),
    ],
    env: options.environment,
    onLine: (line) => options.report('local-aws', line),
  });
  return { url, child, healthy: untilHealthy(url, child) };
}

async function untilHealthy(url: string, child: Child): Promise<void> {
  const stop = new AbortController();
  const failed = child.ended.then(() => 'ended before it answered');
  const tooSlow = wait(TIMEOUT_MS, `did not answer within ${TIMEOUT_MS / 1000} s`, { signal: stop.signal });
  tooSlow.catch(() => {});
  const reason = await Promise.race([probe(url, stop.signal), failed, tooSlow]);
  stop.abort();
  if (reason !== undefined) throw new Error(`local-aws ${reason}:\n${child.lastLines().join('\n')}`);
}

async function probe(url: string, signal: AbortSignal): Promise<undefined> {
  while (!signal.aborted) {
    try {
      const answer = await fetch(`${url}/_local/health`, { signal });
      if (answer.ok) return;
    } catch {
      // It does not listen yet.
    }
    await wait(PROBE_MS);
  }
}
