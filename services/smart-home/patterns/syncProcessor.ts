import { external, func, open, queue, themed } from '@arcade/networks';
import { fifo, proxy, router } from './bricks.ts';

const directives = queue('syncDirectives', { fifo: true });
const ask = func('syncProcessor', { description: 'Tells an API that answers with the new state', timeoutSeconds: 2 });

/** For APIs that answer with the new state: router, FIFO and proxy, and the answer is ready. Leaves open: `directives`, `dispatch`. */
export const syncProcessor = themed(
  'sync processor',
  router(open.topic('directives', { fifo: true }), 'sync', directives),
  fifo(directives, ask),
  proxy(ask, external('vendor'), 'command'),
  ask.sends(open.queue('dispatch', { fifo: true }), { title: 'answers' }),
);
