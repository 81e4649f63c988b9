import { answerLate, answerReady, changeReady, directiveAnswered } from '@arcade/events/contracts/smart-home';
import { external, func, key, queue, table, themed, topic } from '@arcade/networks';
import { TURNS } from '../domain/dispatch.ts';
import { fifo, line, lwaClient, TURN_SECONDS } from './bricks.ts';

const dispatch = line('dispatch', { maxReceiveCount: TURNS });
const send = func('dispatcher', {
  description: "Sends answers and reports to Alexa in the customer's name",
  timeoutSeconds: TURN_SECONDS,
});
/** A customer's tokens cannot be had again but by the customer. */
const grants = table('grants', { partitionKey: 'account', precious: true });
const grantKey = key('grantKey');
const late = queue('lateAnswers', { keeps: true, retentionDays: 14 });
/** For others, whom the stack gives it out to. */
const outcomes = topic('outcomes');

/**
 * Answers leave through here, in order for each device and each of them once: with the customer's own tokens, which it renews and keeps.
 * What comes too late is not sent, but kept; how each directive ended is told to others.
 *
 * @param deferredAnswerSeconds within how many seconds of a directive its answer must have been sent.
 */
export const dispatcher = (deferredAnswerSeconds: number) =>
  themed(
    'dispatcher',
    fifo(dispatch, send, [answerReady, changeReady]),
    send.reads(grants),
    send.writes(grants, { action: ['UpdateItem', 'DeleteItem'], title: 'renewed tokens' }),
    send.reads(grantKey),
    send.writes(grantKey),
    send.reads(lwaClient),
    send.calls(external('tokens'), { title: 'token' }),
    send.calls(external('gateway'), { title: 'answers', withinSeconds: deferredAnswerSeconds }),
    send.sends(late, { title: 'what came too late', contract: answerLate }),
    send.publishes(outcomes, { title: 'how it ended', contract: directiveAnswered }),
  );
