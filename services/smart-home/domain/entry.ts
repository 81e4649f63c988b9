import { createEvent } from '@arcade/events';
import { type DeviceApi, directiveDeferred, type ErrorType } from '@arcade/events/contracts/smart-home';
import type { World } from '@arcade/lambda/world';
import { answeredOf, inTime, OTHERS_MS, type TellingOthers, tellOthers } from './answered.ts';
import { type Directive, directiveOf } from './directive.ts';
import { endpointsOf } from './endpoints.ts';
import {
  type AlexaMessage,
  deferred,
  discovered,
  grantAccepted,
  grantFailed,
  refused,
  stateReported,
} from './messages.ts';
import type { AcceptGrant, Defer, Vendor } from './ports.ts';
import { VendorRefusal } from './refusal.ts';

/** What the skill's function stands on. */
export interface EntryParts extends Pick<World, 'now' | 'newId'>, TellingOthers {
  vendor: Vendor;
  defer: Defer;
  acceptGrant: AcceptGrant;
  /** The kinds of API that the network has a processor for. */
  serves: ReadonlySet<DeviceApi>;
  /** Within how many seconds of a directive its answer must have been sent. */
  deferredAnswerSeconds: number;
  /** Where the vendor is to push; undefined where nobody takes pushes. */
  callbackUrl: string | undefined;
}

/** Alexa waits eight seconds, and so does Lambda: so long may anything take, milliseconds, and time is left to say that it took longer. */
export const ANSWER_MS = 7000;

type Of<Kind extends Directive['kind']> = Extract<Directive, { kind: Kind }>;

/**
 * Answers Alexa. What is known at once (devices, a state, a grant, a refusal) is the answer; what a device is to do is handed on, and
 * answered with a DeferredResponse. Throws for what is no directive: nobody could be answered.
 */
export async function answer(parts: EntryParts, event: unknown): Promise<AlexaMessage> {
  const directive = directiveOf(event);
  if (!directive) throw new TypeError('the event is no directive of the Smart Home Skill API, version 3');
  switch (directive.kind) {
    case 'discover':
      return discovered(parts.newId(), await endpointsFor(parts, directive));
    case 'accept-grant':
      return acceptedGrant(parts, directive);
    case 'accept-grant-malformed':
      return grantFailed(parts.newId(), 'the grant is not an authorization code with a token of the customer');
    case 'report-state':
      return reportedState(parts, directive);
    case 'control':
      return controlled(parts, directive);
    case 'refused':
      return refused(parts.newId(), directive, directive.error, directive.message, directive.validRange);
  }
}

/** Alexa wants no error here, but to hear of no devices: when a token has expired, say. */
async function endpointsFor(parts: EntryParts, { token }: Of<'discover'>) {
  const { vendor, serves, warn } = parts;
  try {
    const asked = [vendor.account(token), vendor.devices(token), subscribe(parts, token)] as const;
    const [{ account }, devices] = await inTime(parts.pause, ANSWER_MS, Promise.all(asked));
    const { endpoints, unfit, beyond } = endpointsOf(account, devices, serves);
    if (unfit + beyond > 0) {
      const why = `${unfit} with an id or a name that Alexa does not take, ${beyond} beyond the most that she takes`;
      warn('devices are not told of', new RangeError(why));
    }
    return endpoints;
  } catch (error) {
    warn('devices were not discovered', error);
    return [];
  }
}

/** Has the vendor push what hands do. Without that, commands are answered all the same. */
async function subscribe({ vendor, callbackUrl, warn }: EntryParts, token: string): Promise<void> {
  try {
    if (callbackUrl !== undefined) await vendor.subscribe(token, callbackUrl);
  } catch (error) {
    warn('the vendor does not push what hands do', error);
  }
}

async function acceptedGrant(parts: EntryParts, { code, token }: Of<'accept-grant'>) {
  const { vendor, acceptGrant, newId, warn } = parts;
  const accepted = async () => acceptGrant({ code, account: await vendor.account(token) });
  try {
    await inTime(parts.pause, ANSWER_MS, accepted());
    return grantAccepted(newId());
  } catch (error) {
    warn('a grant was not accepted', error);
    return grantFailed(newId(), 'the grant could not be kept');
  }
}

async function reportedState(parts: EntryParts, directive: Of<'report-state'>) {
  const { vendor, newId, warn } = parts;
  const { token, endpointId } = directive.endpoint;
  try {
    const { state, sampledAtMs, reachable } = await inTime(parts.pause, ANSWER_MS, vendor.device(token, endpointId));
    return stateReported(newId(), directive, { ...state, sampledAtMs }, reachable);
  } catch (error) {
    warn('a state was not reported', error);
    return refused(newId(), directive, errorOf(error), 'the vendor did not tell the state');
  }
}

async function controlled(parts: EntryParts, directive: Of<'control'>) {
  const { now, newId, serves, defer, deferredAnswerSeconds, warn } = parts;
  const { messageId, correlationToken, endpoint, command } = directive;
  const receivedAtMs = now();
  /** The answer, of which others hear, too. */
  const refusedNow = async (error: ErrorType, message: string) => {
    const nowMs = now();
    const told = { nowMs, cause: { id: messageId, correlationId: messageId } };
    const ended = { directiveId: messageId, ...endpoint, receivedAtMs };
    const leftMs = receivedAtMs + ANSWER_MS - nowMs;
    await tellOthers(parts, answeredOf(ended, { kind: 'error', error, message }, told), Math.min(OTHERS_MS, leftMs));
    return refused(newId(), directive, error, message);
  };
  if (!serves.has(endpoint.api)) {
    return refusedNow('INVALID_DIRECTIVE', `devices of the kind ${endpoint.api} are not served here`);
  }
  const answerByMs = receivedAtMs + deferredAnswerSeconds * 1000;
  const detail = { directiveId: messageId, correlationToken, ...endpoint, command, receivedAtMs, answerByMs };
  try {
    const event = createEvent(directiveDeferred, detail, { newId: () => messageId, nowMs: receivedAtMs });
    await inTime(parts.pause, ANSWER_MS, defer(event));
    return deferred(newId(), directive, deferredAnswerSeconds);
  } catch (error) {
    warn('a directive was not handed on', error);
    return refusedNow('INTERNAL_ERROR', 'the directive could not be handed on');
  }
}

const errorOf = (error: unknown): ErrorType => (error instanceof VendorRefusal ? error.error : 'INTERNAL_ERROR');
