import type { Collection, Owner, Store } from './store.ts';

/** A store that forgets everything with the process. */
export function createMemoryStore(): Store {
  const owners = new Map<Owner, Map<string, Map<string, unknown>>>();

  const valuesOf = <Value>(owner: Owner, name: string): Map<string, Value> => {
    const collections = owners.get(owner) ?? new Map<string, Map<string, unknown>>();
    owners.set(owner, collections);
    const values = collections.get(name) ?? new Map<string, unknown>();
    collections.set(name, values);
    return values as Map<string, Value>;
  };

  const collection = <Value>(owner: Owner, name: string): Collection<Value> => {
    // Looked up each time: the owner may have been dropped meanwhile.
    const values = () => valuesOf<Value>(owner, name);
    return {
      owner,
      get: (key) => values().get(key),
      put: (key, value) => void values().set(key, value),
      delete: (key) => void values().delete(key),
      entries: () => [...values()].sort(([left], [right]) => (left < right ? -1 : 1)),
    };
  };

  return {
    collection,
    all: <Value>(name: string) =>
      [...owners.keys()].flatMap((owner) =>
        collection<Value>(owner, name)
          .entries()
          .map(([key, value]) => ({ owner, key, value })),
      ),
    damaged: () => [],
    settled: () => undefined,
    commit: () => undefined,
    drop: (owner) => void owners.delete(owner),
    close: () => owners.clear(),
  };
}
