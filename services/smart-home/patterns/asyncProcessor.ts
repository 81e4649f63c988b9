import { answerReady } from '@arcade/events/contracts/smart-home';
import { external, func, open, themed } from '@arcade/networks';
import { BRIEFLY, fifo, line, proxy, requests, router, serves, TURN_SECONDS } from './bricks.ts';

const request = func('asyncProcessor', {
  description: 'Tells an API that only says 202, and remembers what it was told',
  timeoutSeconds: TURN_SECONDS,
});

/**
 * For APIs that only say 202: what was asked is stored before the API is called, so that no answer comes too early. Who learns how it
 * ended is another pattern's: a gateway that is pushed to, or somebody who asks. Leaves open: `entrypoint`, `directives`, `dispatch`, and `pushGateway`
 * for an API that pushes: each request says where to.
 */
export const asyncProcessor = (api: 'push' | 'polling') => {
  const directives = line(`${api}Directives`, BRIEFLY);
  return themed(
    'async processor',
    serves(api),
    router(open.topic('directives', { fifo: true }), api, directives),
    fifo(directives, request),
    request.writes(requests, { action: ['PutItem', 'UpdateItem'], title: 'what is pending' }),
    proxy(request, external('vendor'), 'command'),
    ...(api === 'push' ? [request.calls(open.http('pushGateway'), { title: 'its address' })] : []),
    request.sends(open.queue('dispatch', { fifo: true }), { title: 'refusals', contract: answerReady }),
  );
};
