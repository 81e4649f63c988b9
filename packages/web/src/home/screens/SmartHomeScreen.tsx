import { type CSSProperties, useCallback, useState } from 'react';
import type { Lamp } from '../../cabinet/Cabinet.tsx';
import { Problem } from '../../lib/api.ts';
import { usePolling } from '../../lib/usePolling.ts';
import { keptKey } from '../../smart-home/homeKey.ts';
import { askHome } from '../../smart-home/service.ts';
import type { Happening } from '../lobby.ts';
import { type Lit, litIn, litOf } from './bulbs.ts';
import { SmallScreen } from './SmallScreen.tsx';

const POLL_MS = 2_000;
/** So many hang there whether anybody has told of them or not. */
const SOCKETS = 6;

function Bulb({ bulb }: { bulb: Lit | undefined }) {
  const style = { '--lit': bulb?.share ?? 0 } as CSSProperties;
  return (
    <svg aria-hidden="true" viewBox="0 0 24 44" style={style} data-known={bulb !== undefined}>
      <path className="mini-cord" d="M12 0v15" />
      <circle className="mini-glow" cx="12" cy="27" r="12" />
      <path className="mini-bulb" d="M9 18v-3h6v3c0 2 4 4 4 9a7 7 0 0 1-14 0c0-5 4-7 4-9z" />
    </svg>
  );
}

interface SmartHomeScreenProps {
  happenings: readonly Happening[];
  /** Of the feed, from which bulbs are known where this browser has no home. */
  fed: Lamp;
}

const NO_HOME = { bulbs: undefined };

/** The bulbs of this browser's home; without one those of anybody's of whom Alexa was told. */
export function SmartHomeScreen({ happenings, fed }: SmartHomeScreenProps) {
  const [key] = useState(keptKey);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      if (!key) return NO_HOME;
      try {
        return { bulbs: litOf((await askHome(key, signal)).bulbs) };
      } catch (error) {
        // A home that has been forgotten: its page makes another.
        if (error instanceof Problem && [401, 403, 404].includes(error.status)) return NO_HOME;
        throw error;
      }
    },
    [key],
  );
  const { value, lamp } = usePolling(ask, POLL_MS);
  const bulbs = value?.bulbs ?? litIn(happenings);
  const lit = bulbs.filter(({ share }) => share > 0).length;
  const says = bulbs.length === 0 ? 'No bulb has been switched yet' : `${lit} of ${bulbs.length} bulbs are lit`;
  return (
    <SmallScreen lamp={key ? lamp : fed} says={says}>
      <div className="mini-home" aria-hidden="true">
        <div>
          {Array.from({ length: SOCKETS }, (_, at) => (
            <Bulb key={at} bulb={bulbs[at]} />
          ))}
        </div>
        <p>{bulbs.length === 0 ? 'speak to Alexa' : `${lit} of ${bulbs.length} lit`}</p>
      </div>
    </SmallScreen>
  );
}
