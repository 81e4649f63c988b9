import * as z from 'zod/mini';
import { defineEvent, type EventOf } from '../contract.ts';

const id = z.string().check(z.minLength(1), z.maxLength(128));
/** Milliseconds since the epoch. */
const instant = z.int().check(z.gte(0));
/** Alexa's endpoint ids: developer.amazon.com/docs/alexa/device-apis/alexa-discovery.html */
const endpointId = z.string().check(z.minLength(1), z.maxLength(256));
const percent = z.int().check(z.gte(0), z.lte(100));

/**
 * How a vendor's API tells of a new state: `sync` in its answer, `push` by a call back, `polling` when it is asked. `optimistic` is
 * an API that pushes, and whose user need not wait for it.
 */
export const deviceApi = z.enum(['sync', 'push', 'polling', 'optimistic']);

const power = z.enum(['ON', 'OFF']);

/** How a bulb is. */
export const bulbState = z.object({ power, brightness: percent });

/** What a bulb is to do; exactly one of them is there. */
export const command = z.object({
  power: z.optional(power),
  brightness: z.optional(percent),
  /** Added to the brightness, and held within 0 to 100. */
  brightnessDelta: z.optional(z.int().check(z.gte(-100), z.lte(100))),
});

/** Whose device it is, and which: all that concerns one device stays in order. */
const device = { account: id, endpointId, api: deviceApi };

/** A directive that is answered later: what an answer needs to name it, and until when it is of use. */
const deferred = {
  ...device,
  /** The messageId of Alexa's directive. */
  directiveId: id,
  correlationToken: z.string().check(z.minLength(1)),
  receivedAtMs: instant,
  /** An answer after this is not sent. */
  answerByMs: instant,
};

const directive = z.object({
  ...deferred,
  command,
  /** The vendor's own token of the user, which came with the directive. */
  token: z.string().check(z.minLength(1)),
});

const byApi = ({ api }: { api: string }): Record<string, string> => ({ api });
const byDevice = ({ account, endpointId }: { account: string; endpointId: string }) => `${account}#${endpointId}`;

/** A directive was accepted, and will be answered. The id is the directive's own. */
export const directiveDeferred = defineEvent({
  type: 'smart_home.directive_deferred',
  version: 1,
  source: 'smart-home',
  description: 'A directive of Alexa waits for its answer.',
  detail: directive,
  attributes: byApi,
  group: byDevice,
});

/** The vendor is to be asked again how far a directive is. */
export const pollDue = defineEvent({
  type: 'smart_home.poll_due',
  version: 1,
  source: 'smart-home',
  description: 'A device is to be asked whether it has done what it was told.',
  detail: z.object({
    ...directive.shape,
    /** How often it was asked before. */
    asked: z.int().check(z.gte(1)),
  }),
});

const state = z.object({
  ...bulbState.shape,
  /** When the vendor knew it so. */
  sampledAtMs: instant,
});

/** Alexa's error types, as far as a bulb can have them: developer.amazon.com/docs/alexa/device-apis/alexa-errorresponse.html */
export const errorType = z.enum([
  'BRIDGE_UNREACHABLE',
  'ENDPOINT_BUSY',
  'ENDPOINT_UNREACHABLE',
  'EXPIRED_AUTHORIZATION_CREDENTIAL',
  'HARDWARE_MALFUNCTION',
  'INTERNAL_ERROR',
  'INVALID_AUTHORIZATION_CREDENTIAL',
  'INVALID_DIRECTIVE',
  'INVALID_VALUE',
  'NO_SUCH_ENDPOINT',
  'RATE_LIMIT_EXCEEDED',
  'VALUE_OUT_OF_RANGE',
]);

/**
 * What is to be told to Alexa of a directive: how the device is now, or why it is not as it was told to be. Who answers before the
 * vendor does knows only what the directive asks for: of the rest Alexa then hears nothing.
 */
const outcome = z.union([
  z.object({ kind: z.literal('response'), state: z.partial(state, { power: true, brightness: true }) }),
  z.object({ kind: z.literal('error'), error: errorType, message: z.string() }),
]);

