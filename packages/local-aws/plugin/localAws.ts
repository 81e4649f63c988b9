import { localAwsUrl } from '../host/ports.ts';
import { readKeys } from '../keys.ts';
import { defaultStateFolder } from '../stateFolder.ts';
import { answers, type Reached } from './client.ts';

/** A local-aws that can be used. */
export interface Connection extends Reached {
  /** True when this process has started it, and ends it. */
  isOwn: boolean;
  /** Waits until all that was set off has happened; false when it had not after `timeoutMs`. Only for one's own. */
  settle(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Uses the local-aws that answers, or starts one in this process on `port`, with the state of earlier runs. Rejects with KeysError
 * when the one that answers keeps its state elsewhere, with StateError when another holds the state.
 */
export async function connect(serviceDir: string, { port }: { port: number }): Promise<Connection> {
  const url = localAwsUrl();
  const stateFolder = defaultStateFolder(serviceDir);
  if (await answers(url)) {
    const { secret } = readKeys(stateFolder, url);
    return { url, secret, isOwn: false, settle: async () => true, close: async () => {} };
  }

  // Loaded only here: packaging and deploying need none of it.
  const { createCloud } = await import('../create.ts');
  const cloud = await createCloud({ port, stateFolder });
  return {
    url: cloud.endpoint,
    secret: cloud.keys.secret,
    isOwn: true,
    async settle(timeoutMs) {
      const { promise, resolve: giveUp } = Promise.withResolvers<false>();
      const timer = setTimeout(() => giveUp(false), timeoutMs);
      const settled = await Promise.race([cloud.core.clock.idle().then(() => true), promise]);
      clearTimeout(timer);
      return settled;
    },
    close: () => cloud.close(),
  };
}
