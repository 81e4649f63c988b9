import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { stayLocal } from './environment.ts';
import { inOwnWords } from './ownWords.ts';
import type { Log, Serverless } from './serverlessTypes.ts';

/** How long osls may take to print an error before what is still open is left behind. */
const PRINT_MS = 500;

/** Where compiled modules are kept: `.cache/` of the workspace. */
const COMPILE_CACHE = join(import.meta.dirname, '../../../.cache/node');

/** What stands for a command of osls. */
export interface LocalCommand {
  /** To be called after all plugins' `initialize`, before osls gathers the command's hooks. */
  begin(): Promise<void>;
  /** Puts away what is open, after an error too. */
  close(): Promise<void>;
}

/**
 * The Serverless plugin that makes `sls offline` and `sls invoke local` run on local-aws: it finds or starts one, and has it
 * compile, bundle, deploy and run the service. Other commands it leaves alone.
 */
export default class LocalAwsPlugin {
  readonly hooks: Record<string, () => Promise<void>> = {};
  readonly #serverless: Serverless;
  readonly #log: Log;

  constructor(serverless: Serverless, _options: object, { log }: { log: Log }) {
    this.#serverless = serverless;
    this.#log = log;
    const command = serverless.processedInput.commands.join(' ');
    if (command === 'invoke local') this.#stand(() => import('./invokeLocal.ts'));
    else if (command === 'offline' || command === 'offline start') this.#stand(() => import('./offline.ts'));
  }

  #stand(load: () => Promise<{ createCommand(serverless: Serverless, log: Log): LocalCommand }>): void {
    stayLocal();
    // What local-aws is made of is some hundred modules; osls itself is loaded by now.
    enableCompileCache(COMPILE_CACHE);
    let standing: LocalCommand | undefined;
    this.hooks.initialize = async () => {
      standing = (await load()).createCommand(this.#serverless, this.#log);
      try {
        await inOwnWords(this.#serverless, standing.begin);
      } catch (error) {
        await this.#giveUp(standing);
        throw error;
      }
    };
    this.hooks.error = () => this.#giveUp(standing);
    this.hooks.finalize = async () => standing?.close();
  }

  /** After an error: whatever is still open must not keep the command from ending. */
  async #giveUp(standing: LocalCommand | undefined): Promise<void> {
    setTimeout(() => process.exit(1), PRINT_MS).unref();
    await standing?.close();
  }
}
