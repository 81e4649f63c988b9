import type { Channel } from '../../packages/events/catalogue.ts';
import type { Edge } from '../../packages/networks/core/network.ts';
import { kindOf } from '../../packages/networks/core/network.ts';
import { routeChannel } from './channels.ts';
import type { ContractUse } from './codeUse.ts';
import { edgesOf, type Flowing, verbOf } from './flowing.ts';
import type { KnownService } from './services.ts';

/** What the template says of edges of which the code does not tell: `Metadata: { Contracts: { 'ping publishes pingTopic': [...] } }`. */
const statedIn = ({ template }: KnownService): Readonly<Record<string, string[]>> =>
  (template.Metadata as { Contracts?: Record<string, string[]> } | undefined)?.Contracts ?? {};

const PUBLISHING = ['publishes', 'sends', 'writes', 'calls'];
/** The contracts that a network says of an edge, without their versions. */
const saidOf = ({ settings }: Edge): string[] =>
  [(settings as { contract?: string | readonly string[] }).contract ?? []]
    .flat()
    .map((name) => name.replace(/\.v\d+$/, ''));

/** The edges by which a node publishes: what it calls for an answer alone is none. */
function publishing(flowing: Flowing, service: KnownService, from: string): { edge: Edge; channel: Channel }[] {
  return edgesOf(service).flatMap((edge) => {
    if (edge.from !== from || !PUBLISHING.includes(verbOf(edge))) return [];
    const channel = flowing.channelAt(service, edge.to);
    const isSocket = channel?.transport === 'socket';
    return channel && isSocket === (verbOf(edge) === 'calls') ? [{ edge, channel }] : [];
  });
}

/** A function with what its code does with contracts, and the ways that it has to publish. */
interface Publisher extends ContractUse {
  service: KnownService;
  node: string;
  ways: readonly { edge: Edge; channel: Channel }[];
}

/** The types that go one of the ways: as the network says, as the template states, or as the code alone tells where it can. */
function typesOn({ service, creates, reads, ways }: Publisher, edge: Edge): readonly string[] | undefined {
  const said = saidOf(edge);
  if (said.length > 0) return said;
  // Where it makes nothing, what comes in goes out as it is: all of it, or some.
  const isPlain = ways.length === 1 && (creates.size > 0 || reads.size === 0);
  return statedIn(service)[nameOf(edge)] ?? (isPlain ? [...creates] : undefined);
}

const nameOf = (edge: Edge) => [edge.from, verbOf(edge), edge.to].join(' ');

/** What goes one of the ways of a function; what does not fit is a problem. */
function addWay(flowing: Flowing, publisher: Publisher, { edge, channel }: Publisher['ways'][number]): void {
  const { service, node, creates, reads } = publisher;
  const types = typesOn(publisher, edge);
  const name = nameOf(edge);
  if (types === undefined && creates.size + reads.size > 0)
    flowing.problems.push(
      `${service.name}: its code does not tell what '${name}': say it in the template's Metadata.Contracts`,
    );
  for (const type of types ?? []) {
    if (!creates.has(type) && !reads.has(type))
      flowing.problems.push(`${service.name}: '${name}' is to carry ${type}, which ${node} neither makes nor gets`);
    flowing.publishers.push({ type, channel: channel.id, service: service.name, node, kind: 'function' });
  }
}

/** What each function of a service publishes. */
export function addFunctions(flowing: Flowing, service: KnownService): void {
  for (const [node, use] of service.use) {
    const ways = publishing(flowing, service, node);
    const publisher = { service, node, ways, ...use };
    for (const way of ways) addWay(flowing, publisher, way);
    const told = new Set(ways.flatMap(({ edge }) => typesOn(publisher, edge) ?? []));
    for (const type of ways.length > 0 ? use.creates : [])
      if (!told.has(type)) flowing.problems.push(`${service.name}: ${node} makes ${type}, and publishes it nowhere`);
  }
}

/** What gateways publish by themselves: their templates name the types. */
export function addGateways(flowing: Flowing, service: KnownService, types: readonly string[]): void {
  const methods = Object.values(service.template.Resources)
    .filter(({ Type }) => Type === 'AWS::ApiGateway::Method')
    .map((method) => JSON.stringify(method));
  const gateways = Object.values(service.network.nodes).filter((node) => kindOf(node) === 'http');
  for (const { name: node } of gateways) {
    for (const { edge, channel } of publishing(flowing, service, node)) {
      const { path = '' } = edge.settings as { path?: string };
      const made = types.filter((type) => methods.some((method) => method.includes(type)));
      for (const type of made)
        flowing.publishers.push({
          type,
          channel: channel.id,
          service: service.name,
          node: `POST ${path}`,
          kind: 'http',
        });
    }
  }
}

/** Functions that publish and neither make nor get events: what others could not publish goes out again by them. */
export function addRelays(flowing: Flowing, service: KnownService): void {
  for (const [node, { creates, reads }] of service.use) {
    if (creates.size + reads.size > 0) continue;
    for (const { channel } of publishing(flowing, service, node)) {
      if (channel.transport === 'socket') continue;
      for (const type of flowing.typesOn(channel.id))
        flowing.publishers.push({
          type,
          channel: channel.id,
          service: service.name,
          node,
          kind: 'function',
          isAgain: true,
        });
    }
  }
}

/** What one service sends another by HTTP: made by a function that has no channel for it, and read by one that a route triggers. */
export function addCalls(flowing: Flowing, services: readonly KnownService[]): void {
  for (const service of services) {
    for (const [node, { reads }] of service.use) {
      const route = edgesOf(service).find(({ to, type }) => to === node && type.startsWith('http '));
      if (!route) continue;
      const { path = '' } = route.settings as { path?: string };
      for (const type of reads) {
        const makers = services.flatMap((other) =>
          [...other.use]
            .filter(([name, use]) => use.creates.has(type) && publishing(flowing, other, name).length === 0)
            .map(([name]) => ({ service: other.name, node: name })),
        );
        if (makers.length === 0) continue;
        const channel = routeChannel(service.name, route.from, path);
        flowing.channels.set(channel.id, channel);
        for (const maker of makers) flowing.publishers.push({ type, channel: channel.id, ...maker, kind: 'function' });
        flowing.consumers.push({ type, channel: channel.id, service: service.name, node, kind: 'function' });
      }
    }
  }
}
