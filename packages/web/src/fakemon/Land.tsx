import { memo } from 'react';
import { contoursOf, hillsFrom } from './land.ts';

/** One land for everybody: where a fakémon is on one screen, it is on the other. */
const SEED = 20;
const CONTOURS = contoursOf(hillsFrom(SEED));

/** The map: stretched to whatever room there is, its lines as thin as ever. */
export const Land = memo(function Land() {
  return (
    <svg className="land" viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
      {CONTOURS.map(({ level, path }) => (
        <path key={level} d={path} data-bold={level % 4 === 3} vectorEffect="non-scaling-stroke" />
      ))}
    </svg>
  );
});
