import { useCallback } from 'react';
import { look } from '../../lib/look.ts';
import { usePolling } from '../../lib/usePolling.ts';
import { type ListedGame, TableTop } from '../../mafia/TableTop.tsx';
import '../../mafia/tables.css';
import type { Happening } from '../lobby.ts';
import { phaseOf, townIn } from './phase.ts';
import { SmallScreen } from './SmallScreen.tsx';

const POLL_MS = 2_000;
const SHOWN = 4;

const SKY = { night: '☾', day: '☀', over: '' } as const;

/** The latest tables: whether it is night or day there, as far as the feed has told. */
export function MafiaScreen({ happenings }: { happenings: readonly Happening[] }) {
  const ask = useCallback((signal: AbortSignal) => look<{ games: ListedGame[] }>('mafia', '/games', signal), []);
  const { value, lamp } = usePolling(ask, POLL_MS);
  const games = value?.games ?? [];
  const inPlay = games.filter(({ outcome }) => outcome === undefined).length;
  const says = value && `${inPlay} ${inPlay === 1 ? 'game' : 'games'} in play`;
  const latest = games.toSorted(
    (one, other) => Number(one.outcome !== undefined) - Number(other.outcome !== undefined),
  );
  return (
    <SmallScreen lamp={lamp} says={says}>
      <div className="mini-tables" aria-hidden="true">
        {latest.slice(0, SHOWN).map(({ id, players, outcome }) => {
          const phase = outcome ? 'over' : phaseOf(id, happenings);
          return (
            <div key={id} data-phase={phase}>
              <TableTop players={players} {...(outcome && { outcome })} />
              <i>{SKY[phase]}</i>
              <span>{townIn(id, happenings) ?? `${players} players`}</span>
            </div>
          );
        })}
        {value && games.length === 0 && <p className="mini-none">No table is laid yet</p>}
      </div>
    </SmallScreen>
  );
}
