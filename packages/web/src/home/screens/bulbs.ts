import { isCount, isText } from '../../lib/fields.ts';
import type { Bulb } from '../../smart-home/home.ts';
import type { Happening } from '../lobby.ts';

/** How bright a bulb is: 0 is off, 1 is as bright as can be. */
export interface Lit {
  id: string;
  share: number;
}

/** The least that is seen of a bulb that is on. */
const DIM = 0.25;

const shareOf = (isOn: boolean, brightness = 100): number =>
  isOn ? DIM + (1 - DIM) * Math.min(1, brightness / 100) : 0;

/** Those of a home. */
export const litOf = (bulbs: readonly Bulb[]): Lit[] =>
  bulbs.map(({ deviceId, state: { power, brightness } }) => ({
    id: deviceId,
    share: shareOf(power === 'ON', brightness),
  }));

/** Those that the feed has told of: each as the newest of it says that is known of its power. */
export function litIn(happenings: readonly Happening[]): Lit[] {
  const bulbs = new Map<string, Lit>();
  for (const { cabinet, facts } of happenings) {
    const { home, endpointId, power, brightness } = facts;
    if (cabinet !== 'smart-home' || !isText(endpointId) || (power !== 'ON' && power !== 'OFF')) continue;
    const id = `${String(home)} ${endpointId}`;
    if (!bulbs.has(id))
      bulbs.set(id, { id, share: shareOf(power === 'ON', isCount(brightness) ? brightness : undefined) });
  }
  return [...bulbs.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
}
