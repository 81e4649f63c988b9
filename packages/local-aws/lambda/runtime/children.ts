import { readdirSync, readFileSync } from 'node:fs';

/** How processes are known that a function has started: by this variable of theirs, which names the execution environment. */
const MARK = 'AWS_LAMBDA_LOG_STREAM_NAME';
const MOST_LOOKS = 3;

/**
 * Ends what execution environments have started and left: on Lambda nothing outlives an environment. They are known by the log
 * streams of these environments. Linux only; elsewhere they end with their process of functions.
 */
export function endChildrenOf(logStreamNames: ReadonlySet<string>): void {
  if (process.platform !== 'linux' || logStreamNames.size === 0) return;
  // What one of them has started meanwhile is found by looking again.
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const left = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && logStreamNames.has(markOf(name) ?? ''));
    if (left.length === 0) return;
    for (const pid of left) end(Number(pid));
  }
}

function markOf(pid: string): string | undefined {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return variables.find((variable) => variable.startsWith(`${MARK}=`))?.slice(MARK.length + 1);
  } catch {
    // It is over, or somebody else's.
    return undefined;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
