import type { FaultSwitch } from '../cabinet/BreakIt.tsx';

/** What can go wrong on the way from a shot to the board. */
export const switches: readonly FaultSwitch[] = [
  {
    id: 'throttle-stream',
    label: 'Throttle stream',
    rate: 0.5,
    rulesAt: (rate) => [
      { match: { service: 'kinesis', target: '*space-invaders-*', operation: 'PutRecord' }, throttle: rate },
    ],
  },
  {
    id: 'crash-scoreboard',
    label: 'Crash board',
    rate: 0.5,
    // After some of its writes, as often as not.
    rulesAt: (rate) => [{ match: { service: 'lambda', target: '*space-invaders-*-scoreboard' }, crashDuring: rate }],
  },
  {
    id: 'stop-scoreboard',
    label: 'Stop board',
    rate: 1,
    rulesAt: (rate) => [{ match: { service: 'lambda', target: '*space-invaders-*-scoreboard' }, crashBefore: rate }],
  },
];
