import { external, func, open, queue, table, themed } from '@arcade/networks';

const deferred = queue('deferred');
const dispatch = open.queue('dispatch');
const vendor = external('vendor');
const requests = table('requests', {
  partitionKey: 'requestId',
  indexes: { Pending: { partitionKey: 'pending', sortKey: 'askedAt:N' } },
  expiresAt: 'expiresAt',
});

const ask = func('syncProcessor', { description: 'Asks an API that answers with the new state' });

/** For APIs that answer with the new state. */
export const syncProcessor = themed(
  'sync processor',
  deferred.triggers(ask),
  ask.calls(vendor, { title: 'directive' }),
  ask.sends(dispatch, { title: 'answers' }),
);

const request = func('asyncProcessor', {
  description: 'Asks an API that answers later, and remembers what it asked',
});
const changed = func('changed', { description: 'Matches a new state with the request that waits for it' });

/**
 * For APIs that only say 202: the request is stored before the API is asked, so that no answer comes too early.
 * Who tells `changed` about new states is left to the network: a push, or a poll.
 */
export const asyncProcessor = themed(
  'async processor',
  deferred.triggers(request),
  request.writes(requests, { action: ['PutItem', 'UpdateItem'] }),
  request.calls(vendor, { title: 'directive' }),
  changed.reads(requests),
  changed.writes(requests, { action: 'UpdateItem' }),
  changed.sends(dispatch, { title: 'answers' }),
);

const promise = func('optimisticProcessor', {
  description: 'Answers what it expects, and corrects itself later',
});

/** Like the async processor, but Alexa hears at once the state that the API is expected to reach. */
export const optimisticProcessor = themed(
  'optimistic processor',
  deferred.triggers(promise),
  promise.writes(requests, { action: ['PutItem', 'UpdateItem'] }),
  promise.calls(vendor, { title: 'directive' }),
  promise.sends(dispatch, { title: 'expected answers' }),
  changed.reads(requests),
  changed.writes(requests, { action: 'UpdateItem' }),
  changed.sends(dispatch, { title: 'corrections' }),
);
