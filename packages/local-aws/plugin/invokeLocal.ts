import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundleService } from '../build/bundle.ts';
import { type Hosted, hostedServices, hostService, listStacks, type Reached, Refused, type Stack } from './client.ts';
import { GUARD, setEnvironments, stayLocal } from './environment.ts';
import { nameToHost } from './hostedAlready.ts';
import type { LocalCommand } from './index.ts';
import { type Connection, connect } from './localAws.ts';
import { esbuildPluginOf, givenParams, type Log, type Serverless, without } from './serverlessTypes.ts';

/** How long the command waits for what the invocation has set off. */
const SETTLE_MS = 4000;

/**
 * `sls invoke local`: osls runs the function, from the bundle and with the environment that it has in local-aws, where the rest
 * of the service runs.
 */
export function createCommand(serverless: Serverless, log: Log): LocalCommand {
  const { service, serviceDir, pluginManager } = serverless;
  let connection: Connection | undefined;
  let hosted: Hosted | undefined;

  const standing = async (reached: Reached): Promise<Stack> => {
    const stackName = serverless.getProvider('aws').naming.getStackName();
    const stack = (await listStacks(reached)).find((one) => one.stackName === stackName);
    if (stack) return stack;
    throw new Refused(`local-aws has no stack ${stackName}`);
  };

  const close = async () => {
    hosted?.close();
    await hosted?.ended;
    await connection?.close();
    connection = undefined;
  };

  return {
    async begin() {
      const reached = await connect(serviceDir, { port: 0 });
      connection = reached;
      const { url, isOwn } = reached;
      stayLocal(url);
      const params = givenParams(serverless);
      const { stage } = service.provider;
      // Where the arcade runs, the service may run already, as its sources are now.
      const name = await nameToHost(() => hostedServices(reached), { name: service.service, stage, params });
      if (name !== undefined) {
        const request = { folder: serviceDir, stage, params, ports: {}, withoutSchedules: isOwn };
        hosted = await hostService(reached, name, request, ({ line, isLog }) => {
          if (!isLog) log.notice(line);
        });
        const { status, error } = await hosted.started;
        if (status !== 'serves') throw new Refused(error ?? `${name} did not start`);
      }
      setEnvironments(serverless, await standing(reached));
      await takeBundle(serverless);
      pluginManager.hooks['after:invoke:local:invoke'] = [
        ...without('EsbuildServerlessPlugin', pluginManager.hooks['after:invoke:local:invoke']),
        { pluginName: '@arcade/local-aws', hook: settle },
      ];
      createRequire(import.meta.url)(GUARD);
    },
    close,
  };

  async function settle(): Promise<void> {
    if (connection?.isOwn && !(await connection.settle(SETTLE_MS))) {
      const seconds = SETTLE_MS / 1000;
      log.warning(`what the invocation set off was still under way after ${seconds} s, and is left undone`);
    }
    await close();
  }
}

/** Has osls run the function from the bundle that local-aws has, in the place of one that serverless-esbuild would make. */
async function takeBundle(serverless: Serverless): Promise<void> {
  const { service, serviceDir, pluginManager, processedInput } = serverless;
  const { name, handler } = service.getFunction(String(processedInput.options.function));
  const bundling = esbuildPluginOf(serverless)?.buildOptions;
  const { functions } = await bundleService(serviceDir, {
    handlers: { [name]: handler },
    ...(bundling && { bundling }),
  });
  const code = functions[name];
  if (!code) return;
  // The file without what the handler says of it: the folder that stands for the service's.
  const folder = join(
    dirname(code.file),
    ...dirname(handler)
      .split('/')
      .map(() => '..'),
  );
  const event = 'before:invoke:local:invoke';
  pluginManager.hooks[event] = [
    ...without('EsbuildServerlessPlugin', pluginManager.hooks[event]),
    {
      pluginName: '@arcade/local-aws',
      hook() {
        serverless.serviceDir = folder;
        process.chdir(folder);
      },
    },
  ];
}
