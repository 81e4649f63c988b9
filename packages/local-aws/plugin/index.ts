import { createRequire } from 'node:module';
import { templateOf, withoutSchedules } from '../build/template.ts';
import { bundleAll, separateBundles } from './bundles.ts';
import { putStack, Refused, type Stack } from './client.ts';
import { provisionDependencies } from './dependencies.ts';
import { GUARD, setEnvironments, stayLocal } from './environment.ts';
import { guardPorts } from './guardedPorts.ts';
import { Host } from './host.ts';
import { type Connection, connect } from './localAws.ts';
import { tellStarter } from './messages.ts';
import { apisOf, effectivePorts, leaveSchedulesToLocalAws, setOfflineOptions } from './offlineSettings.ts';
import { portsFrom } from './ports.ts';
import { aroundServing } from './ready.ts';
import { Reloads } from './reload.ts';
import { type RestApi, restApiPath, serveRestApi, takeRoutes } from './restApi.ts';
import { givenParams, runAgainWith } from './runAgain.ts';
import { esbuildPluginOf, type Log, type Serverless } from './serverlessTypes.ts';

/** How long `sls invoke local` waits for what the invocation has set off. */
const SETTLE_MS = 4000;
/** How long osls may take to print an error before what is still open (watchers) is left behind. */
const PRINT_MS = 500;

/**
 * The Serverless plugin that makes `sls offline` and `sls invoke local` run on local-aws: it finds or starts one, provisions
 * the service's compiled template and what it depends on, and gives each function its resolved environment and its role's
 * credentials. Other commands it leaves alone.
 */
export default class LocalAwsPlugin {
  readonly hooks: Record<string, () => Promise<void>> = {};
  readonly #serverless: Serverless;
  readonly #log: Log;
  readonly #ports = portsFrom();
  readonly #reloads: Reloads;
  #connection: Connection | undefined;
  #host: Host | undefined;
  #restApi: RestApi | undefined;
  /** The service's own, once it is provisioned. */
  #stack: (Stack & { template: Record<string, unknown> }) | undefined;

  constructor(serverless: Serverless, _options: object, { log }: { log: Log }) {
    this.#serverless = serverless;
    this.#log = log;
    this.#reloads = new Reloads(serverless, log);
    const command = serverless.processedInput.commands.join(' ');
    if (command === 'invoke local') this.#hookInvokeLocal();
    else if (command === 'offline' || command === 'offline start') this.#hookOffline();
  }

