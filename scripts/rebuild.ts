import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asError } from '../packages/local-aws/core/errors.ts';
import { ROOT } from './workspace.ts';

/** What a service's `rebuild/rebuild.ts` exports. */
interface RebuildModule<Options extends { help?: boolean | undefined } = { help?: boolean }> {
  HELP: string;
  /** Throws Error in words for whoever wrote the command line. */
  optionsFrom(args: string[]): Options;
  run(options: Options): Promise<boolean>;
}

/** The only service that keeps what it was sent in S3. */
const MODULE = join(ROOT, 'services/space-invaders/rebuild/rebuild.ts');

async function main(): Promise<number> {
  const { HELP, optionsFrom, run } = (await import(pathToFileURL(MODULE).href)) as RebuildModule;
  let options: ReturnType<typeof optionsFrom>;
  try {
    options = optionsFrom(process.argv.slice(2).filter((one) => one !== '--'));
  } catch (error) {
    console.error(`${asError(error).message}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  return (await run(options)) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`\n${asError(error).message}\n`);
  process.exitCode = 1;
}
