import type { ComponentType } from 'react';
import { fakemon } from './fakemon/scenario.ts';
import { mafia } from './mafia/scenario.ts';
import { pingPong } from './ping-pong/scenario.ts';
import { smartHome } from './smart-home/scenario.ts';
import { spaceInvaders } from './space-invaders/scenario.ts';

/** A scenario of the arcade: its page joins the shell by standing in this list. */
export interface Scenario {
  /** Folder of the service and path of the page. */
  id: string;
  title: string;
  /** The event-driven pattern that it teaches, in one line of its marquee. */
  pattern: string;
  load: () => Promise<{ default: ComponentType }>;
  /** Pages of its own below it, by what follows its path: `manager`. */
  more?: Readonly<Record<string, Scenario['load']>>;
}

export const scenarios: readonly Scenario[] = [
  {
    ...pingPong,
    load: async () => ({ default: (await import('./ping-pong/PingPongPage.tsx')).PingPongPage }),
  },
  {
    ...mafia,
    load: async () => ({ default: (await import('./mafia/MafiaPage.tsx')).MafiaPage }),
  },
  {
    ...fakemon,
    load: async () => ({ default: (await import('./fakemon/FakemonPage.tsx')).FakemonPage }),
  },
  {
    ...spaceInvaders,
    load: async () => ({ default: (await import('./space-invaders/SpaceInvadersPage.tsx')).SpaceInvadersPage }),
    more: {
      manager: async () => ({ default: (await import('./space-invaders/manager/ManagerPage.tsx')).ManagerPage }),
    },
  },
  {
    ...smartHome,
    load: async () => ({ default: (await import('./smart-home/SmartHomePage.tsx')).SmartHomePage }),
  },
];

/** The scenario that an address belongs to, whether it has a page there or not; undefined for the arcade's own. */
export const scenarioAt = (path: string): Scenario | undefined => {
  const [, first] = path.toLowerCase().split('/');
  return scenarios.find(({ id }) => id === first);
};
