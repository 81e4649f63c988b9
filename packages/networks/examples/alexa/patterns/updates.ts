import { external, func, http, open, queue, schedule, themed } from '@arcade/networks';

const vendor = external('vendor');
const gateway = http('hook');
const changed = open.function('changed');

/** The API pushes new states: a gateway takes them. */
export const hook = themed(
  'hook',
  vendor.calls(gateway, { title: 'new states' }),
  gateway.triggers(changed, { method: 'POST', path: '/changes' }),
);

const poll = func('poll', { description: 'Asks whether anything has changed' });
const states = queue('states');

/**
 * Taibi's polling event processor: a clock asks a system that has no events whether something changed,
 * and what did becomes an event.
 */
export const pollingEventProcessor = themed(
  'polling event processor',
  schedule('everyMinute', { expression: 'rate(1 minute)' }).triggers(poll),
  poll.reads(open.table('requests'), { index: 'Pending', title: 'who waits?' }),
  poll.calls(vendor, { title: 'what changed?' }),
  poll.sends(states, { title: 'new states' }),
  states.triggers(changed),
);
