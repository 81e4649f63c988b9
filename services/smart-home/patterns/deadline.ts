import { answerReady, directiveDeferred } from '@arcade/events/contracts/smart-home';
import { func, open, themed } from '@arcade/networks';
import { SECONDS_TO_TELL } from '../domain/deadline.ts';
import { BRIEFLY, fifo, line } from './bricks.ts';

const GIVE_UP_SECONDS = 1;

const giveUp = func('giveUp', {
  description: 'Says that a device cannot be reached, should nobody have answered',
  timeoutSeconds: GIVE_UP_SECONDS,
});

/**
 * No directive stays unanswered: each also goes into a queue that holds it until there is just time enough to say that the device cannot be
 * reached. Whoever has answered before was faster, and the second answer is dropped. Leaves open: `directives`, `dispatch`.
 *
 * @param deferredAnswerSeconds within how many seconds of a directive its answer must have been sent.
 */
export const deadline = (deferredAnswerSeconds: number) => {
  const delaySeconds = deferredAnswerSeconds - SECONDS_TO_TELL;
  const deadlines = line('deadlines', { ...BRIEFLY, delaySeconds, turnSeconds: GIVE_UP_SECONDS });
  return themed(
    'deadline',
    open.topic('directives', { fifo: true }).sends(deadlines, { raw: true, title: 'all', contract: directiveDeferred }),
    fifo(deadlines, giveUp),
    giveUp.sends(open.queue('dispatch', { fifo: true }), { title: 'unreachable', contract: answerReady }),
  );
};
