import { directiveAnswered, directiveDeferred } from '@arcade/events/contracts/smart-home';
import { external, func, key, open, skill, themed, topic } from '@arcade/networks';
import { lwaClient, proxy } from './bricks.ts';

/** Alexa waits this long for the direct answer, and not longer. */
const ANSWER_SECONDS = 8;

const directives = topic('directives', { fifo: true });
const entry = func('entrypoint', {
  description: 'Answers what Alexa asks for at once, and defers what a device is to do',
  timeoutSeconds: ANSWER_SECONDS,
});

/**
 * Alexa's one way in. What is known at once is answered at once: devices, their states, a grant, whose code is exchanged for tokens. What a
 * device is to do goes on to a topic, in order for each device, and will be answered later. Leaves open: `grants`, `outcomes`.
 *
 * @param deferredAnswerSeconds within how many seconds of a directive its answer must have been sent.
 */
export const entrypoint = (deferredAnswerSeconds: number) =>
  themed(
    'entrypoint',
    skill('voice').triggers(entry),
    proxy(entry, external('vendor'), 'devices, states'),
    entry.calls(external('tokens'), { title: 'code' }),
    entry.reads(lwaClient),
    entry.writes(key('grantKey')),
    entry.writes(open.table('grants'), { title: 'tokens' }),
    entry.publishes(directives, { title: 'directives', contract: directiveDeferred }),
    entry.publishes(open.topic('outcomes'), { title: 'refusals', contract: directiveAnswered }),
    open.function('entrypoint', { environment: { DEFERRED_ANSWER_SECONDS: String(deferredAnswerSeconds) } }),
  );
