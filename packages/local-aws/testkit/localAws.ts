import { realpathSync } from 'node:fs';
import { compileService } from '../build/service.ts';
import type { StackDescription } from '../cloudformation/stacks.ts';
import {
  type ComposedOutputs,
  type ComposedService,
  dependenciesOf,
  findComposeFolder,
  readCompose,
  resolveParams,
} from '../compose.ts';
import { LOCAL_REGION } from '../core/arn.ts';
import { createVirtualClock, type VirtualClock } from '../core/clock.ts';
import type { JournalEntry } from '../core/journal.ts';
import { type Cloud, type CloudOptions, createCloud } from '../create.ts';
import { API_PREFIX } from '../front-door/apiTable.ts';
import { noteRunning } from './running.ts';
import { waitUntil } from './wait.ts';

/** Where the web app is under `npm start`; requests of its pages are let in here, too. */
const WEB_PORT = 4000;

/** How a local AWS for tests starts. */
export interface LocalAwsOptions extends Pick<CloudOptions, 'faults' | 'seed' | 'stateFolder' | 'services'> {
  /** Default: a virtual clock at 2030-01-01T00:00:00Z. */
  clock?: VirtualClock;
}

/** How a service is deployed into it. */
export interface DeployOptions {
  /** Default: `local`. */
  stage?: string;
  /** Values for `params:`; they go before what serverless-compose.yml passes. */
  params?: Record<string, string>;
  /** Changes the compiled template (a copy) before it is deployed: to take a permission away, say. */
  transform?: (template: Template) => void;
}

/** A compiled template, as tests change it. */
export interface Template {
  // biome-ignore lint/suspicious/noExplicitAny: a test reaches deep into a template that it knows.
  Resources: Record<string, { Type: string; Properties?: any; [attribute: string]: unknown }>;
  [section: string]: unknown;
}

/** A local AWS for tests, in this process: virtual time, functions in processes of their own, nothing kept. */
export interface LocalAws {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  clock: VirtualClock;
  /** All parts of it, for what the kit does not offer. */
  cloud: Cloud;
  /** Settings for SDK clients, as the laptop's owner, who may do everything. */
  rootClientConfig: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /**
   * Compiles a service as `sls package` does and provisions it, after the services that it depends on in
   * serverless-compose.yml (unless they are there already). Throws CompileError, TemplateError, ComposeError.
   */
  deploy(serviceFolder: string, options?: DeployOptions): Promise<StackDescription>;
  /** Moves time on by `ms`, stopping at each timer on the way until what it caused has settled. */
  advance(ms: number): Promise<void>;
  /** Resolves when nothing is under way. Time stands still. */
  idle(): Promise<void>;
  /**
   * Gives what `predicate`, asked with the hops that have ended, gives once that is neither false nor undefined; lets time pass as
   * long as it is.
   * Throws, with the latest hops, when `timeoutMs` (of virtual time, default 60,000) have passed.
   */
  waitFor<T>(
    predicate: (hops: JournalEntry[]) => T | Promise<T>,
    options?: { timeoutMs?: number },
  ): Promise<Exclude<T, false | undefined>>;
  /** Everything that happened since entry number `sinceSeq`, begins and ends of calls and invocations. */
  journal(sinceSeq?: number): JournalEntry[];
  /** Runs a function and gives its answer. Throws FunctionFailed when it failed. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** The outputs of a stack, by its name (`mafia-local`) or its service's (`mafia`, stage `local`). */
  outputs(stack: string): Record<string, string>;
  /** Where the REST API of a stack is served: `http://127.0.0.1:<port>/_api/<id>/<stage>`. `stack` as for `outputs`. */
  apiUrl(stack: string): string;
  /** The whole `process.env` of a function. */
  env(functionName: string): Record<string, string>;
  /** What a function has written, a line each, oldest first. */
  logs(functionName: string): string[];
  /** Ends everything; call it in `afterEach` or `afterAll`. What a test file leaves running is stopped when it is through. */
  stop(): Promise<void>;
}

/** A function that was invoked has failed. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
  /** What the function threw: its name. */
  readonly errorType: string;
  /** What the function wrote, a line each. */
  readonly log: readonly string[];

  constructor(functionName: string, payload: string, log: readonly string[]) {
    const { errorType = 'Unknown', errorMessage = payload } = JSON.parse(payload) ?? {};
    super(`${functionName} failed with ${errorType}: ${errorMessage}`);
    this.errorType = errorType;
    this.log = log;
  }
}

