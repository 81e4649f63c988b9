import { createKeepers } from './keepers.ts';
import type { Kind } from './kinds.ts';
import type { Collection, Owner, Store } from './store.ts';

/** A store that forgets everything with the process. It keeps what a disk would keep: text, which no later change reaches. */
export function createMemoryStore(): Store {
  const owners = new Map<Owner, Map<string, Map<string, string>>>();
  const keepers = createKeepers();

  const valuesOf = (owner: Owner, name: string): Map<string, string> => {
    const collections = owners.get(owner) ?? new Map<string, Map<string, string>>();
    owners.set(owner, collections);
    const values = collections.get(name) ?? new Map<string, string>();
    collections.set(name, values);
    return values;
  };

  const collection = <Value>(owner: Owner, { name }: Kind<Value>): Collection<Value> => {
    // Looked up each time: the owner may have been dropped meanwhile.
    const values = () => valuesOf(owner, name);
    return {
      owner,
      get(key) {
        const json = values().get(key);
        return json === undefined ? undefined : (JSON.parse(json) as Value);
      },
      put: (key, value) => void values().set(key, JSON.stringify(value)),
      delete: (key) => void (keepers.has(owner) || values().delete(key)),
      entries: () =>
        [...values()]
          .sort(([left], [right]) => (left < right ? -1 : 1))
          .map(([key, json]) => [key, JSON.parse(json) as Value]),
    };
  };

  return {
    collection,
    all: <Value>(kind: Kind<Value>) =>
      [...owners.keys()].flatMap((owner) =>
        collection(owner, kind)
          .entries()
          .map(([key, value]) => ({ owner, key, value })),
      ),
    damaged: () => [],
    dropped: () => [],
    settled: () => undefined,
    commit: () => undefined,
    drop: (owner) => void owners.delete(owner),
    withoutLoss: keepers.during,
    close: () => owners.clear(),
  };
}
