import { external, func, open, queue, themed } from '@arcade/networks';
import { fifo, proxy, requests, router } from './bricks.ts';

const directives = queue('optimisticDirectives', { fifo: true });
const promise = func('optimisticProcessor', {
  description: 'Answers with the state that is expected, and tells the API then',
  timeoutSeconds: 2,
});

/**
 * Like the async processor, but Alexa hears at once how the device is going to be. When it turns out otherwise, whoever learns it corrects
 * the answer. Leaves open: `directives`, `dispatch`.
 */
export const optimisticProcessor = themed(
  'optimistic processor',
  router(open.topic('directives', { fifo: true }), 'optimistic', directives),
  fifo(directives, promise),
  promise.writes(requests, { action: ['PutItem', 'UpdateItem'], title: 'what is pending' }),
  promise.reads(requests),
  proxy(promise, external('vendor'), 'command'),
  promise.sends(open.queue('dispatch', { fifo: true }), { title: 'expected answers' }),
);
