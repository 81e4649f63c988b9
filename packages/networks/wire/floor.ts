import type { Box, Point, Size } from '../layout/plan.ts';
import type { CloudFormationTemplate } from '../read/template.ts';
import { type Link, leftsOf, type Rows, rowsOf, widthOfRows } from './arrange.ts';
import type { FloorEdge, FloorGraph, FloorNode, FloorRoom, WireNode } from './graph.ts';
import { type Gates, type Room, roomOf, type Side } from './room.ts';
import { type Wiring, wiringOf } from './wireGraph.ts';

/** A service whose network is to be part of the floor. */
export interface FloorService {
  readonly service: string;
  /** Its compiled template, with the params that it has where it runs. */
  readonly template: CloudFormationTemplate;
  /** By logical id all that other stacks may know the resource by: its physical id and its attributes, ARNs and addresses among them. */
  readonly namesOf: Readonly<Record<string, readonly string[]>>;
}

/** A service with its network, in which what is another's goes by the other's id. */
interface Wired {
  readonly service: string;
  readonly wiring: Wiring;
  /** The ids of its nodes on the floor. */
  readonly ids: ReadonlyMap<string, string>;
}

/** A node by one of the names that others may know it by. */
interface Named {
  readonly name: string;
  readonly service: string;
  readonly id: string;
  readonly kind: WireNode['kind'];
}

const idOf = (service: string, id: string): string => `${service}/${id}`;

/** Whether a template's name for something is that of the node, or goes on after it: an index of a table, a path of an API. */
const isCalled = (called: string, { name }: Named): boolean => called === name || called.startsWith(`${name}/`);

/**
 * The node of another service that a node stands for: of its kind, where that is known (a bus and its archive may have one
 * name), and by the longest of the names that fit.
 */
function realOf(kind: WireNode['kind'], elsewhere: readonly string[], others: readonly Named[]) {
  const fitting = others.filter(
    (named) => (kind === 'external' || kind === named.kind) && elsewhere.some((called) => isCalled(called, named)),
  );
  return fitting.toSorted((one, other) => other.name.length - one.name.length)[0];
}

function wiredWith(services: readonly FloorService[]): Wired[] {
  const all = services.map((one) => ({ ...one, wiring: wiringOf(one.template) }));
  const named = all.flatMap(({ service, namesOf, wiring }) =>
    wiring.nodes.flatMap(({ id, kind, logicalIds }) =>
      logicalIds.flatMap((logicalId) =>
        (namesOf[logicalId] ?? []).map((name): Named => ({ name, service, kind, id: idOf(service, id) })),
      ),
    ),
  );
  return all.map(({ service, wiring }) => {
    const others = named.filter((one) => one.service !== service);
    const idOn = ({ id, kind }: Pick<WireNode, 'id' | 'kind'>): string =>
      realOf(kind, wiring.elsewhere.get(id) ?? [], others)?.id ?? idOf(service, id);
    return { service, wiring, ids: new Map(wiring.nodes.map((node) => [node.id, idOn(node)])) };
  });
}

/** The edges of all, without places; those that lead the same way are one, for one thing may have several names elsewhere. */
function edgesOf(wired: readonly Wired[]): Omit<FloorEdge, 'points'>[] {
  const edges = wired.flatMap(({ service, wiring, ids }) =>
    wiring.edges.map((edge): Omit<FloorEdge, 'points'> => {
      const [from, to] = [ids.get(edge.from) as string, ids.get(edge.to) as string];
      const isWithin = serviceIn(from) === serviceIn(to);
      const id = isWithin ? idOf(service, edge.id) : `${from} ${to} ${edge.line}`;
      return { ...edge, id, from, to, ...(isWithin && { service }) };
    }),
  );
  const ways = [...Map.groupBy(edges, ({ id }) => id).values()] as [(typeof edges)[number]][];
  return ways.map((same) => ({
    ...same[0],
    sentences: [...new Set(same.flatMap(({ sentences }) => sentences))],
  }));
}

/** The service that a node's id on the floor begins with: a name of a service has no slash. */
const serviceIn = (id: string): string => id.slice(0, id.indexOf('/'));

/** What a node or an edge is called in its service's own network. */
const ownOf = (id: string): string => id.slice(id.indexOf('/') + 1);

/** Lays a service's own part out. */
function laidOut({ service, wiring: { drawing }, ids }: Wired, side: Side, links: readonly Link[]): Promise<Room> {
  const isOwn = (name: string): boolean => ids.get(name) === idOf(service, name);
  const here = (end: keyof Link): string[] =>
    links.flatMap((link) => (serviceIn(link[end]) === service ? ownOf(link[end]) : []));
  const own = {
    ...drawing,
    nodes: drawing.nodes.filter(({ name }) => isOwn(name)),
    edges: drawing.edges.filter(({ from, to }) => isOwn(from) && isOwn(to)),
  };
  return roomOf(own, side, { out: new Set(here('from')), in: new Set(here('to')) });
}

