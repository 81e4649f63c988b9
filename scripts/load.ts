import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asError } from '../packages/local-aws/core/errors.ts';
import { endOnSignals } from './signals.ts';
import { findServices } from './workspace.ts';

/** What a service's `load/load.ts` exports. */
interface LoadModule<Options extends { help: boolean } = { help: boolean }> {
  HELP: string;
  /** Throws Error in words for whoever wrote the command line. */
  optionsFrom(args: string[]): Options;
  /** Gives whether all was as it is to be. What it starts is to end with `ending`. */
  load(options: Options, ending: AsyncDisposableStack): Promise<boolean>;
}

const fileOf = (folder: string) => join(folder, 'load/load.ts');

async function main(): Promise<number> {
  const [wanted, ...args] = process.argv.slice(2);
  const services = findServices().filter(({ folder }) => existsSync(fileOf(folder)));
  const service = services.find(({ name }) => name === wanted);
  if (!service) {
    console.error(
      `npm run load -- <service> [options]: there is load for ${services.map(({ name }) => name).join(', ')}`,
    );
    return 2;
  }
  const { HELP, optionsFrom, load } = (await import(pathToFileURL(fileOf(service.folder)).href)) as LoadModule;
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
  return (await load(options, ending)) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`\n${asError(error).message}\n`);
  process.exitCode = 1;
}
