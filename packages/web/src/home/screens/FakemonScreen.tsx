import { type CSSProperties, useCallback } from 'react';
import { Creature } from '../../fakemon/Creature.tsx';
import { askWorld } from '../../fakemon/service.ts';
import { speciesOf } from '../../fakemon/species.ts';
import { usePolling } from '../../lib/usePolling.ts';
import { SmallScreen } from './SmallScreen.tsx';

const POLL_MS = 2_000;
/** More of them would hide each other. */
const MOST = 9;

const CONTOURS = [
  'M-5 60q22-34 52-20t58-26',
  'M-5 74q26-40 56-22t54-20',
  'M-5 88q30-44 60-24t50-16',
  'M8 104q26-46 54-28t44-14',
  'M-5 42q22-30 44-16T105-2',
];

/** Who is in the wild, where, and for how long. */
export function FakemonScreen() {
  const ask = useCallback((signal: AbortSignal) => askWorld(signal), []);
  const { value, lamp } = usePolling(ask, POLL_MS);
  const wild = value?.fakemon.filter(({ expiresAtMs, unitsLeft }) => expiresAtMs > value.nowMs && unitsLeft > 0) ?? [];
  const names = wild.map(({ species }) => speciesOf(species).title).join(', ');
  return (
    <SmallScreen lamp={lamp} says={value && (names === '' ? 'Nobody is in the wild' : `In the wild: ${names}`)}>
      <div className="mini-land" aria-hidden="true">
        <svg aria-hidden="true" viewBox="0 0 100 80" preserveAspectRatio="none">
          {CONTOURS.map((line) => (
            <path key={line} d={line} />
          ))}
        </svg>
        {wild.slice(-MOST).map(({ fakemonId, species, x, y, appearsAtMs, expiresAtMs }) => {
          const left = value ? (expiresAtMs - value.nowMs) / (expiresAtMs - appearsAtMs) : 0;
          const place = { left: `${8 + x * 0.084}%`, top: `${14 + y * 0.066}%`, '--left': left } as CSSProperties;
          return (
            <span key={fakemonId} style={place}>
              <Creature species={species} />
            </span>
          );
        })}
        <p>{value && (wild.length === 0 ? 'nobody in the wild' : `${wild.length} in the wild`)}</p>
      </div>
    </SmallScreen>
  );
}
