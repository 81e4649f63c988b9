import { external, network, open, themed } from '@arcade/networks';

const hub = external('hub');

/** Grants of customers who keep them on a hub in their own house, and not with us. Leaves open: `entrypoint`, `dispatcher`. */
export const hubGrants = themed(
  'hub grants',
  network(open.function('entrypoint').calls(hub, { title: 'tokens' })),
  open.function('dispatcher').calls(hub, { title: 'tokens' }),
);
