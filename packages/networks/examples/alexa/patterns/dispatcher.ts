import { external, func, queue, themed } from '@arcade/networks';
import { register } from './entrypoint.ts';

const answer = func('dispatcher', { description: "Sends answers to Alexa's event gateway in the customer's name" });

/** Answers leave through here: with the customer's own tokens, which it renews and keeps. */
export const dispatcher = themed(
  'dispatcher',
  queue('dispatch').triggers(answer),
  answer.reads(register),
  answer.writes(register, { action: 'UpdateItem', title: 'renewed tokens' }),
  answer.calls(external('tokens'), { title: 'token' }),
  answer.calls(external('gateway'), { title: 'answers' }),
);
