import type { AnswerReady, DirectiveDeferred } from '@arcade/events/contracts/smart-home';
import { answerTo, type Dispatch } from './telling.ts';

export interface GiveUpParts {
  now(): number;
  dispatch: Dispatch<AnswerReady>;
}

/** The time of a directive is nearly over: Alexa is told that the device cannot be reached, unless somebody has answered before. */
export const giveUp = ({ now, dispatch }: GiveUpParts, event: DirectiveDeferred): Promise<void> =>
  dispatch(
    answerTo(
      event.detail,
      { kind: 'error', error: 'ENDPOINT_UNREACHABLE', message: 'the device has not answered in time' },
      { nowMs: now(), cause: event },
    ),
  );
