import { answerReady } from '@arcade/events/contracts/smart-home';
import { external, func, open, themed } from '@arcade/networks';
import { BRIEFLY, fifo, line, proxy, router, serves, TURN_SECONDS } from './bricks.ts';

const directives = line('syncDirectives', BRIEFLY);
const ask = func('syncProcessor', {
  description: 'Tells an API that answers with the new state',
  timeoutSeconds: TURN_SECONDS,
});

/**
 * For APIs that answer with the new state: router, FIFO and proxy, and the answer is ready. Leaves open: `entrypoint`, `directives`,
 * `dispatch`.
 */
export const syncProcessor = (api = 'sync') =>
  themed(
    'sync processor',
    serves(api),
    router(open.topic('directives', { fifo: true }), api, directives),
    fifo(directives, ask),
    proxy(ask, external('vendor'), 'command'),
    ask.sends(open.queue('dispatch', { fifo: true }), { title: 'answers', contract: answerReady }),
  );
