import { ICONS } from '@arcade/networks/icons';
import { outline } from '@arcade/networks/shapes';
import type { FloorGraph, FloorNode, FloorRoom } from '@arcade/networks/wire/graph';
import { memo } from 'react';
import { roundedPath } from '../wire/Furniture.tsx';

/** Nobody could read a name at this size: a node is its shape and its icon, and says its name when it is pointed at. */
const ICON = 22;
/** How far a room's title reaches down from where it begins. */
const TITLE = 29;

const titleOf = (service: string): string => service.replaceAll('-', ' ');

function Room({ room: { service, x, y, width, height, title } }: { room: FloorRoom }) {
  return (
    <g className="floor-room" data-scenario={service}>
      <rect x={x} y={y} width={width} height={height} rx="18" />
      <text x={title.x + 6} y={title.y + TITLE}>
        {titleOf(service)}
      </text>
    </g>
  );
}

function Chip({ node }: { node: FloorNode }) {
  const { id, label, service, kind, family, x, y } = node;
  return (
    <g className="wire-node" data-node={id} data-kind={kind} data-family={family} data-look="quiet">
      <title>{`${label} (${kind}) of ${titleOf(service)}`}</title>
      <path className="wire-shape" d={outline(kind, node)} />
      <path
        className="wire-icon"
        d={ICONS[kind]}
        transform={`translate(${x - ICON / 2} ${y - ICON / 2}) scale(${ICON / 24})`}
      />
    </g>
  );
}

/** What stands still: rooms, nodes and lines. Drawn once; `paint` changes how they look. */
export const FloorFurniture = memo(function FloorFurniture({ graph }: { graph: FloorGraph }) {
  return (
    <>
      {graph.services.map((room) => (
        <Room key={room.service} room={room} />
      ))}
      {graph.edges.map((edge) => (
        <g
          key={edge.id}
          className="wire-edge"
          data-edge={edge.id}
          data-line={edge.line}
          data-failure={edge.isFailure}
          data-between={edge.service === undefined}
        >
          <path d={roundedPath(edge.points)} />
          <path className="floor-hit" d={roundedPath(edge.points)} />
        </g>
      ))}
      {graph.nodes.map((node) => (
        <Chip key={node.id} node={node} />
      ))}
    </>
  );
});
