import { portsFrom } from '../host/ports.ts';
import { type Hosted, hostService, Refused } from './client.ts';
import type { LocalCommand } from './index.ts';
import { type Connection, connect } from './localAws.ts';
import { inOwnWords } from './ownWords.ts';
import { givenParams, type Log, type Serverless, without } from './serverlessTypes.ts';

/** The options of serverless-offline that say what is so here anyway. */
const SO_ANYWAY = new Set(['noPrependStageInUrl', 'noSponsor', 'reloadHandler']);

/**
 * `sls offline`: local-aws compiles, bundles and runs the service, and serves its APIs on the ports that serverless-offline's
 * options give, until Ctrl-C.
 */
export function createCommand(serverless: Serverless, log: Log): LocalCommand {
  const { service, serviceDir, pluginManager } = serverless;
  const stop = Promise.withResolvers<void>();
  let connection: Connection | undefined;
  let hosted: Hosted | undefined;

  const close = async () => {
    hosted?.close();
    await hosted?.ended;
    await connection?.close();
    connection = undefined;
  };

  const serve = async () => {
    connection = await connect(serviceDir, { port: portsFrom().localAws });
    hosted = await hostService(
      connection,
      service.service,
      {
        folder: serviceDir,
        stage: service.provider.stage,
        params: givenParams(serverless),
        ports: portsOf(serverless),
      },
      ({ line, isLog }) => {
        if (isLog) process.stdout.write(`${line}\n`);
        else log.notice(line);
      },
    );
    const { status, error } = await hosted.started;
    if (status !== 'serves') throw new Refused(error ?? `${service.service} did not start`);
    process.once('SIGINT', stop.resolve).once('SIGTERM', stop.resolve);
    const isLost = await Promise.race([stop.promise.then(() => false), hosted.ended.then(() => true)]);
    if (isLost) throw new Refused('local-aws has ended, and with it the functions');
    await close();
    process.exit(0);
  };

  return {
    async begin() {
      for (const option of optionsInVain(serverless)) {
        log.warning(`serverless-offline's option ${option} does nothing: APIs are served as the template says`);
      }
      // serverless-offline gives the command and its options; it serves, watches and bundles nothing.
      for (const event of ['offline:start', 'offline:start:init', 'offline:start:ready', 'offline:start:end']) {
        pluginManager.hooks[`before:${event}`] = without(
          'EsbuildServerlessPlugin',
          pluginManager.hooks[`before:${event}`],
        );
        pluginManager.hooks[event] = [];
      }
      const own = { pluginName: '@arcade/local-aws', hook: () => inOwnWords(serverless, serve) };
      pluginManager.hooks['offline:start'] = [own];
      pluginManager.hooks['offline:start:init'] = [own];
    },
    close,
  };
}

function settingsOf({ service, processedInput }: Serverless): Record<string, unknown> {
  const custom = service.custom?.['serverless-offline'];
  return { ...(typeof custom === 'object' ? custom : {}), ...processedInput.options };
}

function portsOf(serverless: Serverless): { http: number; websocket: number } {
  const { http, websocket } = portsFrom().of(serverless.service.service);
  const { httpPort, websocketPort } = settingsOf(serverless);
  return { http: Number(httpPort ?? http), websocket: Number(websocketPort ?? websocket) };
}

function optionsInVain(serverless: Serverless): string[] {
  const known = Object.keys(serverless.pluginManager.commands.offline?.options ?? {});
  const heeded = new Set([...SO_ANYWAY, 'httpPort', 'websocketPort']);
  const given = Object.keys(settingsOf(serverless));
  return given.filter((name) => known.includes(name) && !heeded.has(name) && !GENERAL_OPTIONS.has(name));
}

/** Options of every command of osls. */
const GENERAL_OPTIONS = new Set(['stage', 'region', 'param', 'config', 'help', 'verbose', 'debug', 'app', 'org']);
