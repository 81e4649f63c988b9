import { ComposeError, findComposeFolder } from './compose.ts';
import { asError } from './core/errors.ts';
import { StateError } from './core/store/index.ts';
import { createCloud } from './create.ts';
import { PortError } from './front-door/index.ts';
import { followAll } from './host/hosting.ts';
import type { HostMessage } from './host/messages.ts';
import { requestsFor } from './host/requests.ts';
import { HELP, readFaultPlan, readOptions, UsageError } from './options.ts';
import { defaultStateFolder, dropState, StateFolderError } from './stateFolder.ts';

/** How a command that was misused ends, and one that met trouble. */
const EXIT_MISUSED = 2;
const EXIT_FAILED = 1;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), {
    defaultPort: process.env.LOCAL_AWS_PORT ?? 4566,
    defaultStateFolder: defaultStateFolder(import.meta.dirname),
  });
  if (options.help) {
    console.log(HELP);
    return;
  }
  const faults = options.faultsFile === undefined ? undefined : await readFaultPlan(options.faultsFile);
  // Before anything is opened: a name that is none is the user's to mend.
  const composeFolder = options.composeFolder ?? findComposeFolder(import.meta.dirname);
  const requests = options.services === undefined ? [] : requestsFor(options.services, composeFolder);
  if (options.fresh) await dropState(options.stateFolder);
  const cloud = await createCloud({
    port: options.port,
    stateFolder: options.stateFolder,
    environments: options.environments,
    pages: options.pages,
    ...(faults && { faults }),
    log: (message, error) => say('local-aws', `${message}: ${error.message}`),
  });
  const unfollow = followAll(cloud, ({ service, line, isLog }) => {
    if (options.verbose || !isLog) say(service ?? 'local-aws', line);
  });
  // Once only: a second Ctrl-C ends the process the hard way.
  const end = () => {
    process.off('SIGINT', end).off('SIGTERM', end);
    // What is under way is cut off now, which is no news.
    unfollow();
    cloud.close().catch(fail);
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  say('local-aws', `listens on ${cloud.endpoint} (state in ${options.stateFolder})`);
  say('local-aws', `what a template may ask for in vain on a laptop: ${cloud.endpoint}/_local/supported`);
  await cloud.host.start(requests);
  tell({ arcade: 'ready', endpoint: cloud.endpoint, services: cloud.host.list() });
}

/** To the terminal, or to the process that has started this one and prints for all. */
function say(source: string, line: string): void {
  if (process.send) tell({ arcade: 'line', source, line });
  else console.log(`${source} | ${line}`);
}

function tell(message: HostMessage): void {
  // Whoever has started this may be gone already; that ends this process too.
  process.send?.(message, () => {});
}

function fail(error: unknown): void {
  const kinds = [PortError, StateError, StateFolderError, UsageError, ComposeError];
  console.error(kinds.some((kind) => error instanceof kind) ? asError(error).message : error);
  process.exitCode = error instanceof UsageError || error instanceof ComposeError ? EXIT_MISUSED : EXIT_FAILED;
}

main().catch(fail);
