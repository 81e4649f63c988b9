import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPOSE_FILE, dependenciesOf, readCompose, servicesNamed } from '../../../packages/local-aws/compose.ts';
import { readKeys, SECRET_HEADER } from '../../../packages/local-aws/keys.ts';
import { answers, listStacks } from '../../../packages/local-aws/plugin/client.ts';
import { freePort, freeRange } from '../../../scripts/freePorts.ts';
import { LocalAwsProcess } from '../../../scripts/localAwsStart.ts';
import { ROOT } from '../../../scripts/workspace.ts';

/** The service as `npm start` runs it, on ports and with a state of its own. */
export interface Laptop {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  apiUrl: string;
  wsUrl: string;
  /** The outputs of its stack, and of those that it depends on, by service and output. */
  outputs: Record<string, Record<string, string>>;
  /** What was used since local-aws was started last. */
  usage(): Promise<Usage>;
  /** Kills local-aws as nothing else does (SIGKILL); resolves when it serves again, with how long that took, in milliseconds. */
  kill(): Promise<number>;
  /** What goes wrong from now on; undefined: nothing. */
  setFaults(plan: object | undefined): Promise<void>;
}

/** See `GET /_local/usage`. */
export interface Usage {
  processorMs: number;
  tables: Record<string, { requests: Record<string, number>; readUnits: number; writeUnits: number }>;
}

const SERVICE = 'space-invaders';
/** How many ports in a row the services' table spans. */
const SERVICE_PORTS = 200;
const POLL_MS = 50;

/**
 * Starts local-aws with the service and what it depends on; `params` go before what serverless-compose.yml passes. It ends with `ending`,
 * however far the start has come. Rejects when it does not start whole.
 */
export async function startLaptop(
  ending: AsyncDisposableStack,
  { params, report }: { params: Record<string, string>; report: (line: string) => void },
): Promise<Laptop> {
  const folder = await mkdtemp(join(tmpdir(), 'space-invaders-load-'));
  ending.defer(() => rm(folder, { recursive: true, force: true }));
  const state = join(folder, 'state');
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const names = await writeCompose(folder, params);
  const localAws = new LocalAwsProcess({
    port,
    only: names,
    compose: folder,
    environment: {
      LOCAL_AWS_PORT: String(port),
      LOCAL_AWS_STATE: state,
      ARCADE_PORT_BASE: String(await freeRange(SERVICE_PORTS)),
    },
    report: (source, line) => report(`${source} | ${line}`),
  });
  ending.defer(() => localAws.stop());
  const hosted = await localAws.start((reason) => report(`local-aws is not started again: ${reason}`));
  const failed = hosted.find(({ status }) => status !== 'serves');
  if (failed) throw new Error(`${failed.name} did not start: ${failed.error}`);
  const { url = '', wsUrl = '' } = hosted.find(({ name }) => name === SERVICE) ?? {};
  const stacks = await listStacks({ url: endpoint, secret: readKeys(state, endpoint).secret });
  return {
    endpoint,
    apiUrl: url,
    wsUrl,
    outputs: Object.fromEntries(stacks.map(({ stackName, outputs }) => [stackName.replace(/-local$/, ''), outputs])),
    usage: async () => (await (await fetch(`${endpoint}/_local/usage`)).json()) as Usage,
    async kill() {
      const startedMs = performance.now();
      if (localAws.pid !== undefined) process.kill(localAws.pid, 'SIGKILL');
      // The services' ports open last.
      await untilSo(async () => !(await answers(endpoint)));
      await untilSo(() => isServed(`${url}/config`));
      return performance.now() - startedMs;
    },
    async setFaults(plan) {
      const { ok } = await fetch(`${endpoint}/_local/faults`, {
        method: plan ? 'PUT' : 'DELETE',
        headers: { [SECRET_HEADER]: readKeys(state, endpoint).secret },
        ...(plan && { body: JSON.stringify(plan) }),
      });
      if (!ok) throw new Error('local-aws does not take the fault plan');
    },
  };
}

/** A serverless-compose.yml of this service and what it depends on; gives their names. */
async function writeCompose(folder: string, params: Record<string, string>): Promise<string[]> {
  const all = readCompose(ROOT);
  const services = [...dependenciesOf(all, SERVICE), ...servicesNamed(all, [SERVICE])];
  const entries = services.map((service) => {
    const more = service.name === SERVICE ? params : {};
    return [
      service.name,
      { path: service.folder, dependsOn: service.dependsOn, params: { ...service.params, ...more } },
    ];
  });
  await writeFile(join(folder, COMPOSE_FILE), JSON.stringify({ services: Object.fromEntries(entries) }));
  return services.map(({ name }) => name);
}

async function untilSo(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resume) => setTimeout(resume, POLL_MS));
}

async function isServed(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
