import { createEvent } from '@arcade/events';
import { type AnswerLate, type AnswerReady, answerLate, type ChangeReady } from '@arcade/events/contracts/smart-home';
import type { World } from '@arcade/lambda/world';
import type { Access, Held } from './access.ts';
import { answeredOf, OTHERS_MS, type TellingOthers, tellOthers } from './answered.ts';
import { GrantError } from './grants.ts';
import { type AlexaMessage, gatewayMessageOf } from './messages.ts';

/** What the event gateway says of a message: `code` is Alexa's, where there was an answer. */
export type GatewayAnswer =
  | { outcome: 'accepted' }
  | { outcome: 'refused'; status: number; code: string }
  /** It was not reached, or did not answer in time: nobody knows whether it has the message. */
  | { outcome: 'silent'; reason: string };

/** Alexa's event gateway. */
export interface EventGateway {
  send(message: AlexaMessage, token: string, timeoutMs: number): Promise<GatewayAnswer>;
}

/** What answers and reports leave with. */
export interface DispatchParts extends Pick<World, 'now'>, TellingOthers {
  access: Access;
  gateway: EventGateway;
  /** Keeps what nobody waits for any more. */
  keepLate(late: AnswerLate): Promise<void>;
}

/** How far a message got. */
export type Dispatched =
  | { outcome: 'sent' }
  /** It is kept. */
  | { outcome: 'late'; lateMs: number }
  /** The customer has given no grant, or takes it back: nobody may speak for her. */
  | { outcome: 'no-grant'; dropped: boolean }
  /** Alexa will never take it. */
  | { outcome: 'refused'; status: number; code: string };

/** Alexa, or Amazon's tokens, are not to be had now: the message comes again by its queue. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

/** Of a turn: what it may take, and how often the message was received, this time too. */
export interface Turn {
  receiveCount: number;
  remainingMs(): number;
}

/** With less time than this nothing is begun: the answer would be late when it arrives. */
const LEAST_MS = 250;
const MOST_MS = 1200;
/**
 * How often a message is sent to a gateway that is busy: three times after the first, and with a second between two of them at least, as
 * Alexa allows (developer.amazon.com/docs/alexa/smarthome/send-events.html). One turn is one try, which is not begun in the turn's last
 * second: the next turn comes when this one's two seconds are over.
 */
const MOST_TRIES = 4;
const APART_MS = 1000;
/**
 * How often its queue gives a message out, before it is a dead letter. What was tried often enough, or is too late, is kept in one of the
 * turns after that; there are several, since any of them may die.
 */
export const TURNS = 8;

/** These say that the customer has switched the skill off: developer.amazon.com/docs/alexa/smarthome/send-events.html */
const TAKEN_BACK = new Set(['SKILL_DISABLED_EXCEPTION', 'SKILL_NEVER_ENABLED_EXCEPTION']);

const answerByMs = (news: AnswerReady | ChangeReady): number =>
  news.type === 'smart_home.answer_ready' ? news.detail.answerByMs : Number.POSITIVE_INFINITY;

/** So long before its end a turn is left alone, milliseconds: what is done with Alexa must not be done again for the sake of others. */
const LAST_MS = 100;

/**
 * Sends an answer or a report to Alexa in the customer's name, and tells others how the directive ended. What is too late is not sent but
 * kept. Throws NotSentError for what may go well in another turn.
 */
export async function dispatch(parts: DispatchParts, news: AnswerReady | ChangeReady, turn: Turn): Promise<Dispatched> {
  const dispatched = await sent(parts, news, turn);
  if (news.type === 'smart_home.answer_ready') {
    const outcome = dispatched.outcome === 'sent' ? news.detail.outcome : 'late';
    const event = answeredOf(news.detail, outcome, { nowMs: parts.now(), cause: news });
    await tellOthers(parts, event, Math.min(OTHERS_MS, turn.remainingMs() - LAST_MS));
  }
  return dispatched;
}

