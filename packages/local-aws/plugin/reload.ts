import { createHash } from 'node:crypto';
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { bundleOf } from './bundles.ts';
import { esbuildPluginOf, type Log, type Serverless } from './serverlessTypes.ts';

/** Files whose change only a new start can take up. */
const CONFIGURATION = /^(serverless\.yml|package\.json|resources[\\/].*\.(yml|yaml|json|cjs))$/;

/** Says what a change of code has reloaded, and when a change needs a new start. */
export class Reloads {
  readonly #serverless: Serverless;
  readonly #log: Log;
  /** A hash of each function's bundle, by the function's key. */
  #bundles = new Map<string, string>();
  #bundlingSince = 0;
  #watcher: FSWatcher | undefined;

  constructor(serverless: Serverless, log: Log) {
    this.#serverless = serverless;
    this.#log = log;
  }

  /** Begins to watch. The first bundles must have been made. */
  start(): void {
    const esbuild = esbuildPluginOf(this.#serverless);
    if (esbuild) {
      const bundle = esbuild.bundle.bind(esbuild);
      esbuild.bundle = async () => {
        this.#bundlingSince = performance.now();
        await bundle();
      };
    }
    this.#bundles = this.#read();
    const announced = new Set<string>();
    this.#watcher = watch(this.#serverless.serviceDir, { recursive: true }, (_, file) => {
      if (!file || !CONFIGURATION.test(file) || announced.has(file)) return;
      // Editors write a file several times; once is enough, until the restart.
      announced.add(file);
      this.#log.warning(`${file} has changed: restart to take it up`);
    });
  }

  /** To be called when serverless-offline has let go of the old code. */
  report(): void {
    const bundles = this.#read();
    const changed = [...bundles].filter(([key, hash]) => this.#bundles.get(key) !== hash).map(([key]) => key);
    this.#bundles = bundles;
    const ms = Math.round(performance.now() - this.#bundlingSince);
    if (changed.length > 0) this.#log.notice(`reloaded ${changed.join(', ')} in ${ms} ms`);
  }

  stop(): void {
    this.#watcher?.close();
  }

  #read(): Map<string, string> {
    const { service } = this.#serverless;
    const found = new Map<string, string>();
    for (const key of service.getAllFunctions()) {
      const file = bundleOf(this.#serverless, service.getFunction(key));
      if (file) found.set(key, createHash('sha256').update(readFileSync(file)).digest('hex'));
    }
    return found;
  }
}
