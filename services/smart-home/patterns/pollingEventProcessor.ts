import { answerReady, directiveDeferred, pollDue } from '@arcade/events/contracts/smart-home';
import { external, func, open, queue, themed } from '@arcade/networks';
import { BRIEFLY, proxy, router, TURN_SECONDS } from './bricks.ts';

const polls = queue('polls', { ...BRIEFLY, delaySeconds: 1, visibilitySeconds: TURN_SECONDS });
const poll = func('poller', {
  description: 'Asks whether a device has done what it was told',
  timeoutSeconds: TURN_SECONDS,
  // It is bound by the time that is left for the answer; Lambda would stop it after some 16 rounds.
  recursiveLoop: 'Allow',
});

/**
 * Taibi's polling event processor, whose clock ticks only while something is pending: a directive also goes into a queue that holds it for
 * a second; whoever is told "not yet" puts it back, for longer each time, until its time is over. Leaves open: `directives`, `dispatch`,
 * `requests`.
 */
export const pollingEventProcessor = themed(
  'polling event processor',
  router(open.topic('directives', { fifo: true }), 'polling', polls),
  polls.triggers(poll, { batchSize: 1, contract: [directiveDeferred, pollDue] }),
  proxy(poll, external('vendor'), 'done?'),
  poll.sends(polls, {
    title: 'not yet',
    bound: 'until the directive may not be answered any more',
    contract: pollDue,
  }),
  poll.reads(open.table('requests')),
  poll.writes(open.table('requests'), { action: 'UpdateItem', title: 'done' }),
  poll.sends(open.queue('dispatch', { fifo: true }), { title: 'answers', contract: answerReady }),
);
