import { lazy, Suspense, useCallback, useRef } from 'react';
import { CopyCommand } from '../cabinet/CopyCommand.tsx';
import { isLocal, useStage } from '../lib/stage.ts';
import { Feed } from './Feed.tsx';
import { HallOfFame } from './HallOfFame.tsx';
import { LobbyRoom } from './LobbyRoom.tsx';
import './rail.css';
import { Screen } from './screens/Screen.tsx';
import { useLobby } from './useLobby.ts';

const Floor = lazy(async () => ({ default: (await import('../floor/Floor.tsx')).Floor }));

/** How long a cable glows after something has gone through it, in milliseconds. */
const GLOW_MS = 420;

/** Rooms of services that have no cabinet of their own: whose cable they hang on. */
const CABLE: Readonly<Record<string, string>> = { 'smart-home-world': 'smart-home' };

/** Has the cables glow of those in whose rooms something happens: beside React, which has nothing to draw anew for that. */
function useCables() {
  const row = useRef<HTMLUListElement>(null);
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const glow = useCallback((services: ReadonlySet<string>) => {
    for (const service of services) {
      const id = CABLE[service] ?? service;
      const cabinet = row.current?.querySelector(`[data-scenario="${CSS.escape(id)}"]`);
      if (!cabinet) continue;
      cabinet.setAttribute('data-glows', 'true');
      clearTimeout(timers.current.get(id));
      timers.current.set(
        id,
        setTimeout(() => cabinet.removeAttribute('data-glows'), GLOW_MS),
      );
    }
  }, []);
  return { row, glow };
}

/** The lobby: five cabinets whose screens play what happens, over one floor of wiring; beside them what is told of it. */
export function HomePage() {
  const lobby = useLobby();
  const { row, glow } = useCables();
  const stage = useStage();
  return (
    <LobbyRoom
      row={row}
      screenOf={(cabinet) => <Screen cabinet={cabinet} lobby={lobby} />}
      floor={
        <Suspense fallback={<div className="floor-furniture" />}>
          <Floor onActive={glow} />
        </Suspense>
      }
      rail={
        <>
          <HallOfFame records={lobby.records} />
          <Feed happenings={lobby.happenings} lamp={lobby.lamp} />
          {lobby.lamp.state === 'dead' && isLocal(stage) && <CopyCommand command="npm start" />}
        </>
      }
    />
  );
}
