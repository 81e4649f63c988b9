import { createEvent, type Envelope } from '@arcade/events';
import {
  type AnswerReady,
  answerReady,
  type ChangeReady,
  changeReady,
  type DirectiveDeferred,
  type Outcome,
} from '@arcade/events/contracts/smart-home';
import type { Deferred, DeviceRequest } from './request.ts';

/** What is to be told to Alexa, on its way to the dispatcher: a second event of the same id is dropped. */
export type Dispatch<News = AnswerReady | ChangeReady> = (news: News) => Promise<void>;

/** What caused an event, and when this is. */
export interface Told {
  nowMs: number;
  cause: Pick<Envelope, 'id' | 'correlationId'>;
}

const deferredOf = (detail: Deferred): Deferred => {
  const { account, endpointId, api, directiveId, correlationToken, receivedAtMs, answerByMs } = detail;
  return { account, endpointId, api, directiveId, correlationToken, receivedAtMs, answerByMs };
};

/** The answer to a directive. However often, and whoever says it, its id is the same: the first one counts. */
export const answerTo = (deferred: Deferred, outcome: Outcome, { nowMs, cause }: Told): AnswerReady =>
  createEvent(
    answerReady,
    { ...deferredOf(deferred), outcome },
    { newId: () => `${deferred.directiveId}.answer`, nowMs, cause },
  );

/** A report that a device is otherwise than Alexa knows. `id` is derived from what told us, so that the same report twice is one. */
export const changeOf = (id: string, detail: ChangeReady['detail'], { nowMs, cause }: Told): ChangeReady =>
  createEvent(changeReady, detail, { newId: () => id, nowMs, cause });

/** The directive that a request is of, as the cause of what follows from it. */
export const causeOf = ({ directiveId, correlationId }: DeviceRequest): Told['cause'] => ({
  id: directiveId,
  correlationId,
});

/** Whose device it is, and which. */
export const deviceOf = ({ account, endpointId, api }: DirectiveDeferred['detail'] | DeviceRequest) => ({
  account,
  endpointId,
  api,
});
