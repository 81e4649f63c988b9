import type { Stacks } from './cloudformation/stacks.ts';
import type { FunctionCodes } from './cloudformation/state.ts';
import type { FunctionLine, Hosting } from './front-door/hostingStream.ts';
import type { Logs } from './logs/index.ts';

const LOG_GROUP_PREFIX = '/aws/lambda/';
/** What Lambda writes around a function's own lines. */
const FRAME = /^(START|END|REPORT) RequestId: /;

/**
 * Runs the functions of stacks on behalf of others: `sls offline` brings the bundles, and stands for them as long as it runs.
 * Whoever came last counts, so that a new bundle takes over from the one before without a gap.
 * The returned function throws AwsError when there is no such stack or function.
 */
export function createHosts({ stacks, logs }: { stacks: Stacks; logs: Pick<Logs, 'follow'> }) {
  const latest = new Map<string, symbol>();

  return async (stackName: string, functions: FunctionCodes): Promise<Hosting> => {
    const own = Symbol(stackName);
    const before = latest.get(stackName);
    // Before the code is placed: who ends meanwhile must know that he is not the latest any more.
    latest.set(stackName, own);
    try {
      await stacks.place(stackName, functions);
    } catch (error) {
      if (latest.get(stackName) === own) {
        if (before) latest.set(stackName, before);
        else latest.delete(stackName);
      }
      throw error;
    }
    const hosted = new Set(functionNames(stacks, stackName));
    const ends: (() => void)[] = [];
    return {
      follow(listener) {
        ends.push(logs.follow((group, events) => tell(listener, hosted, group, events)));
      },
      async end() {
        for (const stop of ends) stop();
        if (latest.get(stackName) !== own) return;
        latest.delete(stackName);
        if (stacks.get(stackName)) await stacks.place(stackName, {});
      },
    };
  };
}

function functionNames(stacks: Stacks, stackName: string): string[] {
  const resources = stacks.get(stackName)?.resources ?? [];
  return resources.filter(({ type }) => type === 'AWS::Lambda::Function').map(({ physicalId }) => physicalId);
}

function tell(
  listener: (line: FunctionLine) => void,
  hosted: ReadonlySet<string>,
  group: string,
  events: readonly { message: string }[],
): void {
  const functionName = group.startsWith(LOG_GROUP_PREFIX) ? group.slice(LOG_GROUP_PREFIX.length) : '';
  if (!hosted.has(functionName)) return;
  for (const { message } of events) if (!FRAME.test(message)) listener({ functionName, message });
}
