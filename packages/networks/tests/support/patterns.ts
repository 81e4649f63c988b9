import { external, func, http, overlay, queue, table, themed } from '../../index.ts';

const shop = http('shop');
const parcels = table('parcels', { partitionKey: 'orderId', indexes: { ByDay: { partitionKey: 'day' } } });
const orders = queue('orders');
const [checkout, pack, track] = [func('checkout'), func('pack'), func('track')];
const carrier = external('carrier');

/** Three patterns that share a gateway, a table, a queue and somebody outside: what each has alone, and what stands between them. */
export const patterns = overlay(
  themed(
    'front',
    shop.triggers(checkout, { method: 'POST', path: '/orders' }),
    checkout.sends(orders, { title: 'orders' }),
    checkout.writes(parcels, { title: 'what was ordered' }),
  ),
  themed(
    'packing station',
    orders.triggers(pack),
    pack.writes(parcels, { action: 'UpdateItem', title: 'packed' }),
    pack.calls(carrier, { title: 'a label' }),
    pack.sends(queue('problems'), { title: 'what does not fit' }),
  ),
  themed(
    'tracking',
    carrier.calls(shop, { title: 'where it is' }),
    shop.triggers(track, { method: 'POST', path: '/parcels/{id}' }),
    track.writes(parcels, { action: 'UpdateItem', title: 'where it is' }),
    track.reads(parcels, { index: 'ByDay' }),
  ),
);
