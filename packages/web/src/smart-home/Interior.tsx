import { memo } from 'react';
import { furniture, type Piece } from './furniture.ts';
import { facesOf, onWall, ROOM } from './iso.ts';

const floor = facesOf({ x: 0, y: 0, z: 0, dx: ROOM.x, dy: ROOM.y, dz: 0 }).top;
/** What the room is cut from: its floor has a thickness. */
const slab = facesOf({ x: 0, y: 0, z: -0.25, dx: ROOM.x, dy: ROOM.y, dz: 0.25 });
const boards = Array.from({ length: ROOM.y - 1 }, (_, board) =>
  facesOf({ x: 0, y: board + 1, z: 0, dx: ROOM.x, dy: 0.03, dz: 0 }),
);

function Solid({ piece }: { piece: Piece }) {
  const { top, left, right } = facesOf(piece);
  return (
    <g data-stuff={piece.stuff}>
      {left && <polygon className="face-left" points={left} />}
      {right && <polygon className="face-right" points={right} />}
      <polygon className="face-top" points={top} />
    </g>
  );
}

/** The room and all that stands in it, but for its lamps. Drawn twice: as the night leaves it, and as light shows it. */
export const Interior = memo(function Interior() {
  return (
    <>
      <polygon className="wall-short" points={onWall('short', 0, ROOM.y, 0, ROOM.z)} />
      <polygon className="wall-long" points={onWall('long', 0, ROOM.x, 0, ROOM.z)} />
      <g className="window">
        <polygon points={onWall('short', 3.1, 5.4, 1.05, 2.2)} />
        <polygon className="pane" points={onWall('short', 3.2, 4.2, 1.12, 2.13)} />
        <polygon className="pane" points={onWall('short', 4.3, 5.3, 1.12, 2.13)} />
      </g>
      <g className="door">
        <polygon points={onWall('long', 2.1, 3.5, 0, 1.75)} />
        <polygon className="panel" points={onWall('long', 2.25, 3.35, 0.2, 1.6)} />
      </g>
      <g className="pictures">
        <polygon points={onWall('long', 4.4, 5, 1.2, 1.8)} />
        <polygon points={onWall('long', 5.2, 5.7, 1.1, 1.9)} />
      </g>
      <polygon className="shelf" points={onWall('long', 8.3, 10, 1.5, 2.1)} />
      <polygon className="floor" points={floor} />
      {boards.map(({ top }) => (
        <polygon key={top} className="board" points={top} />
      ))}
      {slab.left && <polygon className="slab-left" points={slab.left} />}
      {slab.right && <polygon className="slab-right" points={slab.right} />}
      {furniture.map((piece) => (
        <Solid key={[piece.x, piece.y, piece.z].join(' ')} piece={piece} />
      ))}
    </>
  );
});
