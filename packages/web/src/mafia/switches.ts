import type { FaultSwitch } from '../cabinet/BreakIt.tsx';

const TURNS = ['night-turn', 'day-turn', 'judgement'];

/**
 * What can go wrong here. Duplicates and delays are not among it: nobody subscribes to the games' events on a laptop, so that
 * there is no delivery to break.
 */
export const switches: readonly FaultSwitch[] = [
  {
    id: 'throttle',
    label: 'Throttle table',
    rate: 0.4,
    rulesAt: (rate) => [{ match: { service: 'dynamodb', target: '*mafia-*' }, throttle: rate }],
  },
  {
    id: 'crash',
    label: 'Crash turns',
    rate: 0.5,
    rulesAt: (rate) =>
      TURNS.map((turn) => ({ match: { service: 'lambda', target: `*mafia-*-${turn}` }, crashAfter: rate })),
  },
  {
    id: 'mute',
    label: 'Mute topic',
    rate: 1,
    rulesAt: (rate) => [{ match: { service: 'sns', target: '*mafia-*' }, throttle: rate }],
  },
];
