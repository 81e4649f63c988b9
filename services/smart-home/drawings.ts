import { type Network, open, overlay, queued, themed } from '@arcade/networks';
import { networksOf } from './networks.ts';
import { line } from './patterns/bricks.ts';

/** What README.md shows: each network, by the name that `--param network=` takes. */
export const networks: Readonly<Record<string, Network>> = networksOf();

/** The one that is deployed where nothing else is said. */
export const deployed = 'home';

/** The patterns in the order in which a directive meets them: a pattern has the same colour in each drawing. */
export const themes = [
  'entrypoint',
  'sync processor',
  'async processor',
  'polling event processor',
  'optimistic processor',
  'push gateway',
  'deadline',
  'dispatcher',
  'hub grants',
];

const asItIs = networksOf().asyncPush;

/** One line more in the pattern of the push gateway, a queue between two functions, and what becomes of the network. */
export const oneLine = {
  before: asItIs,
  after: overlay(
    asItIs,
    themed('push gateway', queued(open.function('changed'), line('reports'), open.function('dispatcher'))),
  ),
  sender: 'changed',
  taker: 'dispatcher',
};
