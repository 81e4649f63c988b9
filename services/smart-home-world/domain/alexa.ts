import * as z from 'zod/mini';

/** What Alexa has learned of a device by Discover: what she says goes there, and the cookie comes along with each directive. */
export const endpoint = z.object({
  endpointId: z.string(),
  friendlyName: z.string(),
  cookie: z.optional(z.record(z.string(), z.string())),
});
export type Endpoint = z.output<typeof endpoint>;

const header = z.looseObject({
  namespace: z.string(),
  name: z.string(),
  messageId: z.string().check(z.minLength(1), z.maxLength(128)),
  payloadVersion: z.literal('3'),
  correlationToken: z.optional(z.string().check(z.minLength(1))),
});
const properties = z.optional(
  z.array(z.looseObject({ namespace: z.string(), name: z.string(), value: z.unknown(), timeOfSample: z.string() })),
);

/** A message of the skill's, as far as it is read here; what else stands in it is kept. */
export const skillMessage = z.looseObject({
  event: z.looseObject({
    header,
    endpoint: z.optional(
      z.looseObject({
        endpointId: z.optional(z.string()),
        scope: z.optional(z.looseObject({ type: z.string(), token: z.string() })),
      }),
    ),
    payload: z.looseObject({
      type: z.optional(z.string()),
      change: z.optional(z.looseObject({ properties })),
      endpoints: z.optional(z.array(z.unknown())),
    }),
  }),
  context: z.optional(z.looseObject({ properties })),
});
export type SkillMessage = z.output<typeof skillMessage>;
export type Property = NonNullable<z.output<typeof properties>>[number];

/** All properties that a message tells of: those of its context, and those that have changed. */
export const propertiesOf = ({ event, context }: SkillMessage): Property[] => [
  ...(context?.properties ?? []),
  ...(event.payload.change?.properties ?? []),
];

/** Those of what Discover found that can be spoken to. */
export const endpointsIn = ({ event }: SkillMessage): Endpoint[] =>
  (event.payload.endpoints ?? []).flatMap((one) => {
    const { data } = z.safeParse(endpoint, one);
    return data ? [data] : [];
  });

/** A directive of Alexa's. */
export interface Directive {
  directive: {
    header: {
      namespace: string;
      name: string;
      messageId: string;
      payloadVersion: '3';
      correlationToken?: string;
    };
    endpoint?: { scope: Scope; endpointId: string; cookie: Record<string, string> };
    payload: Record<string, unknown>;
  };
}

interface Scope {
  type: 'BearerToken';
  token: string;
}

const scopeOf = (token: string): Scope => ({ type: 'BearerToken', token });

/** What a directive is made of: ids of its own, and the customer's token of the vendor. */
export interface DirectiveParts {
  messageId: string;
  token: string;
}

/** Says what a device is to do, or asks how it is. */
export function directiveTo(
  { endpointId, cookie = {} }: Endpoint,
  { namespace, name, payload }: { namespace: string; name: string; payload: Record<string, unknown> },
  { messageId, token, correlationToken }: DirectiveParts & { correlationToken: string },
): Directive {
  return {
    directive: {
      header: { namespace, name, messageId, payloadVersion: '3', correlationToken },
      endpoint: { scope: scopeOf(token), endpointId, cookie },
      payload,
    },
  };
}

/** Asks for all devices. */
export const discover = ({ messageId, token }: DirectiveParts): Directive => ({
  directive: {
    header: { namespace: 'Alexa.Discovery', name: 'Discover', messageId, payloadVersion: '3' },
    payload: { scope: scopeOf(token) },
  },
});

/** Hands over a code, by which the skill may speak to Alexa in the customer's name. */
export const acceptGrant = ({ messageId, token, code }: DirectiveParts & { code: string }): Directive => ({
  directive: {
    header: { namespace: 'Alexa.Authorization', name: 'AcceptGrant', messageId, payloadVersion: '3' },
    payload: { grant: { type: 'OAuth2.AuthorizationCode', code }, grantee: scopeOf(token) },
  },
});

/** A message as it may be shown: without tokens and codes. */
export function withoutSecrets<Message>(message: Message): Message {
  const text = JSON.stringify(message, (key, value) =>
    (key === 'token' || key === 'code') && typeof value === 'string' ? '•••' : value,
  );
  return JSON.parse(text);
}
