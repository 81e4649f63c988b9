import type { DeliveriesTable } from '../domain/changed.ts';
import type { DeviceRequest, RequestsTable } from '../domain/request.ts';

/** Carries out one request to a table: at once, or when its turn has come. */
export type Through = <Answer>(effect: () => Answer) => Promise<Answer>;

const atOnce: Through = async (effect) => effect();
const copy = <Value>(value: Value): Value => structuredClone(value);

/** The table of requests, as its storage does it. */
export function requestsInMemory(items = new Map<string, DeviceRequest>(), through: Through = atOnce): RequestsTable {
  /** Changes an item if it is as it must be, and gives what stands. */
  const change = (
    directiveId: string,
    when: (request: DeviceRequest) => boolean,
    changes: Partial<DeviceRequest>,
  ): Promise<DeviceRequest | undefined> =>
    through(() => {
      const standing = items.get(directiveId);
      if (standing && when(standing)) items.set(directiveId, { ...standing, ...copy(changes) });
      return copy(items.get(directiveId));
    });

  return {
    begin: (request) =>
      through(() => {
        if (!items.has(request.directiveId)) items.set(request.directiveId, copy(request));
        return copy(items.get(request.directiveId) ?? request);
      }),
    find: (directiveId) => through(() => copy(items.get(directiveId))),
    complete: (directiveId, outcome) =>
      change(directiveId, ({ status }) => status === 'PENDING', {
        status: 'COMPLETED',
        ...(outcome && { outcome }),
      }),
    async told(directiveId, toldAtMs) {
      await change(directiveId, () => true, { toldAtMs });
    },
    async asked(directiveId, asked) {
      await change(directiveId, (request) => (request.asked ?? 0) < asked, { asked });
    },
  };
}

/** The table of deliveries, as its storage does it. */
export function deliveriesInMemory(through: Through = atOnce): DeliveriesTable {
  const items = new Map<string, { signedAtMs: number; isFinished: boolean }>();
  return {
    begin: (deliveryId, signedAtMs) =>
      through(() => {
        const seen = items.get(deliveryId);
        if (!seen) items.set(deliveryId, { signedAtMs, isFinished: false });
        if (!seen) return 'new';
        if (!seen.isFinished) return 'unfinished';
        return signedAtMs > seen.signedAtMs ? 'finished' : 'replayed';
      }),
    finish: (deliveryId, signedAtMs) => through(() => void items.set(deliveryId, { signedAtMs, isFinished: true })),
  };
}
