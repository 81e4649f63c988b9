import { external, func, network, queue } from '@arcade/networks';
import { register } from './entrypoint.ts';

const dispatcher = func('dispatcher', { description: "Sends answers to Alexa's event gateway in the customer's name" });

/** Answers leave through here: with the customer's own tokens, which it renews and keeps. */
export const dispatcherPattern = network(
  queue('dispatch').triggers(dispatcher),
  dispatcher.reads(register),
  dispatcher.writes(register, { action: 'UpdateItem', title: 'renewed tokens' }),
  dispatcher.calls(external('tokens'), { title: 'token' }),
  dispatcher.calls(external('gateway'), { title: 'answers' }),
);
