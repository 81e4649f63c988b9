import type { Hop } from '../lib/journal.ts';
import { outcome, type Recent, remark, type Teller, type Telling } from '../wire/telling.ts';

const SENDING = /^(SendMessage|SendMessageBatch|Publish|PublishBatch|CreateSchedule)$/;

/** Whether the same directive has been answered before, by whoever it was. */
const isAnswered = ({ correlationId, from, to }: Hop, { hops }: Recent): boolean =>
  correlationId !== undefined &&
  hops.some(
    (other) =>
      other.correlationId === correlationId &&
      other.to === to &&
      other.from !== from &&
      other.outcome === 'ok' &&
      SENDING.test(other.action),
  );

/** Whether the same run has looked for a request: nobody asks for what a hand does. */
const isAskedFor = ({ requestId }: Hop, { hops, nameOf }: Recent): boolean =>
  requestId !== undefined &&
  hops.some((other) => other.requestId === requestId && nameOf(other.to) === 'requests' && other.outcome === 'ok');

/** What each function says of a directive by what it sends to `dispatch`. */
const ANSWERS: Readonly<Record<string, (by: string, hop: Hop, recent: Recent) => Telling>> = {
  syncProcessor: (by) =>
    remark(
      'Proxy',
      'function',
      `${by} asked the vendor, whose answer is the bulb’s new state, and hands it on to be told.`,
    ),
  asyncProcessor: (by) =>
    outcome(
      'Error response',
      'function',
      `The vendor refused it: ${by} has Alexa told why, and nobody waits for a push.`,
    ),
  optimisticProcessor: (by) =>
    outcome('Optimistic', 'function', `${by} has Alexa told what it expects, before the vendor has heard of it.`),
  changed: (by, hop, recent) =>
    isAskedFor(hop, recent)
      ? outcome(
          'Asynchronous response',
          'entry',
          `The vendor has called back: ${by} finds what it was asked for, and has Alexa told.`,
        )
      : outcome(
          'Change report',
          'entry',
          `The vendor has called although nobody had asked: ${by} has Alexa told how the bulb is now.`,
        ),
  poller: (by) =>
    outcome(
      'Polling event processor',
      'message',
      `The vendor never calls, so ${by} has asked until the bulb had done it.`,
    ),
  giveUp: (by, hop, recent) =>
    remark(
      'Deadline',
      'message',
      isAnswered(hop, recent)
        ? `The directive is answered: what ${by} sends at its deadline has the answer’s own id, and the queue drops it.`
        : `${by} says that the bulb cannot be reached, under the answer’s own id: where there was an answer, the queue drops it.`,
    ),
  verify: (by) =>
    outcome('Reconciliation', 'function', `${by} asked how the bulb really is: Alexa was told otherwise.`),
};

/** What goes over the topic. */
function aboutDelivery({ from, to }: Hop, { nameOf }: Recent): Telling | undefined {
  const [topic, queue] = [nameOf(from), nameOf(to)];
  if (topic !== 'directives') return undefined;
  if (queue === 'deadlines')
    return remark(
      'Deadline',
      'message',
      'A copy waits in `deadlines`: should nobody have answered by then, Alexa hears that the bulb cannot be reached.',
    );
  if (queue === 'polls')
    return remark(
      'Polling event processor',
      'message',
      'A copy waits in `polls` for a second: then the vendor is asked how far it is.',
    );
  return remark(
    'Router',
    'message',
    `Its filter lets the directive into \`${queue}\` alone, behind what that bulb was told before.`,
  );
}

/** What a table says, above all that something is there already. */
function aboutTable({ from, to, action, outcome: how, error }: Hop, { nameOf }: Recent): Telling | undefined {
  const [by, table] = [nameOf(from), nameOf(to)];
  const isThere = error?.code === 'ConditionalCheckFailedException';
  if (table === 'requests' && action === 'PutItem' && how === 'ok')
    return remark(
      'Pending first',
      'store',
      `\`${by}\` writes down what is asked before it asks: a push can be faster than the vendor’s own answer.`,
    );
  if (table === 'requests' && isThere)
    return outcome(
      'Idempotent consumer',
      'store',
      action === 'PutItem'
        ? `\`${by}\` has had this directive before: the vendor is asked under the same id, and does it once.`
        : `\`${by}\` finds it done already: this time it is told nobody.`,
    );
  if (table === 'deliveries' && isThere)
    return outcome('Replay', 'entry', `\`${by}\` has had this delivery before: signed or not, it counts once.`);
  if (table === 'grants' && isThere)
    return outcome('Lease', 'store', `\`${by}\` leaves the new token to who is getting it already: one asks for all.`);
  return undefined;
}

/** Whether the same run has had something told already. */
const hasToldBefore = ({ from, to, requestId }: Hop, { hops }: Recent): boolean =>
  hops.some(
    (other) =>
      requestId !== undefined &&
      other.requestId === requestId &&
      other.to === to &&
      other.from === from &&
      other.outcome === 'ok',
  );

/** What a function puts into a queue, or on the topic. */
function aboutSending(hop: Hop, recent: Recent): Telling | undefined {
  const { from, to, action, outcome: how } = hop;
  const { nameOf } = recent;
  if (how !== 'ok') return undefined;
  const [by, queue] = [nameOf(from), nameOf(to)];
  if (by === 'entrypoint' && queue === 'directives')
    return remark(
      'Deferred response',
      'entry',
      '`entrypoint` hands the directive on, and tells Alexa at once that she will be answered.',
    );
  if (queue === 'dispatch' && by === 'optimisticProcessor' && hasToldBefore(hop, recent))
    return outcome(
      'Correction',
      'function',
      `The vendor refused it: \`${by}\` has Alexa told how the bulb is after all.`,
    );
  if (queue === 'dispatch') return ANSWERS[by]?.(`\`${by}\``, hop, recent);
  if (queue === 'polls')
    return remark(
      'Backoff',
      'message',
      'Not yet: `poller` puts the question back, and waits a little longer each time.',
    );
  if (queue === 'lateAnswers')
    return outcome(
      'Too late',
      'message',
      'The answer missed its time: it is kept and counted, and Alexa is not told of what is past.',
    );
  if (action === 'CreateSchedule')
    return remark(
      'One-time schedule',
      'entry',
      `\`${by}\` has the bulb looked at in a minute, should the vendor’s push get lost.`,
    );
  return undefined;
}

/** What the smart home's own hops mean; what is the same in every service is told by the wire itself. */
export const tell: Teller = (hop, recent) => {
  const { kind, service, action, outcome: how } = hop;
  if (kind === 'delivery' && service === 'sns' && how === 'ok') return aboutDelivery(hop, recent);
  if (kind !== 'call') return undefined;
  if (service === 'dynamodb') return aboutTable(hop, recent);
  return SENDING.test(action) ? aboutSending(hop, recent) : undefined;
};

/** What a hop carries, in a word or two. */
export function labelOf({ kind, service, action, outcome: how }: Hop): string | undefined {
  if (kind !== 'call' || how === 'error') return undefined;
  if (service === 'dynamodb') return action.replace(/(Write)?Items?$/, '');
  if (service === 'kms' || service === 'ssm') return action;
  return undefined;
}
