import type { AnswerReady, ChangeReady, DirectiveAnswered } from '@arcade/events/contracts/smart-home';
import { createAccess } from '../../domain/access.ts';
import type { DispatchParts, GatewayAnswer } from '../../domain/dispatch.ts';
import type { AlexaMessage } from '../../domain/messages.ts';
import { rulesBroken } from '../alexaRules.ts';
import { glassSafe, grantOf, grantsInMemory, hubInMemory, loginInMemory } from '../grants.ts';
import { NOW_MS } from '../parts.ts';
import type { Invocation, Random, VirtualTime } from './time.ts';

export type News = AnswerReady | ChangeReady;

/** How Alexa misbehaves, and how often. */
export interface AlexaFaults {
  /** She is busy, and says so. */
  busy: number;
  /** She takes a message, and is not heard to. */
  silent: number;
}

/** Until when the token is good that a customer has given at first: soon enough for all to want another one. */
const FIRST_TOKEN_ENDS_MS = NOW_MS + 240_000;

/** Alexa's event gateway and Amazon's tokens. She knows a message by its id, however often it is sent. */
export class SimulatedAlexa {
  /** What was said to her, each message once, with when it came for the first time. */
  readonly heard = new Map<string, { news: News; atMs: number }>();
  /** What others were told, in order. */
  readonly told: DirectiveAnswered[] = [];
  /** Messages that break the rules of her schema. */
  readonly misfits: unknown[] = [];
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #faults: AlexaFaults;
  readonly #grants = new Map([['ann', grantOf(FIRST_TOKEN_ENDS_MS)]]);
  readonly #login: ReturnType<typeof loginInMemory>;

  constructor(time: VirtualTime, random: Random, faults: AlexaFaults) {
    this.#time = time;
    this.#random = random;
    this.#faults = faults;
    this.#login = loginInMemory({ now: () => time.nowMs });
    this.#login.good.set('access-0', FIRST_TOKEN_ENDS_MS);
  }

  /** What an invocation of the dispatcher stands on, for some news. */
  dispatchParts(
    invocation: Invocation,
    news: News,
    keepLate: (late: Parameters<DispatchParts['keepLate']>[0]) => void,
  ): DispatchParts {
    const now = () => this.#time.nowMs;
    const pause = (ms: number) => invocation.pause(ms);
    const through = <Answer>(effect: () => Answer) => invocation.ask(effect);
    const login = {
      exchange: this.#login.exchange,
      refresh: (token: string) => invocation.ask(() => this.#login.issue(token), 100),
    };
    const grants = grantsInMemory(this.#grants, through);
    return {
      now,
      access: createAccess({ now, pause, grants, login, safe: glassSafe(through), hub: hubInMemory() }),
      gateway: { send: (message, token, timeoutMs) => this.#send(invocation, news, message, token, timeoutMs) },
      keepLate: (late) => invocation.ask(() => keepLate(late)),
      pause,
      tellOthers: (event) => invocation.ask(() => void this.told.push(event)),
      warn: () => {},
    };
  }

  async #send(
    invocation: Invocation,
    news: News,
    message: AlexaMessage,
    token: string,
    timeoutMs: number,
  ): Promise<GatewayAnswer> {
    const [isBusy, isSilent] = [this.#random() < this.#faults.busy, this.#random() < this.#faults.silent];
    const answer = await invocation.ask<GatewayAnswer>(() => {
      if (isBusy) return { outcome: 'refused', status: 503, code: 'SERVICE_UNAVAILABLE_EXCEPTION' };
      if ((this.#login.good.get(token) ?? 0) <= this.#time.nowMs) {
        return { outcome: 'refused', status: 401, code: 'INVALID_ACCESS_TOKEN_EXCEPTION' };
      }
      this.misfits.push(...rulesBroken('gateway', message));
      const { messageId } = message.event.header;
      if (!this.heard.has(messageId)) this.heard.set(messageId, { news, atMs: this.#time.nowMs });
      return { outcome: 'accepted' };
    }, 80);
    if (!isSilent) return answer;
    await invocation.pause(timeoutMs);
    return { outcome: 'silent', reason: 'no answer in time' };
  }
}