/**
 * Starts a local AWS for a test, on a free port.
 *
 * @example
 * const aws = await startLocalAws();
 * await aws.deploy('services/ping-pong', { params: { missProbability: '0' } });
 * await aws.advance(60_000);
 * await aws.stop();
 */
export async function startLocalAws({
  clock = createVirtualClock(),
  ...options
}: LocalAwsOptions = {}): Promise<LocalAws> {
  const cloud = await createCloud({ port: 0, seed: 1, pages: [WEB_PORT], ...options, clock });
  const { journal, functions, keys } = cloud;
  return {
    endpoint: cloud.endpoint,
    clock,
    cloud,
    rootClientConfig: {
      endpoint: cloud.endpoint,
      region: LOCAL_REGION,
      credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey },
    },
    deploy: (folder, deployOptions) => deployService(cloud, folder, deployOptions),
    advance: (ms) => clock.advance(ms),
    idle: () => clock.idle(),
    waitFor: (predicate, { timeoutMs = 60_000 } = {}) => waitUntil({ clock, journal }, predicate, timeoutMs),
    journal: (sinceSeq) => journal.entries(sinceSeq),
    async invoke(functionName, event) {
      const { payload, functionError, log } = await functions.invoke(functionName, event);
      if (functionError)
        throw new FunctionFailed(
          functionName,
          payload,
          log.map(({ message }) => message),
        );
      return JSON.parse(payload);
    },
    outputs: (stack) => stackOf(cloud, stack).outputs,
    apiUrl: (stack) => `${cloud.endpoint}${apiPath(stackOf(cloud, stack))}`,
    env: (functionName) => functions.environmentOf(functionName),
    logs: (functionName) => cloud.logs.lines(`/aws/lambda/${functionName}`),
    stop: noteRunning(() => cloud.close()),
  };
}

function stackOf({ stacks }: Cloud, name: string): StackDescription {
  const found = stacks.get(name) ?? stacks.get(`${name}-local`);
  if (found) return found;
  const known = stacks.list().map(({ stackName }) => stackName);
  throw new Error(`there is no stack '${name}': ${known.join(', ') || 'none was deployed'}`);
}

/** osls puts the API's address on AWS into an output; the same API and stage are served here. */
function apiPath({ stackName, outputs }: StackDescription): string {
  const [, api, stage] = /^https:\/\/([^.]+)\.execute-api\.[^/]+\/(.+)$/.exec(outputs.ServiceEndpoint ?? '') ?? [];
  if (!api) throw new Error(`the stack '${stackName}' has no REST API: no output ServiceEndpoint`);
  return `${API_PREFIX}${api}/${stage}`;
}

async function deployService(
  cloud: Cloud,
  folder: string,
  { stage = 'local', params, transform }: DeployOptions = {},
): Promise<StackDescription> {
  const passed = await paramsFromCompose(cloud, realpathSync(folder), stage);
  const compiled = await compileService(folder, { stage, params: { ...passed, ...params } });
  const { stackName, functions } = compiled;
  const template = structuredClone(compiled.template) as unknown as Template;
  transform?.(template);
  return cloud.stacks.deploy({ stackName, template, functions });
}

/** Provisions what the service depends on, and gives the params that compose would pass to it. */
async function paramsFromCompose(cloud: Cloud, folder: string, stage: string): Promise<Record<string, string>> {
  const composeFolder = findComposeFolder(folder);
  const services = composeFolder === undefined ? [] : readCompose(composeFolder);
  const self = services.find((service) => service.folder === folder);
  if (!self) return {};
  const outputs = new Map<string, Record<string, string>>();
  for (const service of dependenciesOf(services, self.name)) {
    outputs.set(service.name, await outputsOf(cloud, service, stage, outputs));
  }
  return resolveParams(self, outputs);
}

async function outputsOf(
  cloud: Cloud,
  service: ComposedService,
  stage: string,
  outputs: ComposedOutputs,
): Promise<Record<string, string>> {
  const standing = cloud.stacks.get(`${service.name}-${stage}`);
  if (standing) return standing.outputs;
  const params = resolveParams(service, outputs);
  const { stackName, template, functions } = await compileService(service.folder, { stage, params });
  return (await cloud.stacks.deploy({ stackName, template, functions })).outputs;
}
