import { createEvent } from '@arcade/events';
import {
  type AnswerReady,
  type DirectiveDeferred,
  type Outcome,
  type PollDue,
  pollDue,
} from '@arcade/events/contracts/smart-home';
import { refusalOf, refused } from './command.ts';
import { giveUpAtMs } from './deadline.ts';
import type { Vendor } from './ports.ts';
import type { RequestsTable } from './request.ts';
import { answerTo, type Dispatch } from './telling.ts';

export interface PollParts {
  now(): number;
  vendor: Pick<Vendor, 'request'>;
  requests: Pick<RequestsTable, 'find' | 'complete' | 'asked'>;
  dispatch: Dispatch<AnswerReady>;
  /** Hands the event to this function again, after so many seconds. */
  again(event: PollDue, delaySeconds: number): Promise<void>;
}

/** What became of asking. */
export type Polled =
  /** The vendor says how it went: Alexa will be told. */
  | 'answered'
  | 'refused'
  /** Not yet: it will be asked again. */
  | 'pending'
  /** Its time is over, or will be before it can be asked again: Alexa is told that the device cannot be reached, and nobody asks any more. */
  | 'given-up'
  /** Somebody else has asked this time. */
  | 'asked-before';

/**
 * Seconds until the vendor is asked again, by how often it was asked: soon at first, for most devices are quick; then less often. A queue
 * delays by whole seconds, and the first second goes by in the queue before it is asked at all.
 */
const GROWING_SECONDS = [1, 2, 3, 5, 8] as const;
const LONGEST_SECONDS = 13;

/**
 * How long to wait with asking again. The last time is as late as it can be: whoever has waited longest should not be given up while there
 * is time. Undefined when there is none left.
 *
 * @param asked how often the vendor was asked.
 * @param leftMs milliseconds until it is too late to ask.
 */
export function delaySecondsAfter(asked: number, leftMs: number): number | undefined {
  const seconds = Math.min(GROWING_SECONDS[asked - 1] ?? LONGEST_SECONDS, Math.ceil(leftMs / 1000) - 1);
  return seconds >= 1 ? seconds : undefined;
}

/**
 * Asks the vendor how far a directive is, and, while it is not done, has itself asked to do so again. One that comes twice asks once: who is
 * second sees that there is another turn after his own. All of it may be done again at any time.
 */
export async function poll(parts: PollParts, event: DirectiveDeferred | PollDue): Promise<Polled> {
  const { requests, now, dispatch } = parts;
  const { detail } = event;
  const { directiveId } = detail;
  const askedBefore = 'asked' in detail ? detail.asked : 0;
  if (now() >= giveUpAtMs(detail)) return 'given-up';

  const request = await requests.find(directiveId);
  if (request?.status === 'PENDING' && (request.asked ?? 0) > askedBefore) return 'asked-before';
  // Of what is not kept as pending the vendor has not heard yet.
  const outcome = request?.outcome ?? (request && (await ask(parts, detail)));
  if (outcome) {
    const standing = (await requests.complete(directiveId, outcome))?.outcome ?? outcome;
    await dispatch(answerTo(detail, standing, { nowMs: now(), cause: event }));
    return standing.kind === 'response' ? 'answered' : 'refused';
  }
  const asked = askedBefore + 1;
  const delaySeconds = delaySecondsAfter(asked, giveUpAtMs(detail) - now());
  if (delaySeconds === undefined) return 'given-up';
  const context = { newId: () => `${directiveId}.poll.${asked}`, nowMs: now(), cause: event };
  await parts.again(createEvent(pollDue, { ...detail, asked }, context), delaySeconds);
  await requests.asked(directiveId, asked);
  return 'pending';
}

/** How it went; undefined when that is not known yet. */
async function ask({ vendor }: PollParts, detail: DirectiveDeferred['detail']): Promise<Outcome | undefined> {
  try {
    const answer = await vendor.request(detail.token, detail.endpointId, detail.directiveId);
    if (answer.kind === 'pending') return undefined;
    if (answer.kind === 'done') {
      return { kind: 'response', state: { ...answer.state, sampledAtMs: answer.changedAtMs } };
    }
    return { kind: 'error', error: 'ENDPOINT_UNREACHABLE', message: 'the vendor says that the device did not do it' };
  } catch (error) {
    const { retryable, status } = refusalOf(error);
    // The vendor may not have heard of it yet, or be busy: there is another time.
    return retryable || status === 404 ? undefined : refused(error);
  }
}
