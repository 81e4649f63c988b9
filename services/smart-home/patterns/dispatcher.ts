import { external, func, queue, table, themed } from '@arcade/networks';

const dispatch = queue('dispatch', { fifo: true });
const send = func('dispatcher', {
  description: "Sends answers and reports to Alexa in the customer's name",
  timeoutSeconds: 2,
});
const grants = table('grants', { partitionKey: 'account' });
const late = queue('lateAnswers');

/**
 * Answers leave through here, in order for each device and each of them once: with the customer's own tokens, which it renews and keeps.
 * What comes too late is not sent, but kept.
 */
export const dispatcher = themed(
  'dispatcher',
  dispatch.triggers(send, { batchSize: 10 }),
  send.reads(grants),
  send.writes(grants, { action: ['UpdateItem', 'DeleteItem'], title: 'renewed tokens' }),
  send.calls(external('tokens'), { title: 'token' }),
  send.calls(external('gateway'), { title: 'answers' }),
  send.sends(late, { title: 'what came too late' }),
);
