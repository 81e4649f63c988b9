import type { ReactNode } from 'react';
import type { SpeciesId } from './species.ts';
import './creature.css';

interface EyesProps {
  /** Where they are, from the left one to the right one. */
  at: readonly (readonly [x: number, y: number])[];
  radius?: number;
  white?: string;
}

/** What makes it somebody. */
function Eyes({ at, radius = 4, white = '#fff' }: EyesProps) {
  return at.map(([x, y]) => (
    <g key={x}>
      <circle cx={x} cy={y} r={radius} fill={white} />
      <circle cx={x + 0.5} cy={y + 0.4} r={radius * 0.62} fill="#14161d" />
      <circle cx={x - radius * 0.1} cy={y - radius * 0.3} r={radius * 0.24} fill="#fff" />
    </g>
  ));
}

const INK = '#14161d';
/** The other side of what is the same on both. */
const MIRRORED = 'matrix(-1 0 0 1 64 0)';

/** Each stands on the line 60 of a field of 64 by 64, and is known by its outline alone. */
const DRAWINGS: Readonly<Record<SpeciesId, ReactNode>> = {
  cindle: (
    <>
      <path
        fill="#ff7a2f"
        d="M26 59C9 60 1 46 6 33c2-6 0-12 5-21 1 6 5 8 8 6-1-6 0-10 4-14 1 10 8 13 8 23 0 7-5 9-4 15 0 4 2 7 4 10z"
      />
      <path fill="#ffd45e" d="M20 53c-7-3-9-11-6-18 1 4 4 5 6 3 1 6-1 10 2 15z" />
      <path fill="#d9622b" d="M32 20 33 8l8 8zM47 16l8-8 1 12z" />
      <ellipse cx="43" cy="48" rx="12" ry="12" fill="#d9622b" />
      <circle cx="44" cy="27" r="13" fill="#d9622b" />
      <ellipse cx="44" cy="50" rx="7" ry="8" fill="#ffd9ae" />
      <path fill="#ffd9ae" d="M36 32q8-4 16 0-2 8-8 8t-8-8z" />
      <ellipse cx="36" cy="59" rx="5" ry="2.6" fill="#a8431a" />
      <ellipse cx="50" cy="59" rx="5" ry="2.6" fill="#a8431a" />
      <circle cx="44" cy="32.5" r="1.8" fill={INK} />
      <Eyes
        at={[
          [38.5, 26],
          [49.5, 26],
        ]}
      />
    </>
  ),
  puddlop: (
    <>
      <path fill="#7fd8ff" d="M32 2c4 7 6 9 6 13a6 6 0 0 1-12 0c0-4 2-6 6-13z" />
      <path fill="#2f8fd0" d="M3 60c0-6 6-9 12-7l4 7zM61 60c0-6-6-9-12-7l-4 7z" />
      <circle cx="19" cy="29" r="9.5" fill="#49b1ee" />
      <circle cx="45" cy="29" r="9.5" fill="#49b1ee" />
      <path fill="#49b1ee" d="M6 48c0-11 11-18 26-18s26 7 26 18c0 9-12 12-26 12S6 57 6 48z" />
      <path fill="#c9f0ff" d="M15 52c0-5 8-8 17-8s17 3 17 8-8 8-17 8-17-3-17-8z" />
      <path className="drawn" d="M17 42q15 9 30 0" />
      <Eyes
        radius={6}
        at={[
          [19, 28],
          [45, 28],
        ]}
      />
    </>
  ),
  pebblo: (
    <>
      <path fill="#6f6a66" d="M16 54h11v6H14zM37 54h11l2 6H37z" />
      <path fill="#a39d96" d="M15 22 31 10l18 7 11 20-7 19H12L4 40z" />
      <path fill="#c9c3ba" d="m15 22 16-12 18 7-13 11-17 3z" />
      <path fill="#8a847d" d="m49 17 11 20-7 19-8-12-9-16z" />
      <path className="drawn thin" d="m11 44 6 3-2 5M41 52l4 4" />
      <path className="drawn" d="M18 33l8 2M45 33l-8 2" />
      <Eyes
        radius={4.4}
        at={[
          [22, 40],
          [40, 40],
        ]}
      />
      <path className="drawn thin" d="M27 49h8" />
    </>
  ),
  mossback: (
    <>
      <path fill="#cdb878" d="M21 50h11v10H21zM43 50h11v10H43zM58 46l6 6-8 1z" />
      <circle cx="12" cy="42" r="10.5" fill="#cdb878" />
      <path fill="#cdb878" d="M12 40h14v12H14z" />
      <path fill="#4d7d38" d="M17 48c0-17 9-27 21-27s22 10 22 27z" />
      <path fill="#86bf4e" d="M20 33c-3-5 0-10 5-10 0-6 8-8 11-4 3-5 11-4 12 2 5-1 8 5 6 9-8-5-25-5-34 3z" />
      <path fill="#2f5a24" d="M29 35l6 5-3 7h-7zM45 34l6 6-2 7h-8z" />
      <rect x="15" y="46" width="47" height="6" rx="3" fill="#e4d3a0" />
      <path className="stalk" d="M40 17v-9" />
      <path fill="#ffb3d1" d="M40 9q-7 0-6-5 6-3 12 0 1 5-6 5z" />
      <path className="drawn thin" d="M5 47q5 3 9 0" />
      <Eyes
        radius={3.8}
        at={[
          [8, 40],
          [16.5, 40],
        ]}
      />
    </>
  ),
  gustrel: (
    <>
      {[undefined, MIRRORED].map((transform) => (
        <g key={transform ?? 'left'} transform={transform}>
          <path fill="#9fe3da" d="M30 40C16 40 4 28 1 8c5 5 9 6 13 7-2-3-2-6-2-9 9 5 19 14 20 25z" />
          <path fill="#d8fff6" d="M29 36C20 34 11 26 7 17c9 4 18 9 23 15z" />
        </g>
      ))}
      <path fill="#e9fffb" d="M32 18c8 0 12 6 11 15-1 11-8 15-11 21-3-6-10-10-11-21-1-9 3-15 11-15z" />
      <path className="wind" d="M32 53q-8 9-14 4 0-4 4-3M32 53q8 9 14 4 0-4-4-3" />
      <path className="wind" d="M32 18c-2-9 6-14 10-9 2 4-3 6-4 3" />
      <path fill="#ffc14d" d="M28 34h8l-4 7z" />
      <Eyes
        radius={4.2}
        at={[
          [26.5, 28],
          [37.5, 28],
        ]}
      />
    </>
  ),
  zaplet: (
    <>
      <path className="bolt" d="M44 54l9-5-4-6 10-6-5-5 7-13" />
      <circle cx="13" cy="18" r="12" fill="#7388b8" />
      <circle cx="42" cy="18" r="12" fill="#7388b8" />
      <circle cx="13" cy="18" r="7" fill="#f4a9b8" />
      <circle cx="42" cy="18" r="7" fill="#f4a9b8" />
      <path fill="#7388b8" d="M9 43c0-12 8-21 18.5-21S46 31 46 43s-8 17-18.5 17S9 55 9 43z" />
      <circle cx="14.5" cy="46" r="4" fill="#ffe14d" />
      <circle cx="40.5" cy="46" r="4" fill="#ffe14d" />
      <path className="drawn thin" d="M23 48q2.5 3 4.5 0 2 3 4.5 0" />
      <circle cx="27.5" cy="45" r="1.7" fill={INK} />
      <path fill="#ffe14d" d="m22 24 5.5 6 5.5-6-5.5 2z" />
      <Eyes
        radius={4.4}
        at={[
          [20, 38],
          [35, 38],
        ]}
      />
    </>
  ),
  noctail: (
    <>
      <path fill="#ffe7a0" d="M36 60c24 2 36-20 22-41 1 17-6 29-22 32z" />
      <path fill="#5b49b8" d="M17 44h24l5 16H12z" />
      <path fill="#7b68e0" d="M4 4l16 13q9-3 18 0L54 4c2 14 2 23-1 30-4 9-14 14-24 17C19 48 9 43 5 34 2 27 2 18 4 4z" />
      <path fill="#2e2467" d="M8 11l9 8q-5 4-7 9-2-8-2-17zM50 11l-9 8q5 4 7 9 2-8 2-17z" />
      <path fill="#dcd5ff" d="M29 51c-9-3-15-6-19-11 7-3 13 0 19 3 6-3 12-6 19-3-4 5-10 8-19 11z" />
      <path fill={INK} d="M26 46h6l-3 4z" />
      <path className="star" d="M29 22l1.4 3.6 3.6 1.4-3.6 1.400L29 32l-1.4-3.600L24 27l3.6-1.400z" />
      <Eyes
        white="#ffe7a0"
        at={[
          [17.5, 33],
          [40.5, 33],
        ]}
      />
    </>
  ),
  glimmoth: (
    <>
      <circle cx="32" cy="34" r="30" fill="#fff3b8" opacity=".16" />
      {[undefined, MIRRORED].map((transform) => (
        <g key={transform ?? 'left'} transform={transform}>
          <path fill="#ffe9a3" d="M31 34C26 12 12 2 3 8c-5 10 4 28 28 30z" />
          <path fill="#f7b8e0" d="M31 37C17 36 6 42 10 54c9 8 19-1 22-13z" />
          <circle cx="13" cy="18" r="5" fill="#ff9cc8" />
          <circle cx="13" cy="18" r="2.2" fill="#fff" />
          <circle cx="18" cy="48" r="3.2" fill="#fff3c9" />
          <path className="feeler" d="M30 16C28 7 22 3 18 6" />
        </g>
      ))}
      <path fill="#8e6bb5" d="M32 26c5 0 6 6 5 14-1 9-3 17-5 20-2-3-4-11-5-20-1-8 0-14 5-14z" />
      <circle cx="32" cy="23" r="9" fill="#a885cf" />
      <Eyes
        radius={3.8}
        at={[
          [28, 22.5],
          [36, 22.5],
        ]}
      />
    </>
  ),
};

/** A species that came after this page: something is in there. */
const EGG = (
  <>
    <path fill="#cfd6cf" d="M32 6c13 0 22 20 22 33S44 60 32 60 10 52 10 39 19 6 32 6z" />
    <path fill="#a9dc5c" d="M12 34l8 5 7-6 7 6 7-6 8 6 4-3q1 6-1 11l-5-3-7 6-7-6-7 6-8-6-7 2q-2-6-1-12z" />
    <Eyes
      at={[
        [26, 26],
        [38, 26],
      ]}
    />
  </>
);

/** A fakémon, drawn by its species. What stands beside it says who it is. */
export function Creature({ species }: { species: string }) {
  return (
    <svg className="creature" viewBox="0 0 64 64" aria-hidden="true">
      {Object.hasOwn(DRAWINGS, species) ? DRAWINGS[species as SpeciesId] : EGG}
    </svg>
  );
}
