import type { Place, Seating, SeatSize } from './ring.ts';
import { type Accusation, mostAccused } from './story.ts';

interface StringsProps {
  accusations: readonly Accusation[];
  placeOf: ReadonlyMap<string, Place>;
  chosen: string | undefined;
  /** Strings of another turn are others: they are drawn anew. */
  turn: number;
  room: Pick<Seating, 'size' | 'width' | 'height'>;
}

/** How far a string hangs towards the lamp: 0 is straight, 1 goes through the middle. */
const SAG = 0.28;

/** Where the face is on a seat, from its middle, and how large, in rem. */
const FACE: Record<SeatSize, { above: number; radius: number }> = {
  large: { above: 1, radius: 1.5 },
  medium: { above: 0.85, radius: 1.15 },
  small: { above: 0.5, radius: 0.95 },
  flat: { above: 0.45, radius: 0.8 },
  tiny: { above: 0.45, radius: 0.8 },
};

const towards = (from: Place, to: Place, far: number): Place => {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + ((to.x - from.x) / length) * far, y: from.y + ((to.y - from.y) / length) * far };
};

/** From the rim of one face to that of the other, bent towards the middle of all. In rem. */
function stringBetween(one: Place, other: Place, middle: Place, size: SeatSize): { path: string; knot: Place } {
  const { above, radius } = FACE[size];
  const [by, accused] = [one, other].map(({ x, y }) => ({ x, y: y - above })) as [Place, Place];
  const bend = (along: 'x' | 'y') => {
    const halfway = (by[along] + accused[along]) / 2;
    return halfway + (middle[along] - halfway) * SAG;
  };
  const bent = { x: bend('x'), y: bend('y') };
  const [from, knot] = [towards(by, bent, radius), towards(accused, bent, radius)];
  return { path: `M${from.x} ${from.y}Q${bent.x} ${bent.y} ${knot.x} ${knot.y}`, knot };
}

/** Red thread from who accuses to whom, with a knot at the accused. What ends at or comes from the one looked at is bright. */
export function Strings({ accusations, placeOf, chosen, turn, room: { size, width, height } }: StringsProps) {
  const middle = { x: width / 2, y: height / 2 };
  const suspects = mostAccused(accusations).names;
  const lookOf = ({ by, accused }: Accusation) => {
    if (chosen !== undefined) return by === chosen || accused === chosen ? 'bright' : 'faint';
    return suspects.includes(accused) ? 'bright' : 'plain';
  };
  return (
    <svg className="strings" aria-hidden="true" viewBox={`0 0 ${width} ${height}`}>
      <g key={turn}>
        {accusations.map((accusation) => {
          const { by, accused } = accusation;
          const [from, to] = [placeOf.get(by), placeOf.get(accused)];
          if (!from || !to) return null;
          const { path, knot } = stringBetween(from, to, middle, size);
          return (
            <g key={by} className="string" data-look={lookOf(accusation)} data-by={by} data-accused={accused}>
              <path d={path} pathLength={1} />
              <circle cx={knot.x} cy={knot.y} r={0.28} />
            </g>
          );
        })}
      </g>
    </svg>
  );
}
