import { useCallback } from 'react';
import { isCount, isText } from '../../lib/fields.ts';
import { look } from '../../lib/look.ts';
import { usePolling } from '../../lib/usePolling.ts';
import type { Fame, Happening } from '../lobby.ts';
import { SmallScreen } from './SmallScreen.tsx';

/** Somebody plays whose last word is no older, in milliseconds. */
const PLAYING_MS = 10 * 60_000;
/** Whether anybody answers is asked so often, in milliseconds. */
const POLL_MS = 2_000;

/** A row each, eight pixels wide. */
const INVADERS = [
  ['00111100', '01111110', '11011011', '11111111', '00100100', '01011010', '10100101'],
  ['01000010', '00100100', '01111110', '11011011', '11111111', '10111101', '00100100'],
];

const PLACES = [0, 1, 2, 3, 4].flatMap((column) => [0, 1].map((row) => ({ column, row })));

function Invader({ rows, x, y }: { rows: readonly string[] | undefined; x: number; y: number }) {
  const dots = (rows ?? []).flatMap((row, down) =>
    [...row].flatMap((dot, across) => (dot === '1' ? [`M${x + across} ${y + down}h1v1h-1z`] : [])),
  );
  return <path d={dots.join('')} />;
}

const namesIn = (happenings: readonly Happening[], nowMs: number): string[] => [
  ...new Set(
    happenings
      .filter(({ cabinet, atMs }) => cabinet === 'space-invaders' && nowMs - atMs < PLAYING_MS)
      .flatMap(({ facts: { name } }) => (isText(name) ? [name] : [])),
  ),
];

interface InvadersScreenProps {
  happenings: readonly Happening[];
  /** The best score that was ever counted. */
  best: Fame | undefined;
}

/** The top score that the service has counted, and who has played lately. */
export function InvadersScreen({ happenings, best }: InvadersScreenProps) {
  const ask = useCallback((signal: AbortSignal) => look<unknown>('space-invaders', '/config', signal), []);
  const { lamp } = usePolling(ask, POLL_MS);
  const names = namesIn(happenings, Date.now());
  const latest = happenings.find(({ cabinet, facts }) => cabinet === 'space-invaders' && isCount(facts.score));
  const says = best ? `Top score ${best.value} by ${best.holder}` : 'No score has been counted yet';
  return (
    <SmallScreen lamp={lamp} says={says}>
      <div className="mini-space" aria-hidden="true">
        <p>
          <span>HI-SCORE</span>
          <b>{best ? best.value.toLocaleString('en').padStart(5, '0') : '00000'}</b>
        </p>
        <svg aria-hidden="true" viewBox="0 0 64 34">
          {PLACES.map(({ column, row }) => (
            <Invader key={`${column} ${row}`} rows={INVADERS[row]} x={4 + column * 12} y={1 + row * 10} />
          ))}
          <path className="mini-gun" d="M29 31h1v-2h2v-2h1v2h2v2h1v2h-7z" />
        </svg>
        <p>
          <span>{names.length > 0 ? names.slice(0, 2).join(' · ') : (best?.holder ?? 'INSERT COIN')}</span>
          {latest && <span>{`${Number(latest.facts.score).toLocaleString('en')}`}</span>}
        </p>
      </div>
    </SmallScreen>
  );
}
