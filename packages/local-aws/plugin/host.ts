import { bundleOf } from './bundles.ts';
import { type FunctionPlaces, type Hosted, hostFunctions } from './client.ts';
import type { Log, Serverless } from './serverlessTypes.ts';

/** Where functions are hosted. */
export interface HostOptions {
  /** local-aws. */
  url: string;
  stackName: string;
  /** Of serverless-offline, which runs what has no bundle. */
  lambdaPort: number;
}

/**
 * Has local-aws run the service's functions from their bundles, in its own worker threads: the same runtime as in tests, and
 * one hop less than over serverless-offline's Lambda endpoint. What they write comes back to this terminal.
 */
export class Host {
  readonly #serverless: Serverless;
  readonly #log: Log;
  readonly #options: HostOptions;
  #hosted: Hosted | undefined;

  constructor(serverless: Serverless, log: Log, options: HostOptions) {
    this.#serverless = serverless;
    this.#log = log;
    this.#options = options;
  }

  /** Places the bundles as they are now, and lets those of before go. Throws Refused. */
  async place(): Promise<void> {
    const { url, stackName } = this.#options;
    const before = this.#hosted;
    const hosted = await hostFunctions(url, stackName, this.#places(), ({ message }) => {
      process.stdout.write(`${message}\n`);
    });
    this.#hosted = hosted;
    before?.close();
    void hosted.ended.then(() => {
      if (this.#hosted === hosted) this.#log.warning('local-aws has ended: no event reaches the functions any more');
    });
  }

  close(): void {
    const hosted = this.#hosted;
    this.#hosted = undefined;
    hosted?.close();
  }

  #places(): FunctionPlaces {
    const { service } = this.#serverless;
    const places: FunctionPlaces = {};
    for (const definition of service.getAllFunctions().map((key) => service.getFunction(key))) {
      const { name, handler } = definition;
      const file = bundleOf(this.#serverless, definition);
      places[name] = file
        ? { kind: 'bundle', file, handler }
        : { kind: 'http', url: `http://127.0.0.1:${this.#options.lambdaPort}` };
    }
    return places;
  }
}
