import { execFileSync } from 'node:child_process';

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** All processes of this machine. */
function processes(): Process[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 16_000_000 }).split(
    '\n',
  );
  return lines.flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid ? [{ pid: Number(pid), parent: Number(parent), command }] : [];
  });
}

/**
 * The process in which a stack's functions run, in the arcade that the tests speak to: a child of its local-aws. Throws when
 * there is none.
 */
function functionsOf(stack: string): number {
  const port = new URL(process.env.ARCADE_LOCAL_AWS_URL ?? '').port;
  const all = processes();
  const localAws = all.find(
    ({ command }) => command.includes('local-aws/cli.ts') && command.includes(`--port=${port}`),
  );
  const functions = all.find(
    ({ parent, command }) => parent === localAws?.pid && command.trim() === `local-aws ${stack}`,
  );
  if (!functions) throw new Error(`no process of local-aws on port ${port} runs functions of ${stack}`);
  return functions.pid;
}

/** Stops a stack's functions where they are, as if their machine hung; the returned function lets them go on. */
export function hang(stack: string): () => void {
  const pid = functionsOf(stack);
  process.kill(pid, 'SIGSTOP');
  return () => process.kill(pid, 'SIGCONT');
}