/** Sends it to Alexa, or keeps it. */
async function sent(parts: DispatchParts, news: AnswerReady | ChangeReady, turn: Turn): Promise<Dispatched> {
  const { now } = parts;
  const endsMs = now() + turn.remainingMs();
  const time = {
    leftMs: () => Math.min(answerByMs(news), endsMs) - now() - LEAST_MS,
    isOver: () => time.leftMs() <= 0 || now() > endsMs - APART_MS,
  };
  const tried = turn.receiveCount > MOST_TRIES ? ENOUGH : await tell(parts, news, time).catch(busyWithout);
  if (tried.outcome !== 'busy') return tried;
  const kept = turn.receiveCount >= MOST_TRIES ? await keptAnswer(parts, news) : undefined;
  if (kept) return kept;
  throw new NotSentError(tried.reason);
}

/** What is left of a turn. */
interface Time {
  leftMs(): number;
  /** No try is begun any more. */
  isOver(): boolean;
}

interface Busy {
  outcome: 'busy';
  reason: string;
}

const ENOUGH: Busy = { outcome: 'busy', reason: 'it was tried often enough' };

/** Without a token nothing is sent: later there may be one. */
function busyWithout(error: unknown): Busy {
  if (error instanceof GrantError) return { outcome: 'busy', reason: error.message };
  throw error;
}

/** One try; with another token, if Alexa does not take the first one. */
async function tell(parts: DispatchParts, news: AnswerReady | ChangeReady, time: Time): Promise<Dispatched | Busy> {
  const { access, gateway } = parts;
  let token = await access.current(news.detail.account);
  for (let isRenewed = false; ; isRenewed = true) {
    const late = await lateAnswer(parts, news);
    if (late) return late;
    if (!token) return { outcome: 'no-grant', dropped: false };
    if (time.isOver()) return { outcome: 'busy', reason: 'there is no time left in this turn' };
    const said = await gateway.send(
      gatewayMessageOf(news, token.access),
      token.access,
      Math.min(MOST_MS, time.leftMs()),
    );
    if (said.outcome === 'accepted') return { outcome: 'sent' };
    if (said.outcome === 'silent') return { outcome: 'busy', reason: said.reason };
    if (!isAboutToken(said) || (isRenewed && !isTakenBack(said))) {
      return isPassing(said)
        ? { outcome: 'busy', reason: `the event gateway answered ${said.status} ${said.code}` }
        : said;
    }
    const next = await afterRefusal(access, token, said);
    if ('outcome' in next) return next;
    token = next.token;
  }
}

type Refused = Extract<GatewayAnswer, { outcome: 'refused' }>;

/** By whatever token it is said, she is right. */
const isTakenBack = ({ code }: Refused): boolean => TAKEN_BACK.has(code);

/** Another token may be taken. */
const isAboutToken = (said: Refused): boolean => said.status === 401 || isTakenBack(said);

/** It may go well in a moment; a new token that is not taken is nothing that the message could help. */
const isPassing = ({ status }: Refused): boolean => status === 401 || status === 429 || status >= 500;

/** What is left to do once Alexa does not take a token: another one, once. */
async function afterRefusal(
  access: Access,
  token: Held,
  said: Refused,
): Promise<Dispatched | { token: Held | undefined }> {
  if (!isTakenBack(said)) return { token: await access.renewed(token) };
  const isDropped = await access.drop(token);
  // She has given another grant meanwhile.
  return isDropped ? { outcome: 'no-grant', dropped: true } : { token: await access.current(token.account) };
}

const lateAnswer = async (parts: DispatchParts, news: AnswerReady | ChangeReady): Promise<Dispatched | undefined> =>
  answerByMs(news) - parts.now() <= LEAST_MS ? keptAnswer(parts, news) : undefined;

/** Keeps an answer whose time, or whose last try, is over; a report has no limit, and goes to the dead letters. */
async function keptAnswer(
  { now, keepLate }: DispatchParts,
  news: AnswerReady | ChangeReady,
): Promise<Dispatched | undefined> {
  if (news.type !== 'smart_home.answer_ready') return undefined;
  const lateMs = Math.max(0, now() - news.detail.answerByMs);
  const newId = () => `${news.id}.late`;
  await keepLate(createEvent(answerLate, { ...news.detail, lateMs }, { newId, nowMs: now(), cause: news }));
  return { outcome: 'late', lateMs };
}
