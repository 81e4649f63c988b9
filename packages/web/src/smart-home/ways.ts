import type { Kind } from './home.ts';

/** Whose way leads over a part of the network that not all kinds of API need; all share what is not here. */
const OF_SOME: Readonly<Record<string, readonly Kind[]>> = {
  syncDirectives: ['sync'],
  syncProcessor: ['sync'],
  pushDirectives: ['push'],
  pollingDirectives: ['polling'],
  asyncProcessor: ['push', 'polling'],
  polls: ['polling'],
  poller: ['polling'],
  optimisticDirectives: ['optimistic'],
  optimisticProcessor: ['optimistic'],
  checks: ['optimistic'],
  verify: ['optimistic'],
  pushGateway: ['push', 'optimistic'],
  pushSecret: ['push', 'optimistic'],
  changed: ['push', 'optimistic'],
  deliveries: ['push', 'optimistic'],
  requests: ['push', 'polling', 'optimistic'],
};

/** Whether a part of the network is of no use to a kind of API: its own network goes without. */
export const isAside = (kind: Kind, node: string): boolean =>
  OF_SOME[node] !== undefined && !OF_SOME[node].includes(kind);

const isOwn = (kind: Kind, node: string): boolean => OF_SOME[node]?.includes(kind) ?? false;

/** For each kind one function, always the same: what others go without, and is to be in sight. */
export const OWN: Readonly<Record<Kind, (node: string) => boolean>> = {
  sync: (node) => isOwn('sync', node),
  push: (node) => isOwn('push', node),
  polling: (node) => isOwn('polling', node),
  optimistic: (node) => isOwn('optimistic', node),
};

/** For each kind one function, always the same: what stands back while that kind is looked at. */
export const ASIDE: Readonly<Record<Kind, (node: string) => boolean>> = {
  sync: (node) => isAside('sync', node),
  push: (node) => isAside('push', node),
  polling: (node) => isAside('polling', node),
  optimistic: (node) => isAside('optimistic', node),
};