  #hookInvokeLocal(): void {
    stayLocal(this.#url);
    // osls resolves the function's environment before any hook of the command itself.
    this.hooks.initialize = () =>
      this.#failingClearly(async () => {
        separateBundles(this.#serverless, 'invoke local');
        await this.#prepareInvokeLocal();
      });
    this.hooks['after:invoke:local:invoke'] = () => this.#settle();
    this.hooks.error = () => this.#giveUp();
    this.hooks.finalize = () => this.#close();
  }

  #hookOffline(): void {
    stayLocal(this.#url);
    const prepare = () => this.#failingClearly(() => this.#prepareOffline());
    // osls gathers a command's hooks before it runs the first: what replaces one must be there by then.
    this.hooks.initialize = async () => {
      separateBundles(this.#serverless, 'offline');
      const serving = () => this.#failingClearly(() => this.#serve());
      aroundServing(this.#serverless, { serving, ending: () => this.#end() });
    };
    this.hooks['before:offline:start'] = prepare;
    this.hooks['before:offline:start:init'] = prepare;
    this.hooks['after:offline:functionsUpdated:cleanup'] = async () => {
      await this.#host?.place();
      this.#reloads.report();
    };
    this.hooks.error = () => this.#giveUp();
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#ports.localAws}`;
  }

  async #prepareOffline(): Promise<void> {
    const serverless = this.#serverless;
    const { url } = await this.#connect(this.#ports.localAws);
    const { template, stack } = await this.#provision(url);
    this.#stack = { ...stack, template };
    tellStarter({ arcade: 'provisioned', outputs: stack.outputs });
    setEnvironments(serverless, stack, 'worker-threads');
    setOfflineOptions(serverless, this.#ports.of(serverless.service.service));
    leaveSchedulesToLocalAws(serverless);
    const ports = effectivePorts(serverless, this.#ports.of(serverless.service.service));
    guardPorts(Object.values(ports));
    const path = restApiPath(stack, template);
    if (path) {
      const routes = takeRoutes(serverless);
      this.#restApi = await serveRestApi(url, path, ports.http);
      for (const route of routes) this.#log.notice(`${this.#restApi.url}: ${route}`);
    }
  }

  /** Only once functions can be reached are their events delivered. */
  async #serve(): Promise<void> {
    const serverless = this.#serverless;
    if (!this.#stack || !this.#connection) return;
    const ports = effectivePorts(serverless, this.#ports.of(serverless.service.service));
    this.#host = new Host(serverless, this.#log, {
      url: this.#connection.url,
      stackName: this.#stack.stackName,
      lambdaPort: ports.lambda,
    });
    await this.#host.place();
    this.#reloads.start();
    const apis = apisOf(serverless);
    tellStarter({
      arcade: 'ready',
      ...((apis.http || this.#restApi) && { url: `http://localhost:${ports.http}` }),
      ...(apis.websocket && { wsUrl: `ws://localhost:${ports.websocket}` }),
    });
  }

  async #end(): Promise<void> {
    this.#reloads.stop();
    this.#host?.close();
    await this.#restApi?.close();
    await this.#close();
  }

  async #prepareInvokeLocal(): Promise<void> {
    const serverless = this.#serverless;
    const connection = await this.#connect(0);
    stayLocal(connection.url);
    const prepare = connection.isOwn ? withoutSchedules : undefined;
    const { template, stack } = await this.#provision(connection.url, prepare);
    if (connection.isOwn) {
      // Nothing else runs the functions that this one's messages reach.
      const functions = await bundleAll(serverless);
      await putStack(connection.url, stack.stackName, { template, functions });
    }
    setEnvironments(serverless, stack, 'this-process');
    createRequire(import.meta.url)(GUARD);
  }

  async #connect(port: number): Promise<Connection> {
    this.#connection = await connect(this.#serverless.serviceDir, { url: this.#url, port });
    return this.#connection;
  }

  /** Provisions the service and, before it, what it takes outputs from. */
  async #provision(
    url: string,
    prepare = (template: Record<string, unknown>) => template,
  ): Promise<{ template: Record<string, unknown>; stack: Stack }> {
    const { service, serviceDir } = this.#serverless;
    const params = await provisionDependencies(url, serviceDir, service.provider.stage);
    const given = givenParams(this.#serverless);
    if (Object.keys(params).some((name) => !given.has(name))) await this.#beginAnew(url, params);
    const template = prepare(await templateOf(this.#serverless));
    const stackName = this.#serverless.getProvider('aws').naming.getStackName();
    return { template, stack: await putStack(url, stackName, { template }) };
  }

  async #beginAnew(url: string, params: Record<string, string>): Promise<never> {
    const status = await runAgainWith(params, {
      LOCAL_AWS_STARTS: 'elsewhere',
      LOCAL_AWS_PORT: new URL(url).port,
    });
    await this.#close();
    return process.exit(status);
  }

  async #settle(): Promise<void> {
    if (!this.#connection?.isOwn) return;
    if (!(await this.#connection.settle(SETTLE_MS))) {
      this.#log.warning(
        `what the invocation set off was still under way after ${SETTLE_MS / 1000} s, and is left undone`,
      );
    }
    await this.#close();
  }

  /** What local-aws refuses is the author's to mend: osls then shows the message without a stack trace. */
  async #failingClearly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#giveUp();
      if (error instanceof Refused) throw new this.#serverless.classes.Error(error.message, 'LOCAL_AWS_REFUSED');
      throw error;
    }
  }

  /** After an error: whatever is still open must not keep the command from ending. */
  async #giveUp(): Promise<void> {
    this.#reloads.stop();
    this.#host?.close();
    setTimeout(() => process.exit(1), PRINT_MS).unref();
    await esbuildPluginOf(this.#serverless)?.disposeContexts();
    await this.#close();
  }

  async #close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }
}
