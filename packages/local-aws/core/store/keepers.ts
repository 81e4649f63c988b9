import type { Owner } from './store.ts';

/** The owners that lose nothing at present: `Store.withoutLoss`. One work of an owner at a time. */
export function createKeepers() {
  const owners = new Set<Owner>();
  return {
    has: (owner: Owner): boolean => owners.has(owner),
    async during(owner: Owner, work: () => Promise<void>): Promise<void> {
      owners.add(owner);
      try {
        await work();
      } finally {
        owners.delete(owner);
      }
    },
  };
}
