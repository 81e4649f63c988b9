import type { Lamp } from '../../cabinet/Cabinet.tsx';
import type { CabinetId, Lobby } from '../lobby.ts';
import { FakemonScreen } from './FakemonScreen.tsx';
import { InvadersScreen } from './InvadersScreen.tsx';
import { MafiaScreen } from './MafiaScreen.tsx';
import { PingPongScreen } from './PingPongScreen.tsx';
import { SmartHomeScreen } from './SmartHomeScreen.tsx';
import './screens.css';

interface ScreenProps {
  cabinet: CabinetId;
  lobby: Lobby & { lamp: Lamp };
}

/** What a small cabinet's screen plays. */
export function Screen({ cabinet, lobby: { happenings, records, lamp } }: ScreenProps) {
  switch (cabinet) {
    case 'ping-pong':
      return <PingPongScreen />;
    case 'mafia':
      return <MafiaScreen happenings={happenings} />;
    case 'fakemon':
      return <FakemonScreen />;
    case 'space-invaders':
      return <InvadersScreen happenings={happenings} best={records['best-score']} />;
    case 'smart-home':
      return <SmartHomeScreen happenings={happenings} fed={lamp} />;
  }
}
