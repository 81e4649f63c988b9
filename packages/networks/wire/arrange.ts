import type { FloorEdge, FloorGraph, FloorNode, FloorRoom, WirePoint } from './graph.ts';

/** A service's nodes at their places in its own drawing. */
export interface RoomToPlace {
  readonly service: string;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly FloorNode[];
}

type Places = Pick<FloorGraph, 'width' | 'height' | 'services' | 'nodes' | 'edges'>;

/** Between rooms, where the edges between them run, and around nodes within a room; in px. */
const AISLE = 40;
const WALL = 12;
/** The width that a row of rooms does not exceed when it has more than one. */
const MOST_WIDTH = 2_600;

const moved = ({ x, y }: WirePoint, by: WirePoint): WirePoint => ({ x: x + by.x, y: y + by.y });

/** Rooms side by side, row under row. */
function placed(rooms: readonly RoomToPlace[]): FloorRoom[] {
  const corner = { x: AISLE, y: AISLE };
  let rowHeight = 0;
  return rooms.map(({ service, width, height }) => {
    const room = { width: width + 2 * WALL, height: height + 2 * WALL };
    if (corner.x > AISLE && corner.x + room.width > MOST_WIDTH) {
      corner.x = AISLE;
      corner.y += rowHeight + AISLE;
      rowHeight = 0;
    }
    const at = { service, ...corner, ...room };
    corner.x += room.width + AISLE;
    rowHeight = Math.max(rowHeight, room.height);
    return at;
  });
}

/** From the lower border of one node by the aisle below its room to the lower border of the other. */
function wayBetween(from: FloorNode, to: FloorNode, room: FloorRoom): WirePoint[] {
  const aisleY = room.y + room.height + AISLE / 2;
  const isBelow = to.y > aisleY;
  return [
    { x: from.x, y: from.y + from.height / 2 },
    { x: from.x, y: aisleY },
    { x: to.x, y: aisleY },
    { x: to.x, y: to.y + (isBelow ? -to.height / 2 : to.height / 2) },
  ];
}

/** Places rooms on the floor, with their nodes and edges, and leads the edges between them through the aisles. */
export function arrange(rooms: readonly RoomToPlace[], edges: readonly FloorEdge[]): Places {
  const services = placed(rooms);
  const roomOf = new Map(services.map((room) => [room.service, room]));
  const cornerOf = (service: string): WirePoint => {
    const { x, y } = roomOf.get(service) as FloorRoom;
    return { x: x + WALL, y: y + WALL };
  };
  const nodes = rooms.flatMap((room) =>
    room.nodes.map((node) => ({ ...node, ...moved(node, cornerOf(room.service)) })),
  );
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  return {
    width: Math.max(0, ...services.map(({ x, width }) => x + width)) + AISLE,
    height: Math.max(0, ...services.map(({ y, height }) => y + height)) + AISLE,
    services,
    nodes,
    edges: edges.map((edge) => {
      if (edge.service !== undefined) {
        const corner = cornerOf(edge.service);
        return { ...edge, points: edge.points.map((point) => moved(point, corner)) };
      }
      const [from, to] = [nodeOf.get(edge.from), nodeOf.get(edge.to)] as [FloorNode, FloorNode];
      return { ...edge, points: wayBetween(from, to, roomOf.get(from.service) as FloorRoom) };
    }),
  };
}
