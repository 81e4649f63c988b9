import { DiskStore } from './diskStore.ts';
import { createMemoryStore } from './memoryStore.ts';
import type { Store } from './store.ts';

export { OLD_STATE_ENTRIES, STATE_ENTRIES } from './diskStore.ts';
export { type Kind, kind, kinds } from './kinds.ts';
export { LOCK_FILES, lockState } from './stateLock.ts';
export {
  ACCOUNT,
  type Collection,
  type DamagedState,
  type OwnedEntry,
  type Owner,
  StateError,
  type Store,
} from './store.ts';

/** Opens the state in a folder; without a folder it lasts as long as the process. Throws StateError. */
export function openStore(folder: string | undefined): Store {
  return folder === undefined ? createMemoryStore() : new DiskStore(folder);
}
