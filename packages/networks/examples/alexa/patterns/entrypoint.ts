import { external, func, open, skill, table, themed } from '@arcade/networks';

/** The tokens of each customer: what it takes to answer Alexa later. */
export const register = table('register', { partitionKey: 'userId' });

const entry = func('entrypoint', { description: 'Takes what Alexa says, and defers what takes time' });

/**
 * Alexa's one way in. Discovery and the state of a device are asked of the vendor and answered at once; a grant is
 * exchanged for tokens, which are kept; everything else is deferred.
 */
export const entrypoint = themed(
  'entrypoint',
  skill('voice').triggers(entry),
  entry.calls(external('vendor'), { title: 'devices, states' }),
  entry.calls(external('tokens'), { title: 'grant' }),
  entry.writes(register, { title: 'tokens' }),
  entry.sends(open.queue('deferred'), { title: 'directives' }),
);
