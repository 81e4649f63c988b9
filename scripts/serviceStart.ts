import { isPluginMessage } from '../packages/local-aws/plugin/messages.ts';
import { type Child, startChild } from './child.ts';
import { type Service, slsPath } from './workspace.ts';

/** How long a service may take until it serves. */
const TIMEOUT_MS = 60_000;

/** Lines of serverless-offline that say nothing in a terminal of many services: each run's duration, its box of routes. */
const NOISE = /^\s*$|^\(λ: \S+\) RequestId: |^\s*[┌│└]/;

/** A service that serves. */
export interface RunningService {
  name: string;
  /** Its HTTP API, `http://localhost:4110`; undefined when it has none. */
  url?: string;
  /** Its WebSocket API. */
  wsUrl?: string;
}

/** Something that did not start, with its last lines. */
export interface Failure {
  name: string;
  reason: string;
  lastLines: string[];
}

/** A service on its way. Both promises reject with a ServiceFailed when it ends, or does nothing for too long. */
export interface StartingService {
  child: Child;
  /** Its stack's outputs, as soon as the stack stands. */
  provisioned: Promise<Record<string, string>>;
  ready: Promise<RunningService>;
}

/** A service did not come up. */
export class ServiceFailed extends Error {
  override readonly name = 'ServiceFailed';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(`${failure.name} ${failure.reason}`);
    this.failure = failure;
  }
}

/** Starts `sls offline` for a service, with the params that compose would pass. */
export function startService(
  service: Service,
  options: { params: Record<string, string>; environment: Record<string, string>; onLine(line: string): void },
): StartingService {
  const provisioned = Promise.withResolvers<Record<string, string>>();
  const ready = Promise.withResolvers<RunningService>();
  const child = startChild({
    name: service.name,
    args: [
      slsPath(service),
      'offline',
      ...Object.entries(options.params).map(([name, value]) => `--param=${name}=${value}`),
    ],
    cwd: service.folder,
    env: options.environment,
    onLine(line) {
      if (!NOISE.test(line)) options.onLine(line);
    },
    onMessage(message) {
      if (!isPluginMessage(message)) return;
      if (message.arcade === 'provisioned') provisioned.resolve(message.outputs);
      else ready.resolve({ name: service.name, url: message.url, wsUrl: message.wsUrl });
    },
  });

  const fail = (reason: string) => {
    const failed = new ServiceFailed({ name: service.name, reason, lastLines: child.lastLines() });
    provisioned.reject(failed);
    ready.reject(failed);
  };
  const timer = setTimeout(() => fail(`did not serve within ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS);
  void child.ended.then(({ code, signal }) => fail(`ended (${signal ?? `exit code ${code}`})`));
  const settled = () => clearTimeout(timer);
  ready.promise.then(settled, settled);
  // Whoever waits sees the failure; a promise that nobody waits for must not bring the starter down.
  provisioned.promise.catch(() => {});
  return { child, provisioned: provisioned.promise, ready: ready.promise };
}
