import { readdirSync, readFileSync } from 'node:fs';

/** A process with all that it has started, directly or not. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)));
  }
  const tree = [root];
  // The list grows while it is walked.
  for (const pid of tree) tree.push(...[...parents].filter(([, parent]) => parent === pid).map(([child]) => child));
  return tree;
}

/** The memory of processes, in bytes: what several share is counted in parts (PSS), so that the sum is what all take. */
export function memoryOf(pids: readonly number[]): number {
  return pids.map(pssOf).reduce((sum, bytes) => sum + bytes, 0);
}

function parentOf(pid: number): number {
  const [, afterName = ''] = read(`/proc/${pid}/stat`).split(/\) (?=\S \d)/);
  return Number(afterName.split(' ')[1] ?? 0);
}

function pssOf(pid: number): number {
  const [, kilobytes = '0'] = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kilobytes) * 1024;
}

/** Empty when the process has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
