import type { Edge } from '../../packages/networks/core/network.ts';
import { kindOf, nodeOf } from '../../packages/networks/core/network.ts';
import type { Json } from '../../packages/networks/index.ts';
import { asksFor, letsThrough } from './filters.ts';
import { edgesOf, type Flowing, verbOf } from './flowing.ts';
import type { KnownService } from './services.ts';

const filterOf = ({ settings }: Edge): Json | undefined => {
  const { filter, pattern } = settings as { filter?: Json; pattern?: Json };
  return filter ?? pattern;
};

/** The kinds of nodes that keep what comes, or bring it to others. */
const KEEPERS = ['log', 'archive', 'delivery', 'bucket', 'external'];

/**
 * Follows what a channel brings: to functions, to what keeps it, and over queues and pipes further on. `types` have come as far as
 * `node`, each with what filters on the way have asked for.
 */
function follow(
  flowing: Flowing,
  service: KnownService,
  { node, channel, types }: { node: string; channel: string; types: ReadonlyMap<string, string | undefined> },
  seen: readonly string[] = [],
): void {
  if (seen.includes(node)) return;
  for (const edge of edgesOf(service)) {
    if (edge.from !== node || !['triggers', 'sends', 'writes', 'calls', 'publishes'].includes(verbOf(edge))) continue;
    const target = nodeOf(service.network, edge.to);
    if (!target) continue;
    const kind = kindOf(target);
    const filter = filterOf(edge);
    const through = new Map(
      [...types]
        .filter(([type]) => letsThrough(filter, type))
        .map(([type, before]) => [type, asksFor(filter, type) ?? before]),
    );
    if (through.size === 0) continue;
    if (kind === 'function' || KEEPERS.includes(kind))
      consume(flowing, service, { node: edge.to, kind, channel }, through);
    else if (kind === 'queue') {
      // A queue behind a topic is a channel of its own: who reads it is told of there.
      const queue = flowing.channelAt(service, edge.to);
      if (!queue) continue;
      queue.filledBy = channel;
      follow(flowing, service, { node: edge.to, channel: queue.id, types: through }, [...seen, node]);
    } else if (kind === 'pipe') follow(flowing, service, { node: edge.to, channel, types: through }, [...seen, node]);
  }
}

/** Notes who takes events, and what a function gets that it is not written for. */
function consume(
  flowing: Flowing,
  service: KnownService,
  { node, kind, channel }: { node: string; kind: string; channel: string },
  types: ReadonlyMap<string, string | undefined>,
): void {
  const reads = service.use.get(node)?.reads;
  for (const [type, only] of types) {
    if (kind === 'function' && !reads?.has(type))
      flowing.problems.push(`${service.name}: ${node} gets ${type} from ${channel}, and is not written for it`);
    flowing.consumers.push({ type, channel, service: service.name, node, kind, ...(only !== undefined && { only }) });
  }
}

/** Of all channels what they bring, in the services that hold them and in those that others give them. */
export function addConsumers(flowing: Flowing, services: readonly KnownService[]): void {
  for (const service of services) {
    const heads = Object.keys(service.network.nodes).flatMap((node) => {
      const channel = flowing.channelAt(service, node);
      const types = channel ? flowing.typesOn(channel.id) : [];
      return channel && types.length > 0 ? [{ node, channel, types }] : [];
    });
    for (const { node, channel, types } of heads) {
      const isOwn = channel.service === service.name;
      if (isOwn && channel.transport === 'queue') addKept(flowing, service, { node, channel: channel.id, types });
      if (channel.transport === 'socket') continue;
      follow(flowing, service, { node, channel: channel.id, types: new Map(types.map((type) => [type, undefined])) });
    }
  }
}

/** A queue that nobody reads keeps what it gets, for whoever looks after the service. */
function addKept(
  flowing: Flowing,
  service: KnownService,
  { node, channel, types }: { node: string; channel: string; types: readonly string[] },
): void {
  if (edgesOf(service).some(({ from }) => from === node)) return;
  for (const type of types) flowing.consumers.push({ type, channel, service: service.name, node, kind: 'queue' });
}

/** What functions are written for and nobody sends them. */
export function addUnheard(flowing: Flowing, services: readonly KnownService[]): void {
  for (const { name, use } of services)
    for (const [node, { reads }] of use)
      for (const type of reads)
        if (!flowing.consumers.some((one) => one.type === type && one.service === name && one.node === node))
          flowing.problems.push(`${name}: ${node} is written for ${type}, and nothing brings it`);
}
