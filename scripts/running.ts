import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arcade } from './arcade.ts';
import { freePort, freeRange } from './freePorts.ts';
import { environmentName, findServices } from './workspace.ts';

/** How many ports in a row the services' table spans. */
const SERVICE_PORTS = 200;
/** How many of the arcade's last lines are shown when it does not start. */
const SHOWN_LINES = 40;

/** The arcade that tests speak to. */
export interface ArcadeForTests {
  /**
   * Tells the tests where it is: ARCADE_URL (the web app's origin, which serves every service's API under
   * `/api/<service>/`), ARCADE_LOCAL_AWS_URL, and for each service ARCADE_<NAME>_URL, for example ARCADE_PING_PONG_URL.
   */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * The arcade for system and browser tests: the deployed stage or running laptop that ARCADE_URL names, or one started
 * here on free ports with a state of its own. Throws with the last lines of output when it does not start whole.
 */
export async function startForTests(env: NodeJS.ProcessEnv = process.env): Promise<ArcadeForTests> {
  if (env.ARCADE_URL) return { environment: addressesUnder(env.ARCADE_URL, env), stop: async () => {} };

  const stateFolder = await mkdtemp(join(tmpdir(), 'arcade-state-'));
  const lines: string[] = [];
  const arcade = new Arcade({
    environment: {
      LOCAL_AWS_PORT: String(await freePort()),
      WEB_PORT: String(await freePort()),
      ARCADE_PORT_BASE: String(await freeRange(SERVICE_PORTS)),
      LOCAL_AWS_STATE: stateFolder,
    },
    report: (source, line) => lines.push(`${source} | ${line}`),
  });
  const stop = async () => {
    await arcade.stop();
    await rm(stateFolder, { recursive: true, force: true });
  };
  try {
    const { services, failures, localAwsUrl, webUrl } = await arcade.start();
    if (failures.length > 0) throw new Error(failures.map(({ name, reason }) => `${name} ${reason}`).join('; '));
    const addresses = services.flatMap(({ name, url }) => (url ? [[environmentName(name), url] as const] : []));
    return {
      environment: {
        ...(webUrl && { ARCADE_URL: webUrl }),
        ARCADE_LOCAL_AWS_URL: localAwsUrl,
        ...Object.fromEntries(addresses),
      },
      stop,
    };
  } catch (error) {
    await stop();
    const shown = lines.slice(-SHOWN_LINES).join('\n');
    throw new Error(`the arcade did not start for the tests: ${String(error)}\n${shown}`, { cause: error });
  }
}

/** Every service under the web app's origin; a variable that is set already stays. */
function addressesUnder(origin: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const base = origin.replace(/\/$/, '');
  const services = findServices().map(({ name }) => [environmentName(name), `${base}/api/${name}`] as const);
  return Object.fromEntries(services.filter(([variable]) => !env[variable]));
}
