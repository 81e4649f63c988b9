import type { World } from '@arcade/lambda/world';
import * as z from 'zod/mini';
import { propertiesOf, type SkillMessage, skillMessage } from './alexa.ts';
import { homeIdOf } from './bearer.ts';
import { drawn } from './misbehaviour.ts';
import type { Belief, ConversationTable, Home, HomesTable, TokensTable } from './ports.ts';
import { isAccepted } from './tokens.ts';

/** What the event gateway works with. */
export interface GatewayParts extends Pick<World, 'now'> {
  homes: Pick<HomesTable, 'find'>;
  tokens: Pick<TokensTable, 'find'>;
  conversation: Pick<ConversationTable, 'keepEvent' | 'believe' | 'isFirst'>;
}

/** The codes with which Alexa refuses events: developer.amazon.com/docs/alexa/smarthome/send-events.html */
export type GatewayError =
  | 'INVALID_REQUEST_EXCEPTION'
  | 'INVALID_ACCESS_TOKEN_EXCEPTION'
  | 'SKILL_DISABLED_EXCEPTION'
  | 'SKILL_NEVER_ENABLED_EXCEPTION'
  | 'SKILL_NOT_FOUND_EXCEPTION'
  | 'REQUEST_ENTITY_TOO_LARGE_EXCEPTION'
  | 'THROTTLING_EXCEPTION'
  | 'INTERNAL_SERVICE_EXCEPTION'
  | 'SERVICE_UNAVAILABLE_EXCEPTION';

export type Received =
  | { outcome: 'accepted'; isRepeated: boolean }
  | { outcome: 'refused'; code: GatewayError; description: string };

const refused = (code: GatewayError, description: string): Received => ({ outcome: 'refused', code, description });

/** What may be sent, and whether it answers a directive. */
const SENDABLE: Readonly<Record<string, { answers: boolean }>> = {
  Response: { answers: true },
  StateReport: { answers: true },
  ErrorResponse: { answers: true },
  ChangeReport: { answers: false },
};

/**
 * Takes a message of the skill's. The same message again is accepted again, and changes nothing; what is not as Alexa's messages are, or
 * whose token is not good, is refused.
 */
export async function receive(parts: GatewayParts, token: string | undefined, body: unknown): Promise<Received> {
  const homeId = token === undefined ? undefined : homeIdOf(token);
  if (token === undefined || homeId === undefined)
    return refused('INVALID_ACCESS_TOKEN_EXCEPTION', 'The access token is missing or malformed.');
  const [grant, home] = await Promise.all([parts.tokens.find(token), parts.homes.find(homeId)]);
  const atMs = parts.now();
  if (grant && !home) return refused('SKILL_NOT_FOUND_EXCEPTION', 'There is no such customer any more.');
  if (!home || !isAccepted(grant, home.misbehaviour, atMs)) {
    return refused('INVALID_ACCESS_TOKEN_EXCEPTION', 'The access token is invalid or expired.');
  }
  if (home.misbehaviour.skillDisabled)
    return refused('SKILL_DISABLED_EXCEPTION', 'The customer has disabled the skill.');
  if (!home.isLinked) return refused('SKILL_NEVER_ENABLED_EXCEPTION', 'The customer has never enabled the skill.');
  const { data: message, error } = z.safeParse(skillMessage, body);
  if (!message) {
    const [issue] = error.issues;
    return refused('INVALID_REQUEST_EXCEPTION', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const misfit = misfitOf(message, token);
  if (misfit) return refused('INVALID_REQUEST_EXCEPTION', misfit);
  const { messageId } = message.event.header;
  if (home.misbehaviour.gatewayBusy) {
    const busy = await turnedAway(parts, home, messageId);
    if (busy) return busy;
  }
  const belief = beliefIn(message);
  const [kept] = await Promise.all([
    parts.conversation.keepEvent(homeId, { messageId, atMs, message, repeated: 0 }),
    belief && parts.conversation.believe(homeId, belief),
  ]);
  return { outcome: 'accepted', isRepeated: kept === 'repeated' };
}

/** What of a message Alexa does not take, in a sentence; undefined for nothing. */
function misfitOf({ event: { header, endpoint } }: SkillMessage, token: string): string | undefined {
  const kind = SENDABLE[header.name];
  if (!kind || header.namespace !== 'Alexa') return `A message ${header.namespace}.${header.name} cannot be sent.`;
  if (kind.answers !== (header.correlationToken !== undefined)) {
    return kind.answers ? `The correlationToken is missing.` : `A ${header.name} has no correlationToken.`;
  }
  // The same token stands in both places: developer.amazon.com/docs/alexa/smarthome/send-events.html
  if (endpoint?.scope?.token !== token)
    return 'The token of event.endpoint.scope is not that of the Authorization header.';
  return undefined;
}

/** The first time each message is turned away: too many, or out of order. */
async function turnedAway(
  { conversation, now }: GatewayParts,
  { homeId, seed }: Home,
  messageId: string,
): Promise<Received | undefined> {
  if (!(await conversation.isFirst(homeId, messageId, now()))) return undefined;
  return drawn(seed, 'busy', messageId) < 0.5
    ? refused('THROTTLING_EXCEPTION', 'Too many events. Try again later.')
    : refused('SERVICE_UNAVAILABLE_EXCEPTION', 'The service is not available. Try again later.');
}

/** What a message has Alexa believe of a device; undefined where it tells of none. */
export function beliefIn(message: SkillMessage): Belief | undefined {
  const deviceId = message.event.endpoint?.endpointId;
  const properties = propertiesOf(message);
  const atMs = Math.max(...properties.map(({ timeOfSample }) => Date.parse(timeOfSample)));
  if (deviceId === undefined || !Number.isFinite(atMs)) return undefined;
  const valueNamed = (name: string) => properties.findLast((property) => property.name === name)?.value;
  const [power, brightness, connectivity] = [
    valueNamed('powerState'),
    valueNamed('brightness'),
    valueNamed('connectivity'),
  ];
  return {
    deviceId,
    atMs,
    ...((power === 'ON' || power === 'OFF') && { power }),
    ...(typeof brightness === 'number' && { brightness }),
    ...(typeof connectivity === 'object' &&
      connectivity !== null &&
      'value' in connectivity && { isReachable: connectivity.value === 'OK' }),
  };
}
