import { type Command, type DeviceApi, deviceApi, type ErrorType } from '@arcade/events/contracts/smart-home';
import * as z from 'zod/mini';
import { ENDPOINT_ID } from './endpoints.ts';

/*
 * What Alexa says, as far as a bulb hears it: developer.amazon.com/docs/alexa/device-apis/alexa-discovery.html,
 * alexa-authorization.html, alexa-powercontroller.html, alexa-brightnesscontroller.html, state-reporting-for-a-smart-home-skill.html
 */

/** The device that a directive is for, in the words of the Discover.Response that told of it. */
export interface Endpoint {
  endpointId: string;
  /** Whose it is, and what kind of API it has: the cookie that Alexa keeps for us. */
  account: string;
  api: DeviceApi;
  /** The vendor's own token of the customer. */
  token: string;
}

/** What an answer repeats of a directive. */
export interface Addressed {
  messageId: string;
  correlationToken?: string | undefined;
  endpointId?: string | undefined;
}

/** Within which values a number would have been taken. */
export interface ValidRange {
  minimumValue: number;
  maximumValue: number;
}

export type Directive = Addressed &
  (
    | { kind: 'discover'; token: string }
    | { kind: 'accept-grant'; code: string; token: string }
    | { kind: 'accept-grant-malformed' }
    | { kind: 'report-state'; correlationToken: string; endpoint: Endpoint }
    | { kind: 'control'; correlationToken: string; endpoint: Endpoint; command: Command }
    | ({ kind: 'refused' } & Refusal)
  );

/** The published schema's rule for the ids of messages. */
const messageId = z.string().check(z.regex(/^[a-zA-Z0-9-]{1,127}$/));
const filled = z.string().check(z.minLength(1));
const scope = z.object({ type: z.literal('BearerToken'), token: filled });

const envelope = z.object({
  directive: z.object({
    header: z.object({
      namespace: z.string(),
      name: z.string(),
      messageId,
      correlationToken: z.optional(filled),
      payloadVersion: z.literal('3'),
    }),
    endpoint: z.optional(z.looseObject({ endpointId: z.optional(z.string()) })),
    payload: z.looseObject({}),
  }),
});

const discovery = z.object({ scope });
const grant = z.object({
  grant: z.object({ type: z.literal('OAuth2.AuthorizationCode'), code: filled }),
  grantee: scope,
});
const endpoint = z.object({
  scope,
  endpointId: z.string().check(z.regex(ENDPOINT_ID)),
  cookie: z.object({ account: z.string().check(z.minLength(1), z.maxLength(128)), api: deviceApi }),
});

/** The id of what Alexa says, which all that follows from it shares; undefined for what is no directive. */
export const messageIdIn = (event: unknown): string | undefined =>
  envelope.safeParse(event).data?.directive.header.messageId;

interface Refusal {
  error: ErrorType;
  message: string;
  /** Of a number that is out of it. */
  validRange?: ValidRange;
}

const isRefusal = (value: Command | Refusal): value is Refusal => 'error' in value;

/** Why a number is none that Alexa's interface allows; undefined for one that is. */
function numberRefusal(value: unknown, name: string, least: number): Refusal | undefined {
  if (!Number.isInteger(value)) return { error: 'INVALID_VALUE', message: `${name} is no whole number` };
  if ((value as number) >= least && (value as number) <= 100) return undefined;
  const validRange = { minimumValue: least, maximumValue: 100 };
  return { error: 'VALUE_OUT_OF_RANGE', message: `${name} is not within ${least} and 100`, validRange };
}

const COMMANDS: Readonly<Record<string, (payload: Record<string, unknown>) => Command | Refusal>> = {
  'Alexa.PowerController TurnOn': () => ({ power: 'ON' }),
  'Alexa.PowerController TurnOff': () => ({ power: 'OFF' }),
  'Alexa.BrightnessController SetBrightness': ({ brightness }) =>
    numberRefusal(brightness, 'brightness', 0) ?? { brightness: brightness as number },
  'Alexa.BrightnessController AdjustBrightness': ({ brightnessDelta }) =>
    numberRefusal(brightnessDelta, 'brightnessDelta', -100) ?? { brightnessDelta: brightnessDelta as number },
};

/**
 * Reads what Alexa says. What cannot be done is a directive, too, that says how it is to be refused; undefined is what nobody can be
 * answered, because it is no directive of the protocol's version 3.
 */
export function directiveOf(event: unknown): Directive | undefined {
  const { data } = envelope.safeParse(event);
  if (!data) return undefined;
  const { header, payload, endpoint: named } = data.directive;
  const { messageId: id, correlationToken } = header;
  const endpointId = ENDPOINT_ID.test(named?.endpointId ?? '') ? named?.endpointId : undefined;
  const addressed: Addressed = { messageId: id, correlationToken, endpointId };
  const refused = (error: ErrorType, message: string): Directive => ({ ...addressed, kind: 'refused', error, message });
  const type = `${header.namespace} ${header.name}`;

  if (type === 'Alexa.Discovery Discover') {
    const parsed = discovery.safeParse(payload);
    return { ...addressed, kind: 'discover', token: parsed.data?.scope.token ?? '' };
  }
  if (type === 'Alexa.Authorization AcceptGrant') {
    const { data: granted } = grant.safeParse(payload);
    if (!granted) return { ...addressed, kind: 'accept-grant-malformed' };
    return { ...addressed, kind: 'accept-grant', code: granted.grant.code, token: granted.grantee.token };
  }

  const { [type]: commandOf } = COMMANDS;
  if (!commandOf && type !== 'Alexa ReportState') return refused('INVALID_DIRECTIVE', `no device here knows ${type}`);
  if (correlationToken === undefined) return refused('INVALID_DIRECTIVE', 'the directive has no correlation token');
  const { data: device } = endpoint.safeParse(named);
  if (!device) return refused('NO_SUCH_ENDPOINT', 'the device is none that was discovered here');
  const told = { endpointId: device.endpointId, ...device.cookie, token: device.scope.token };
  const whole = { ...addressed, correlationToken, endpoint: told };
  if (!commandOf) return { ...whole, kind: 'report-state' };
  const command = commandOf(payload);
  return isRefusal(command) ? { ...addressed, kind: 'refused', ...command } : { ...whole, kind: 'control', command };
}
