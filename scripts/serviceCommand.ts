import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asError } from '../packages/local-aws/core/errors.ts';
import { endOnSignals } from './signals.ts';
import { findServices } from './workspace.ts';

/** What a service's file with a command in it exports: `load/load.ts`, `rebuild/rebuild.ts`. */
export interface ServiceCommand<Options extends { help: boolean } = { help: boolean }> {
  HELP: string;
  /** Throws Error in words for whoever wrote the command line. */
  optionsFrom(args: string[]): Options;
  /** Gives whether all was as it is to be. What it starts is to end with `ending`. */
  run(options: Options, ending: AsyncDisposableStack): Promise<boolean>;
}

/** The services that have such a file. */
export function servicesWith(path: string): { name: string; file: string }[] {
  return findServices()
    .map(({ name, folder }) => ({ name, file: join(folder, path) }))
    .filter(({ file }) => existsSync(file));
}

/** Runs the command in a file. Gives the process's exit code: 0, 1 when not all was as it is to be, 2 for a command line that was not understood. */
export async function runCommand(file: string, args: readonly string[]): Promise<number> {
  const { HELP, optionsFrom, run } = (await import(pathToFileURL(file).href)) as ServiceCommand;
  let options: ReturnType<typeof optionsFrom>;
  try {
    options = optionsFrom(args.filter((one) => one !== '--'));
  } catch (error) {
    console.error(`${asError(error).message}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  await using ending = new AsyncDisposableStack();
  endOnSignals(ending);
  try {
    return (await run(options, ending)) ? 0 : 1;
  } catch (error) {
    console.error(`\n${asError(error).message}\n`);
    return 1;
  }
}
