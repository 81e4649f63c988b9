import type { FaultSwitch } from '../cabinet/BreakIt.tsx';

/** What can go wrong inside the skill. The targets of the world begin alike: they are named so that these fit none of them. */
export const switches: readonly FaultSwitch[] = [
  {
    id: 'duplicate',
    label: 'Duplicate',
    rate: 0.3,
    rulesAt: (rate) => [{ match: { service: 'sqs', target: '*smart-home-*irectives' }, duplicate: rate }],
  },
  {
    id: 'crash-processors',
    label: 'Crash processors',
    rate: 0.3,
    // After the call to the vendor and before it tells anybody, as often as not.
    rulesAt: (rate) => [{ match: { service: 'lambda', target: '*smart-home-*Processor' }, crashDuring: rate }],
  },
  {
    id: 'throttle-requests',
    label: 'Throttle table',
    rate: 0.5,
    rulesAt: (rate) => [{ match: { service: 'dynamodb', target: '*smart-home-*requests' }, throttle: rate }],
  },
];