/** Around everything; between the aisle's walls and its lanes, and between two of these; in px. */
const MARGIN = 10;
const AISLE = 26;
const LANE = 5;

/** Where rooms and lanes are. */
interface Places {
  readonly width: number;
  readonly height: number;
  readonly rooms: ReadonlyMap<string, Room & Point>;
  /** How far down the lane is on which everything goes to a node. */
  laneTo(id: string): number;
}

function placed(rows: Rows, rooms: ReadonlyMap<string, Room>, links: readonly Link[]): Places {
  const inner = widthOfRows(rows, rooms);
  const heightOf = (row: readonly string[]) => Math.max(0, ...row.map((name) => rooms.get(name)?.height ?? 0));
  const upper = heightOf(rows.upper);
  const targets = [...new Set(links.map(({ to }) => to))];
  const aisle = 2 * AISLE + Math.max(0, targets.length - 1) * LANE;
  const wallY = MARGIN + upper;
  const at = (row: readonly string[], yOf: (room: Size) => number) =>
    [...leftsOf(row, rooms, inner)].map(([name, x]) => {
      const room = rooms.get(name) as Room;
      return [name, { ...room, x: Math.round(MARGIN + x), y: yOf(room) }] as const;
    });
  return {
    width: inner + 2 * MARGIN,
    height: wallY + (rows.lower.length > 0 ? aisle + heightOf(rows.lower) : 0) + MARGIN,
    // The rooms of both rows stand at the aisle.
    rooms: new Map([...at(rows.upper, ({ height }) => wallY - height), ...at(rows.lower, () => wallY + aisle)]),
    laneTo: (id) => wallY + AISLE + targets.indexOf(id) * LANE,
  };
}

const movedBy =
  ({ x: left, y: top }: Point) =>
  ({ x, y }: Point): Point => ({ x: left + x, y: top + y });

/** Through one room to the aisle, along the lane of the target, and through the other room. */
function wayOf({ from, to }: Link, { rooms, laneTo }: Places): Point[] {
  const throughRoom = (way: keyof Gates, id: string): Point[] => {
    const room = rooms.get(serviceIn(id)) as Room & Point;
    return (room.ways[way].get(ownOf(id)) ?? []).map(movedBy(room));
  };
  const [leaves, arrives] = [throughRoom('out', from), throughRoom('in', to).reverse()];
  const y = laneTo(to);
  return [...leaves, { x: leaves.at(-1)?.x ?? 0, y }, { x: arrives[0]?.x ?? 0, y }, ...arrives];
}

/**
 * The networks of services as one: each in a room of its own, in two rows, and what goes from room to room along the aisle
 * between them. What one template knows of another's by an ARN, a name or an address, is the other's node, and an edge leads
 * there. The same templates give the same floor.
 */
export async function floorGraphOf(services: readonly FloorService[]): Promise<FloorGraph> {
  const wired = wiredWith(services);
  const edges = edgesOf(wired);
  const links = edges.filter(({ service }) => service === undefined);
  const layOutAll = async (sideOf: (service: string) => Side, between: readonly Link[]) => {
    const rooms = new Map<string, Room>();
    // One after the other: the layout engine does one at a time.
    for (const one of wired) rooms.set(one.service, await laidOut(one, sideOf(one.service), between));
    return rooms;
  };
  // First without gates, to see how large the rooms are: where they stand decides where their gates are.
  const sizes = await layOutAll(() => 'bottom', []);
  const rows = rowsOf(
    sizes,
    links.map(({ from, to }) => ({ from: serviceIn(from), to: serviceIn(to) })),
  );
  const rooms = await layOutAll((service) => (rows.upper.includes(service) ? 'bottom' : 'top'), links);
  const places = placed(rows, rooms, links);
  const roomOfService = (service: string) => places.rooms.get(service) as Room & Point;

  return {
    version: 1,
    service: 'floor',
    title: 'All services, and what goes between them',
    width: places.width,
    height: places.height,
    groups: [],
    themes: [],
    services: wired.map(({ service }): FloorRoom => {
      const { x, y, width, height, title } = roomOfService(service);
      return { service, x, y, width, height, title: movedBy({ x, y })(title) };
    }),
    nodes: wired.flatMap(({ service, wiring, ids }) => {
      const room = roomOfService(service);
      const own = wiring.nodes.filter(({ id }) => ids.get(id) === idOf(service, id));
      return own.map((node): FloorNode => {
        const box = room.shapes.get(node.id) as Box;
        return { ...node, id: idOf(service, node.id), service, ...box, ...movedBy(room)(box) };
      });
    }),
    edges: edges.map((edge): FloorEdge => {
      if (edge.service === undefined) return { ...edge, points: wayOf(edge, places) };
      const room = roomOfService(edge.service);
      return { ...edge, points: (room.lines.get(ownOf(edge.id)) ?? []).map(movedBy(room)) };
    }),
  };
}
