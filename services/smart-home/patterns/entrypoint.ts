import { external, func, network, open, skill, themed, topic } from '@arcade/networks';
import { proxy } from './bricks.ts';

/** Alexa waits this long for the direct answer, and not longer. */
const ANSWER_SECONDS = 8;

const directives = topic('directives', { fifo: true });
const entry = func('entrypoint', {
  description: 'Answers what Alexa asks for at once, and defers what a device is to do',
  timeoutSeconds: ANSWER_SECONDS,
});

/**
 * Alexa's one way in. What is known at once is answered at once: devices, their states, a grant, which is exchanged for tokens. What a
 * device is to do goes on to a topic, in order for each device, and will be answered later.
 *
 * Leaves open: `grants`, who keeps them; and who takes directives off the topic.
 */
export const entrypoint = themed(
  'entrypoint',
  skill('voice').triggers(entry),
  proxy(entry, external('vendor'), 'devices, states'),
  network(entry.calls(external('tokens'), { title: 'code' })),
  entry.writes(open.table('grants'), { title: 'tokens' }),
  entry.publishes(directives, { title: 'directives' }),
);
