import { join } from 'node:path';
import { freePort, freeRange } from '../../../scripts/freePorts.ts';
import { startLocalAws } from '../../../scripts/localAwsStart.ts';
import { startService } from '../../../scripts/serviceStart.ts';
import { type Contestant, serveOver } from './contestant.ts';

/** So many ports after the first may be asked for by a service of any name. */
const PORTS = 200;

/** A service that runs as `npm start` runs it. */
export interface OnLaptop {
  endpoint: string;
  /** Where its HTTP API is. */
  url: string | undefined;
  outputs: Record<string, string>;
  /** The process of local-aws. */
  pid: number | undefined;
  stop(): Promise<void>;
}

/** Starts local-aws and the service's `sls offline`, each a process of its own, on free ports, with state in `folder`. */
export async function startOnLaptop(
  folder: string,
  options: { name: string; state: string; params?: Record<string, string>; environment?: Record<string, string> },
): Promise<OnLaptop> {
  const port = await freePort();
  const environment = {
    LOCAL_AWS_PORT: String(port),
    LOCAL_AWS_STATE: options.state,
    LOCAL_AWS_STARTS: 'elsewhere',
    ARCADE_PORT_BASE: String(await freeRange(PORTS)),
    ...options.environment,
  };
  const report = () => {};
  const localAws = startLocalAws({ port, fresh: true, environment, report });
  const service = startService(
    { name: options.name, folder },
    { params: options.params ?? {}, environment, onLine: report },
  );
  const stop = async () => {
    await service.child.stop();
    await localAws.child.stop();
  };
  try {
    await localAws.healthy;
    const outputs = await service.provisioned;
    const { url } = await service.ready;
    return { endpoint: localAws.url, url, outputs, pid: localAws.child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const BARE_LOOP = join(import.meta.dirname, 'bare-loop');

/** The bare loop under `sls offline` with the plugin. */
export const onLaptop: Contestant = {
  name: 'bare loop, sls offline + local-aws',
  async start(strokesFile) {
    const { endpoint, stop } = await startOnLaptop(BARE_LOOP, {
      name: 'bare-loop',
      state: `${strokesFile}.state`,
      environment: { STROKES_FILE: strokesFile },
    });
    return {
      stop,
      serve: (balls, last) => serveOver(endpoint, 'arn:aws:sns:eu-west-1:000000000000:bare-loop-ping', balls, last),
    };
  },
};
