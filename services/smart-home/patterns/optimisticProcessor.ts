import { answerReady, changeReady, checkDue } from '@arcade/events/contracts/smart-home';
import { external, func, open, themed, timer } from '@arcade/networks';
import { BRIEFLY, fifo, line, proxy, requests, router, serves, TURN_SECONDS } from './bricks.ts';

const directives = line('optimisticDirectives', BRIEFLY);
const dispatch = open.queue('dispatch', { fifo: true });
const vendor = external('vendor');
const checks = timer('checks');
const promise = func('optimisticProcessor', {
  description: 'Answers with the state that is expected, and tells the API then',
  timeoutSeconds: TURN_SECONDS,
});
const verify = func('verify', {
  description: 'Asks whether a device has become what was said of it, where nobody has told',
  timeoutSeconds: TURN_SECONDS,
});

/**
 * Like the async processor, but Alexa hears at once how the device is going to be. When it turns out otherwise, whoever learns it corrects
 * the answer: the gateway that is pushed to, or, should nothing be pushed, who asks once a minute later. Leaves open: `entrypoint`, `directives`,
 * `dispatch`, `pushGateway`.
 */
export const optimisticProcessor = themed(
  'optimistic processor',
  serves('optimistic'),
  router(open.topic('directives', { fifo: true }), 'optimistic', directives),
  fifo(directives, promise),
  promise.reads(requests),
  promise.writes(requests, { action: ['PutItem', 'UpdateItem'], title: 'what is pending' }),
  proxy(promise, vendor, 'command'),
  promise.calls(open.http('pushGateway'), { title: 'its address' }),
  promise.sends(dispatch, { title: 'expected answers', contract: [answerReady, changeReady] }),
  promise.writes(checks, { title: 'in a minute', contract: checkDue }),
  checks.triggers(verify, { contract: checkDue }),
  verify.reads(requests),
  verify.writes(requests, { action: 'UpdateItem', title: 'done' }),
  proxy(verify, vendor, 'how is it?'),
  verify.sends(dispatch, { title: 'corrections', contract: changeReady }),
);
