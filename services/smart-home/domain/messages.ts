import { createHash } from 'node:crypto';
import type { AnswerReady, BulbState, ChangeReady, ErrorType } from '@arcade/events/contracts/smart-home';
import type { Addressed, ValidRange } from './directive.ts';
import type { DiscoveredEndpoint } from './endpoints.ts';

/*
 * All that is said to Alexa: developer.amazon.com/docs/alexa/device-apis/alexa-response.html, alexa-errorresponse.html,
 * alexa-discovery.html, state-reporting-for-a-smart-home-skill.html
 */

/** How a property of a device is, and when that was known. */
export interface Property {
  namespace: string;
  name: string;
  value: unknown;
  /** ISO 8601 in UTC. */
  timeOfSample: string;
  uncertaintyInMilliseconds: number;
}

/** A message to Alexa: the direct answer of the skill's function, or an event for the gateway. */
export interface AlexaMessage {
  event: {
    header: {
      namespace: string;
      name: string;
      messageId: string;
      correlationToken?: string;
      payloadVersion: '3';
    };
    endpoint?: { scope?: { type: 'BearerToken'; token: string }; endpointId: string };
    payload: Record<string, unknown>;
  };
  context?: { properties: Property[] };
}

/** Between a device and the vendor's answer passes about this much. */
const UNCERTAINTY_MS = 500;

const header = (namespace: string, name: string, messageId: string, correlationToken?: string | undefined) => ({
  namespace,
  name,
  messageId,
  ...(correlationToken !== undefined && { correlationToken }),
  payloadVersion: '3' as const,
});

/** How a device is, in Alexa's properties: switched, how bright, reachable; those that are known. */
function propertiesOf(
  { power, brightness, sampledAtMs }: Partial<BulbState> & { sampledAtMs: number },
  reachable?: boolean,
): { [name: string]: Property } {
  const sampled = { timeOfSample: new Date(sampledAtMs).toISOString(), uncertaintyInMilliseconds: UNCERTAINTY_MS };
  const property = (namespace: string, name: string, value: unknown) => ({ namespace, name, value, ...sampled });
  const connectivity = reachable ? 'OK' : 'UNREACHABLE';
  return {
    ...(power !== undefined && { power: property('Alexa.PowerController', 'powerState', power) }),
    ...(brightness !== undefined && { brightness: property('Alexa.BrightnessController', 'brightness', brightness) }),
    ...(reachable !== undefined && {
      connectivity: property('Alexa.EndpointHealth', 'connectivity', { value: connectivity }),
    }),
  };
}

/** The id of the message that tells Alexa of an event: the same for the same event, however often it is sent. */
export function messageIdOf(eventId: string): string {
  const hex = createHash('sha256').update(eventId).digest('hex');
  // A UUID of version 8, whose bits are anybody's own: RFC 9562, section 5.8.
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

/** The devices there are. */
export const discovered = (messageId: string, endpoints: readonly DiscoveredEndpoint[]): AlexaMessage => ({
  event: { header: header('Alexa.Discovery', 'Discover.Response', messageId), payload: { endpoints } },
});

/** The grant is kept. */
export const grantAccepted = (messageId: string): AlexaMessage => ({
  event: { header: header('Alexa.Authorization', 'AcceptGrant.Response', messageId), payload: {} },
});

/** The grant is not kept: Alexa tells the customer that the skill could not be linked. */
export const grantFailed = (messageId: string, message: string): AlexaMessage => ({
  event: {
    header: header('Alexa.Authorization', 'ErrorResponse', messageId),
    payload: { type: 'ACCEPT_GRANT_FAILED', message },
  },
});

/** How a device is now. */
export const stateReported = (
  messageId: string,
  { correlationToken, endpointId = '' }: Addressed,
  state: BulbState & { sampledAtMs: number },
  reachable: boolean,
): AlexaMessage => ({
  event: {
    header: header('Alexa', 'StateReport', messageId, correlationToken),
    endpoint: { endpointId },
    payload: {},
  },
  context: { properties: Object.values(propertiesOf(state, reachable)) },
});

/** The answer follows, over the event gateway, in about so many seconds. */
export const deferred = (
  messageId: string,
  { correlationToken }: Addressed,
  estimatedDeferralInSeconds: number,
): AlexaMessage => ({
  event: {
    header: header('Alexa', 'DeferredResponse', messageId, correlationToken),
    payload: { estimatedDeferralInSeconds },
  },
});

/** Of all that a bulb is told, this is what has a range. */
const BRIGHTNESS: ValidRange = { minimumValue: 0, maximumValue: 100 };

/** What Alexa is to know of an error, and within which values it would have gone well. */
const detailsOf = (error: ErrorType, message: string, validRange: ValidRange = BRIGHTNESS) => ({
  type: error,
  message,
  ...(error === 'VALUE_OUT_OF_RANGE' && { validRange }),
});

/** A directive is refused at once. */
export const refused = (
  messageId: string,
  { correlationToken, endpointId }: Addressed,
  error: ErrorType,
  message: string,
  validRange?: ValidRange | undefined,
): AlexaMessage => ({
  event: {
    header: header('Alexa', 'ErrorResponse', messageId, correlationToken),
    ...(endpointId && { endpoint: { endpointId } }),
    payload: detailsOf(error, message, validRange),
  },
});

/**
 * What the event gateway is told of an answer or a change. Its id follows from the event's.
 *
 * @param token Amazon's access token of the customer, by the grant; not the vendor's, which came with the directive.
 */
export function gatewayMessageOf(event: AnswerReady | ChangeReady, token: string): AlexaMessage {
  const messageId = messageIdOf(event.id);
  const endpoint = { scope: { type: 'BearerToken' as const, token }, endpointId: event.detail.endpointId };
  if (event.type === 'smart_home.change_ready') return changeReported(messageId, endpoint, event.detail);
  const { outcome, correlationToken } = event.detail;
  if (outcome.kind === 'error') {
    const payload = detailsOf(outcome.error, outcome.message);
    return { event: { header: header('Alexa', 'ErrorResponse', messageId, correlationToken), endpoint, payload } };
  }
  // Who answers before the vendor does has not reached the device.
  const reached = event.detail.api === 'optimistic' ? undefined : true;
  return {
    event: { header: header('Alexa', 'Response', messageId, correlationToken), endpoint, payload: {} },
    context: { properties: Object.values(propertiesOf(outcome.state, reached)) },
  };
}

/** What has changed stands in the payload; what has not, beside it. */
function changeReported(
  messageId: string,
  endpoint: NonNullable<AlexaMessage['event']['endpoint']>,
  { cause, state, reachable = true, changed }: ChangeReady['detail'],
): AlexaMessage {
  const properties = Object.entries(propertiesOf(state, reachable));
  const hasChanged = ([name]: [string, Property]) => (changed as readonly string[]).includes(name);
  const only = (which: (entry: [string, Property]) => boolean) => properties.filter(which).map(([, one]) => one);
  return {
    event: {
      header: header('Alexa', 'ChangeReport', messageId),
      endpoint,
      payload: { change: { cause: { type: cause }, properties: only(hasChanged) } },
    },
    context: { properties: only((entry) => !hasChanged(entry)) },
  };
}
