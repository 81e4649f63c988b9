import { spawn } from 'node:child_process';
import type { ComposedService } from '../packages/local-aws/compose.ts';
import { slsPath, toolEnvironment } from './workspace.ts';

/** How many of its last lines are shown of a command that failed. */
const SHOWN_LINES = 20;

/**
 * The services in the order in which they may go: each group's can go at once, when those before are gone. A service goes before those that it
 * takes from.
 */
export function removalOrder<Service extends Pick<ComposedService, 'name' | 'dependsOn'>>(
  services: readonly Service[],
): Service[][] {
  const groups: Service[][] = [];
  let left = [...services];
  while (left.length > 0) {
    const needed = new Set(left.flatMap(({ dependsOn }) => dependsOn));
    const free = left.filter(({ name }) => !needed.has(name));
    if (free.length === 0) throw new Error(`services wait for each other: ${left.map(({ name }) => name).join(', ')}`);
    groups.push(free);
    left = left.filter((service) => !free.includes(service));
  }
  return groups;
}

/** Runs osls in a service's folder, as somebody would by hand. Gives its exit code; what it says goes to the terminal, or to `onEnd`. */
export async function sls(
  service: Pick<ComposedService, 'name' | 'folder'>,
  args: readonly string[],
  { env = {}, isShown }: { env?: Record<string, string>; isShown: boolean },
): Promise<{ code: number; lastLines: string[] }> {
  const child = spawn(process.execPath, [slsPath(service), ...args], {
    cwd: service.folder,
    stdio: isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: toolEnvironment(env),
  });
  const stop = () => child.kill('SIGTERM');
  process.on('SIGTERM', stop).on('SIGHUP', stop);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const code = await new Promise<number>((resolve, reject) =>
    child.once('error', reject).once('close', (status) => resolve(status ?? 1)),
  );
  process.off('SIGTERM', stop).off('SIGHUP', stop);
  return { code, lastLines: said.trimEnd().split('\n').slice(-SHOWN_LINES) };
}

/**
 * Removes services' stacks, those that take from others first, and says of each how it went. Gives whether all are gone: what others take from
 * stays when one of them does. Unlike osls-compose it needs no word of an earlier deployment from this machine.
 */
export async function removeAll(
  services: readonly ComposedService[],
  options: readonly string[],
  { env, say }: { env: Record<string, string>; say(line: string): void },
): Promise<boolean> {
  for (const group of removalOrder(services)) {
    const gone = await Promise.all(
      group.map(async (service) => {
        const startedAt = performance.now();
        const { code, lastLines } = await sls(service, ['remove', ...options], { env, isShown: false });
        const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
        if (code === 0) say(`  ${service.name} was removed in ${seconds} s`);
        else say(`  ${service.name} was not removed:\n${lastLines.map((line) => `    ${line}`).join('\n')}`);
        return code === 0;
      }),
    );
    if (gone.includes(false)) return false;
  }
  return true;
}