/** How a directive ended. The id is `<directiveId>.answer`, whoever says so: the first one counts. */
export const answerReady = defineEvent({
  type: 'smart_home.answer_ready',
  version: 1,
  source: 'smart-home',
  description: 'The answer to a directive of Alexa, or why there is none, is ready to be sent.',
  detail: z.object({ ...deferred, outcome }),
  group: byDevice,
});

/** Why a device changed, in Alexa's words. */
export const changeCause = z.enum([
  'APP_INTERACTION',
  'PERIODIC_POLL',
  'PHYSICAL_INTERACTION',
  'RULE_TRIGGER',
  'VOICE_INTERACTION',
]);

/** A device is not as Alexa knows it. The id is derived from what told us: the same report twice is one. */
export const changeReady = defineEvent({
  type: 'smart_home.change_ready',
  version: 1,
  source: 'smart-home',
  description: 'A device changed without a directive, or otherwise than was said: Alexa is to be told.',
  detail: z.object({
    ...device,
    /** Absent when a hand did it: the vendor pushes how a device is, and not of which kind it is. */
    api: z.optional(deviceApi),
    cause: changeCause,
    state,
    /** Whether the vendor reaches the device; it does when that is not said. */
    reachable: z.optional(z.boolean()),
    /** Which properties have changed. */
    changed: z.array(z.enum(['power', 'brightness'])).check(z.minLength(1)),
  }),
  group: byDevice,
});

/** An answer that nobody waits for any more: kept, not sent. */
export const answerLate = defineEvent({
  type: 'smart_home.answer_late',
  version: 1,
  source: 'smart-home',
  description: 'An answer was ready only after its time was over, and was not sent.',
  detail: z.object({
    ...deferred,
    outcome,
    /** By how much. */
    lateMs: z.int().check(z.gte(0)),
  }),
});

/** An answer was given before the vendor gave one: did the device do what was said of it? The id is `<directiveId>.check`. */
export const checkDue = defineEvent({
  type: 'smart_home.check_due',
  version: 1,
  source: 'smart-home',
  description: 'A device is to be asked whether it has become what was said of it.',
  detail: z.object({ directiveId: id }),
});

/**
 * Alexa has been given an answer, or has waited for one in vain: for others, who learn nothing of whose home it is. The id is
 * `<directiveId>.answered`.
 */
export const directiveAnswered = defineEvent({
  type: 'smart_home.directive_answered',
  version: 1,
  source: 'smart-home',
  description: 'A directive of Alexa has its answer, or its time was over.',
  detail: z.object({
    directiveId: id,
    /** Tells homes apart, and says nothing else of them. */
    home: z.string().check(z.minLength(8), z.maxLength(64)),
    endpointId,
    api: deviceApi,
    outcome: z.enum(['response', 'error', 'late']),
    power: z.optional(power),
    brightness: z.optional(percent),
    error: z.optional(errorType),
    /** From when the directive came. */
    afterMs: z.int().check(z.gte(0)),
  }),
  attributes: ({ api, outcome }) => ({ api, outcome }),
});

/** All of the skill's contracts. */
export const smartHomeEvents = [
  directiveDeferred,
  pollDue,
  answerReady,
  changeReady,
  answerLate,
  checkDue,
  directiveAnswered,
] as const;

export type DeviceApi = z.output<typeof deviceApi>;
export type BulbState = z.output<typeof bulbState>;
export type Command = z.output<typeof command>;
export type Outcome = z.output<typeof outcome>;
export type ErrorType = z.output<typeof errorType>;
export type ChangeCause = z.output<typeof changeCause>;
export type DirectiveDeferred = EventOf<typeof directiveDeferred>;
export type PollDue = EventOf<typeof pollDue>;
export type AnswerReady = EventOf<typeof answerReady>;
export type ChangeReady = EventOf<typeof changeReady>;
export type AnswerLate = EventOf<typeof answerLate>;
export type DirectiveAnswered = EventOf<typeof directiveAnswered>;
export type CheckDue = EventOf<typeof checkDue>;
