import type { FaultSwitch } from '../cabinet/BreakIt.tsx';

/**
 * What can go wrong inside the skill. Lines (FIFO queues) are let alone by the fault plan, as AWS delivers them: who crashes has its
 * message again.
 */
export const switches: readonly FaultSwitch[] = [
  {
    id: 'crash-processors',
    label: 'Crash processors',
    rate: 0.3,
    // After the call to the vendor and before it tells anybody, as often as not.
    rulesAt: (rate) => [{ match: { service: 'lambda', target: '*smart-home-*-processor' }, crashDuring: rate }],
  },
  {
    id: 'crash-dispatcher',
    label: 'Crash dispatcher',
    rate: 0.3,
    // After Alexa was told: she gets the same message again, under the same id.
    rulesAt: (rate) => [{ match: { service: 'lambda', target: '*smart-home-*-dispatcher' }, crashAfter: rate }],
  },
  {
    id: 'duplicate-polls',
    label: 'Duplicate polls',
    rate: 0.5,
    rulesAt: (rate) => [{ match: { service: 'sqs', target: '*smart-home-*-polls' }, duplicate: rate }],
  },
  {
    id: 'throttle-requests',
    label: 'Throttle requests',
    rate: 0.5,
    rulesAt: (rate) => [{ match: { service: 'dynamodb', target: '*smart-home-*-requests' }, throttle: rate }],
  },
];
