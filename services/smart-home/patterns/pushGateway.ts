import { answerReady, changeReady } from '@arcade/events/contracts/smart-home';
import { external, func, http, open, table, themed } from '@arcade/networks';
import { pushSecret, TURN_SECONDS } from './bricks.ts';

const gateway = http('pushGateway');
const changed = func('changed', {
  description: 'Takes a new state that the vendor pushes, and finds the directive that it ends',
  timeoutSeconds: TURN_SECONDS,
});
/** Each delivery counts once, whoever sends it again. */
const deliveries = table('deliveries', { partitionKey: 'deliveryId', expiresAt: 'expiresAt' });

/**
 * A gateway that the vendor pushes new states to, signed: what ends a directive becomes its answer, what somebody did by hand a report. The
 * vendor is told of it when devices are discovered. Leaves open: `entrypoint`, `dispatch`, `requests`.
 */
export const pushGateway = themed(
  'push gateway',
  external('vendor').calls(gateway, { title: 'new states' }),
  gateway.triggers(changed, { method: 'POST', path: '/changes' }),
  open.function('entrypoint').calls(gateway, { title: 'its address' }),
  changed.reads(pushSecret),
  changed.writes(deliveries, { action: ['PutItem', 'UpdateItem'] }),
  changed.reads(open.table('requests')),
  changed.writes(open.table('requests'), { action: 'UpdateItem', title: 'done' }),
  changed.sends(open.queue('dispatch', { fifo: true }), {
    title: 'answers, reports',
    contract: [answerReady, changeReady],
  }),
);
