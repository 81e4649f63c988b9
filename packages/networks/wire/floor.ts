import type { CloudFormationTemplate } from '../read/template.ts';
import { arrange } from './arrange.ts';
import type { FloorEdge, FloorGraph, FloorNode, WireEdge, WireGraph, WireNode } from './graph.ts';
import { wireGraphOf } from './wireGraph.ts';

/** A service whose network is to be part of the floor. */
export interface FloorService {
  readonly service: string;
  /** Its compiled template, with the params that it has where it runs. */
  readonly template: CloudFormationTemplate;
  /** By logical id all that other stacks may know the resource by: its physical id and its attributes, ARNs and addresses among them. */
  readonly namesOf: Readonly<Record<string, readonly string[]>>;
}

interface Drawn extends FloorService {
  readonly graph: WireGraph;
}

/** A node of another service by one of its names. */
interface Named {
  readonly name: string;
  readonly service: string;
  readonly node: string;
}

const namedIn = ({ service, graph, namesOf }: Drawn): Named[] =>
  graph.nodes.flatMap(({ id, logicalIds }) =>
    logicalIds.flatMap((logicalId) => (namesOf[logicalId] ?? []).map((name) => ({ name, service, node: id }))),
  );

/** Whether one of its names is what the template calls it, or the beginning of that: an index of a table, a path of an API. */
const isCalled = (called: string, { name }: Named): boolean => called === name || called.startsWith(`${name}/`);

/** What a node of one service is in another: the longest of the names that fit decides. */
function realOf({ elsewhere = [] }: WireNode, service: string, all: readonly Named[]): Named | undefined {
  const fitting = all.filter(
    (named) => named.service !== service && elsewhere.some((called) => isCalled(called, named)),
  );
  return fitting.toSorted((one, other) => other.name.length - one.name.length)[0];
}

const idOf = (service: string, id: string): string => `${service}/${id}`;

/** The ids of a service's nodes on the floor: what is another's goes by the other's. */
function idsOn({ service, graph }: Drawn, all: readonly Named[]): Map<string, string> {
  return new Map(
    graph.nodes.map((node) => {
      const real = realOf(node, service, all);
      return [node.id, real ? idOf(real.service, real.node) : idOf(service, node.id)];
    }),
  );
}

/** Edges that lead the same way are one: a service may know one thing of another by several names. */
function joined(edges: readonly FloorEdge[]): FloorEdge[] {
  const ways = Map.groupBy(edges, ({ id }) => id);
  return [...ways.values()].map((same) => {
    const [first] = same as [FloorEdge];
    return { ...first, sentences: [...new Set(same.flatMap(({ sentences }) => sentences))] };
  });
}

/** The edge between two services that one of them has drawn as if the other's end were its own. */
function between(edge: WireEdge, service: string, ids: ReadonlyMap<string, string>): FloorEdge {
  const [from, to] = [ids.get(edge.from) ?? edge.from, ids.get(edge.to) ?? edge.to];
  const isOwn = from === idOf(service, edge.from) && to === idOf(service, edge.to);
  return {
    ...edge,
    id: isOwn ? idOf(service, edge.id) : `${from} ${to} ${edge.line}`,
    from,
    to,
    ...(isOwn && { service }),
  };
}

/**
 * The networks of services as one: each in a room of its own, and what goes between them from where it leaves to where it
 * arrives. What one template knows of another's by an ARN, a name or an address, is the other's node, and an edge leads there.
 */
export async function floorGraphOf(services: readonly FloorService[]): Promise<FloorGraph> {
  const drawn: Drawn[] = [];
  // One after the other: the layout engine does one at a time.
  for (const service of services)
    drawn.push({ ...service, graph: await wireGraphOf(service.template, { service: service.service }) });
  const named = drawn.flatMap(namedIn);
  const rooms = drawn.map((room) => {
    const { service, graph } = room;
    const ids = idsOn(room, named);
    const nodes = graph.nodes
      .filter(({ id }) => ids.get(id) === idOf(service, id))
      .map((node): FloorNode => ({ ...node, id: idOf(service, node.id), service }));
    return { service, graph, nodes, edges: graph.edges.map((edge) => between(edge, service, ids)) };
  });
  return {
    version: 1,
    service: 'floor',
    title: 'All services, and what goes between them',
    groups: [],
    themes: [],
    ...arrange(
      rooms.map(({ service, graph: { width, height }, nodes }) => ({ service, width, height, nodes })),
      joined(rooms.flatMap(({ edges }) => edges)),
    ),
  };
}
