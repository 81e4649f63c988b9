#!/usr/bin/env node
import { inertSummary } from './cloudformation/index.ts';
import { asError } from './core/errors.ts';
import { StateError } from './core/store/index.ts';
import { createCloud } from './create.ts';
import { PortError } from './front-door/index.ts';
import { HELP, readFaultPlan, readOptions, UsageError } from './options.ts';
import { defaultStateFolder, dropState, StateFolderError } from './stateFolder.ts';

/** How a command that was misused ends, and one that met trouble. */
const EXIT_MISUSED = 2;
const EXIT_FAILED = 1;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), {
    defaultPort: process.env.LOCAL_AWS_PORT ?? 4566,
    defaultStateFolder: defaultStateFolder(import.meta.dirname, process.env.LOCAL_AWS_STATE),
  });
  if (options.help) {
    console.log(HELP);
    return;
  }
  const faults = options.faultsFile === undefined ? undefined : await readFaultPlan(options.faultsFile);
  if (options.fresh) await dropState(options.stateFolder);
  const cloud = await createCloud({ port: options.port, stateFolder: options.stateFolder, ...(faults && { faults }) });
  console.log(`local-aws listens on ${cloud.endpoint} (state in ${options.stateFolder})`);

  console.log('what templates may ask for and that does nothing on a laptop:');
  for (const line of inertSummary(cloud.stacks.inertNotes())) console.log(`  ${line}`);

  // Once only: a second Ctrl-C ends the process the hard way.
  const end = () => {
    process.off('SIGINT', end).off('SIGTERM', end);
    cloud.close().catch(fail);
  };
  process.on('SIGINT', end).on('SIGTERM', end);
}

function fail(error: unknown): void {
  const isPlain = [PortError, StateError, StateFolderError, UsageError].some((kind) => error instanceof kind);
  console.error(isPlain ? asError(error).message : error);
  process.exitCode = error instanceof UsageError ? EXIT_MISUSED : EXIT_FAILED;
}

main().catch(fail);
