import { func, http, overlay, queue, queued, table } from '@arcade/networks';

const [checkout, pack] = [func('checkout'), func('pack')];
const parcels = table('parcels', { partitionKey: 'orderId' });

/** A shop in which the customer waits until the parcel is packed. */
export const waiting = overlay(
  http('shop').triggers(checkout, { method: 'POST', path: '/orders' }),
  checkout.calls(pack),
  pack.writes(parcels),
);

/** The same with one line changed: orders wait in a queue, and the customer does not. */
export const relaxed = overlay(
  http('shop').triggers(checkout, { method: 'POST', path: '/orders' }),
  queued(checkout, queue('orders'), pack),
  pack.writes(parcels),
);
