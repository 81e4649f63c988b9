import { external, open, themed } from '@arcade/networks';
import { hubSecret } from './bricks.ts';

const hub = external('hub');
const entry = open.function('entrypoint');
const send = open.function('dispatcher');

/** Grants of customers who keep them on a hub in their own house, and not with us. Leaves open: `entrypoint`, `dispatcher`. */
export const hubGrants = themed(
  'hub grants',
  entry.calls(hub, { title: 'tokens' }),
  entry.reads(hubSecret),
  send.calls(hub, { title: 'tokens' }),
  send.reads(hubSecret),
);
