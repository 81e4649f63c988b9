import { answerReady, changeReady } from '@arcade/events/contracts/smart-home';
import { queueHandler } from '@arcade/lambda';
import { dispatch } from '../domain/dispatch.ts';
import { reportDispatched } from '../report.ts';
import { dispatcher } from '../wiring.ts';

const parts = dispatcher();

/** Sends answers and reports to Alexa in the customer's name. */
export const handler = queueHandler({
  contracts: [answerReady, changeReady],
  onEvent: async (news, turn) => reportDispatched(await dispatch(parts, news, turn)),
});
