import { setTimeout as pause } from 'node:timers/promises';
import { Refused, type Service } from './client.ts';

/** Which service a command needs. */
export interface Needed {
  name: string;
  stage: string;
  /** What the command line gives. */
  params: Readonly<Record<string, string>>;
}

/** How often is looked whether a service that starts has started. */
const LOOK_AGAIN_MS = 100;

/**
 * The name under which a service is still to be hosted, once one that is starting has started; undefined when it runs as its
 * sources are now. Another stage of it that runs does not count: the two stand side by side. Throws Refused when its sources
 * do not run, with what is wrong, and when it runs already with other params than those that are given.
 */
export async function nameToHost(
  list: () => Promise<Service[]>,
  { name, stage, params }: Needed,
): Promise<string | undefined> {
  for (;;) {
    const services = await list();
    const besides = `${name}-${stage}`;
    const found = services.find((one) => one.stage === stage && (one.name === name || one.name === besides));
    if (!found) return services.some((one) => one.name === name) ? besides : name;
    if (found.status === 'broken' || found.status === 'failed') {
      throw new Refused(`${name} does not run as its sources are now: ${found.error ?? 'it did not start'}`);
    }
    if (found.status === 'serves') {
      const given = Object.keys(params).map((param) => `--param ${param}`);
      if (given.length === 0) return undefined;
      throw new Refused(
        `${name} runs already, with its own params: ${given.join(', ')} would change it under way. End that first, or name another --stage.`,
      );
    }
    await pause(LOOK_AGAIN_MS);
  }
}
