import { freePort } from '../../../scripts/freePorts.ts';
import { LocalAwsProcess } from '../../../scripts/localAwsStart.ts';
import { readKeys } from '../keys.ts';
import { hostService, listStacks } from '../plugin/client.ts';
import type { Contestant, RunningLoop } from './contestant.ts';
import { BARE_LOOP, type Loop } from './loops.ts';

/** A service that runs as `npm start` runs it. */
export interface OnLaptop {
  endpoint: string;
  /** What lets one change this local-aws. */
  secret: string;
  /** Where its HTTP API is. */
  url: string | undefined;
  outputs: Record<string, string>;
  /** The process of local-aws, which is another one when it had to be started again. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Starts local-aws in a process of its own, which hosts the service, on free ports, with state in `folder`. */
export async function startOnLaptop(
  folder: string,
  options: { name: string; state: string; params?: Record<string, string>; environment?: Record<string, string> },
): Promise<OnLaptop> {
  const port = await freePort();
  const environment = { LOCAL_AWS_PORT: String(port), LOCAL_AWS_STATE: options.state, ...options.environment };
  const localAws = new LocalAwsProcess({ port, only: [], fresh: true, environment, report: () => {} });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await localAws.start(() => {});
    const request = { folder, stage: 'local', params: options.params ?? {}, ports: { http: 0 } };
    const { secret } = readKeys(options.state, endpoint);
    const reached = { url: endpoint, secret };
    const hosted = await hostService(reached, options.name, request, () => {});
    const { url, status, error } = await hosted.started;
    if (status !== 'serves') throw new Error(`${options.name} did not start: ${error}`);
    const stacks = await listStacks(reached);
    const outputs = stacks.find(({ stackName }) => stackName === `${options.name}-local`)?.outputs ?? {};
    return { endpoint, secret, url, outputs, pid: () => localAws.pid, stop: () => localAws.stop() };
  } catch (error) {
    await localAws.stop();
    throw error;
  }
}

/** Starts a loop as `npm start` runs it. */
export async function startLoop(loop: Loop, strokesFile: string): Promise<OnLaptop & RunningLoop> {
  const laptop = await startOnLaptop(loop.folder, {
    name: loop.name,
    state: `${strokesFile}.state`,
    environment: { STROKES_FILE: strokesFile },
  });
  return { ...laptop, serve: (balls, last) => loop.serve(laptop.endpoint, balls, last) };
}

/** Starts the bare loop as `npm start` runs it. */
export const startBareLoop = (strokesFile: string) => startLoop(BARE_LOOP, strokesFile);

/** A loop as `npm start` runs it. */
export const onLaptop = (name: string, loop: Loop): Contestant => ({
  name: `${name}, local-aws`,
  start: (strokesFile) => startLoop(loop, strokesFile),
});
