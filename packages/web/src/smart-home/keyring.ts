import { Problem } from '../lib/api.ts';
import type { HomeKey } from './service.ts';

/** What a keyring is made with. */
export interface KeyringParts {
  kept(): HomeKey | undefined;
  keep(key: HomeKey | undefined): void;
  make(): Promise<HomeKey>;
}

/** Has the key of this browser's home. */
export interface Keyring {
  /** The key; a new home's when there is none. Throws what making one throws. */
  current(): Promise<HomeKey>;
  /** Runs something with the key; once more with a new home's where the one before is no more. Throws what it throws. */
  renewing<Answer>(run: (key: HomeKey) => Promise<Answer>): Promise<Answer>;
}

/** A home is forgotten after a day, and its key with it. */
const isGone = (error: unknown) => error instanceof Problem && (error.status === 401 || error.status === 404);

/** Makes one home at a time, however many ask for its key. */
export function createKeyring({ kept, keep, make }: KeyringParts): Keyring {
  let key: HomeKey | undefined;
  let making: Promise<HomeKey> | undefined;
  const current = async (): Promise<HomeKey> => {
    key ??= kept();
    if (key) return key;
    making ??= make()
      .then((made) => {
        key = made;
        keep(made);
        return made;
      })
      .finally(() => {
        making = undefined;
      });
    return making;
  };
  return {
    current,
    async renewing(run) {
      const used = await current();
      try {
        return await run(used);
      } catch (error) {
        if (!isGone(error)) throw error;
        // Whoever asked at the same time may have a new one already.
        if (key?.homeId === used.homeId) {
          key = undefined;
          keep(undefined);
        }
        return run(await current());
      }
    },
  };
}
