import type { FaultSwitch } from '../cabinet/BreakIt.tsx';

/** How long an event is held back at the most, in milliseconds. */
const LONGEST_DELAY_MS = 2_000;

/** What can go wrong on the way from a throw to those who hear of it. */
export const switches: readonly FaultSwitch[] = [
  {
    id: 'duplicate',
    label: 'Duplicate',
    rate: 0.5,
    rulesAt: (rate) => [{ match: { service: 'events', target: '*fakemon-*' }, duplicate: rate }],
  },
  {
    id: 'delay',
    label: 'Delay',
    rate: 0.5,
    rulesAt: (probability) => [
      { match: { service: 'events', target: '*fakemon-*' }, delay: { probability, maxMs: LONGEST_DELAY_MS } },
    ],
  },
  {
    id: 'crash-capture',
    label: 'Crash capture',
    rate: 0.3,
    // After its write and before it tells anybody, as often as not.
    rulesAt: (rate) => [{ match: { service: 'lambda', target: '*fakemon-*-capture' }, crashDuring: rate }],
  },
  {
    id: 'stop-collection',
    label: 'Stop collection',
    rate: 1,
    rulesAt: (rate) => [{ match: { service: 'lambda', target: '*fakemon-*-collection' }, crashBefore: rate }],
  },
];
