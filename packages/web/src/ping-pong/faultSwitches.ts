import type { FaultSwitch } from '../cabinet/BreakIt.tsx';

/** How long a message is held back at the most, in milliseconds. */
const LONGEST_DELAY_MS = 2_000;

/** What can go wrong in a rally on purpose. */
export const faultSwitches: readonly FaultSwitch[] = [
  {
    id: 'duplicate',
    label: 'Duplicate',
    rate: 0.3,
    rulesAt: (rate) => [{ match: { service: 'sns', target: '*ping-pong-*' }, duplicate: rate }],
  },
  {
    id: 'delay',
    label: 'Delay',
    rate: 0.3,
    rulesAt: (probability) => [
      { match: { service: 'sns', target: '*ping-pong-*' }, delay: { probability, maxMs: LONGEST_DELAY_MS } },
    ],
  },
  {
    id: 'crash',
    label: 'Crash pong',
    rate: 0.2,
    rulesAt: (rate) => [{ match: { service: 'lambda', target: '*ping-pong-*-pong' }, crashDuring: rate }],
  },
  {
    id: 'throttle',
    label: 'Throttle table',
    rate: 0.3,
    // Strokes alone: the page's own questions go on being answered.
    rulesAt: (rate) => [
      { match: { service: 'dynamodb', target: '*ping-pong-*', operation: 'UpdateItem' }, throttle: rate },
    ],
  },
];
