import type { Contract } from '../contract.ts';
import { bulbVendorEvents } from './bulbVendor.ts';
import { fakemonEvents } from './fakemon.ts';
import { lobbyEvents } from './lobby.ts';
import { mafiaEvents } from './mafia.ts';
import { pingPongEvents } from './pingPong.ts';
import { smartHomeEvents } from './smartHome.ts';
import { spaceInvadersEvents } from './spaceInvaders.ts';

/** The contracts of all services. */
export const ALL_CONTRACTS: readonly Contract[] = [
  ...pingPongEvents,
  ...mafiaEvents,
  ...fakemonEvents,
  ...spaceInvadersEvents,
  ...smartHomeEvents,
  ...bulbVendorEvents,
  ...lobbyEvents,
];
