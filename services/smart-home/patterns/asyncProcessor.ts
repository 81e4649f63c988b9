import { external, func, type Network, open, queue, themed } from '@arcade/networks';
import { fifo, proxy, requests, router } from './bricks.ts';

const request = func('asyncProcessor', {
  description: 'Tells an API that only says 202, and remembers what it was told',
  timeoutSeconds: 2,
});

/**
 * For APIs that only say 202: what was asked is stored before the API is called, so that no answer comes too early. Who learns how it
 * ended is another pattern's: a gateway that is pushed to, or somebody who asks. Leaves open: `directives`, `dispatch`.
 */
export const asyncProcessor = (api: 'push' | 'polling'): Network => {
  const directives = queue(`${api}Directives`, { fifo: true });
  return themed(
    'async processor',
    router(open.topic('directives', { fifo: true }), api, directives),
    fifo(directives, request),
    request.writes(requests, { action: ['PutItem', 'UpdateItem'], title: 'what is pending' }),
    request.reads(requests),
    proxy(request, external('vendor'), 'command'),
    request.sends(open.queue('dispatch', { fifo: true }), { title: 'refusals' }),
  );
};
