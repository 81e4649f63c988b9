import * as z from 'zod';

/*
 * The rules of what a skill says to Alexa, as far as a bulb goes: those of the message schema that Amazon publishes
 * (github.com/alexa-samples/alexa-smarthome, validation_schemas) and of developer.amazon.com/docs/alexa/device-apis/alexa-response.html,
 * alexa-errorresponse.html, alexa-discovery-objects.html, alexa-changereport.html. Written down here in our own words, and stricter in one
 * thing: what is said to the event gateway names whose token it is.
 */

const messageId = z.string().regex(/^[a-zA-Z0-9-]{1,127}$/);
const endpointId = z.string().regex(/^[a-zA-Z0-9_\-=#;:?@&]{1,256}$/);
const text = z.string().min(1);
const label = z.string().min(1).max(128);
/** ISO 8601 in UTC, to the millisecond at the finest. */
const timeOfSample = z.string().regex(/^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/);

const property = <Value extends z.ZodType>(namespace: string, name: string, value: Value) =>
  z.strictObject({
    namespace: z.literal(namespace),
    name: z.literal(name),
    value,
    timeOfSample,
    uncertaintyInMilliseconds: z.number().min(0),
  });

const properties = z
  .array(
    z.union([
      property('Alexa.PowerController', 'powerState', z.enum(['ON', 'OFF'])),
      property('Alexa.BrightnessController', 'brightness', z.int().min(0).max(100)),
      property('Alexa.EndpointHealth', 'connectivity', z.strictObject({ value: z.enum(['OK', 'UNREACHABLE']) })),
    ]),
  )
  .min(1)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'a property stands there twice');

const context = z.strictObject({ properties });
const scope = z.strictObject({ type: z.literal('BearerToken'), token: text });

const header = (namespace: string, name: string) =>
  z.strictObject({
    namespace: z.literal(namespace),
    name: z.literal(name),
    messageId,
    payloadVersion: z.literal('3'),
  });
const answering = (namespace: string, name: string) => header(namespace, name).extend({ correlationToken: text });

const capability = z.strictObject({
  type: z.literal('AlexaInterface'),
  interface: z.string().regex(/^Alexa(\.[A-Za-z]+)*$/),
  version: z.literal('3'),
  properties: z
    .strictObject({
      supported: z.array(z.strictObject({ name: text })).min(1),
      proactivelyReported: z.boolean(),
      retrievable: z.boolean(),
    })
    .optional(),
});

/** Alexa keeps so many bytes of a cookie. */
const COOKIE_BYTES = 5000;

const discoveredEndpoint = z.strictObject({
  endpointId,
  manufacturerName: label,
  friendlyName: label,
  description: label,
  displayCategories: z.array(z.enum(['LIGHT', 'SWITCH', 'OTHER'])).min(1),
  cookie: z
    .record(text, z.string())
    .refine((cookie) => Buffer.byteLength(JSON.stringify(cookie)) <= COOKIE_BYTES, 'the cookie is too long'),
  capabilities: z
    .array(capability)
    .min(1)
    .max(100)
    .refine((all) => all.some((one) => one.interface === 'Alexa'), 'the bare interface Alexa is not there'),
});

const ERRORS = [
  'ALREADY_IN_OPERATION',
  'BRIDGE_UNREACHABLE',
  'CLOUD_CONTROL_DISABLED',
  'ENDPOINT_BUSY',
  'ENDPOINT_LOW_POWER',
  'ENDPOINT_UNREACHABLE',
  'EXPIRED_AUTHORIZATION_CREDENTIAL',
  'FIRMWARE_OUT_OF_DATE',
  'HARDWARE_MALFUNCTION',
  'INSUFFICIENT_PERMISSIONS',
  'INTERNAL_ERROR',
  'INVALID_AUTHORIZATION_CREDENTIAL',
  'INVALID_DIRECTIVE',
  'INVALID_VALUE',
  'NOT_CALIBRATED',
  'NOT_IN_OPERATION',
  'NOT_SUPPORTED_IN_CURRENT_MODE',
  'NO_SUCH_ENDPOINT',
  'POWER_LEVEL_NOT_SUPPORTED',
  'RATE_LIMIT_EXCEEDED',
] as const;

const errorPayload = z.union([
  z.strictObject({ type: z.enum(ERRORS), message: z.string() }),
  z.strictObject({
    type: z.literal('VALUE_OUT_OF_RANGE'),
    message: z.string(),
    validRange: z.strictObject({ minimumValue: z.number(), maximumValue: z.number() }).optional(),
  }),
]);

const CAUSES = [
  'APP_INTERACTION',
  'PERIODIC_POLL',
  'PHYSICAL_INTERACTION',
  'RULE_TRIGGER',
  'VOICE_INTERACTION',
] as const;

const nothing = z.strictObject({});
const device = z.strictObject({ endpointId });
const ownDevice = z.strictObject({ scope, endpointId });

const message = (event: z.ZodType) => z.strictObject({ event });
const withContext = (event: z.ZodType) => z.strictObject({ event, context });

/** What the skill's function may answer. */
const DIRECT: Readonly<Record<string, z.ZodType>> = {
  'Alexa.Discovery Discover.Response': message(
    z.strictObject({
      header: header('Alexa.Discovery', 'Discover.Response'),
      payload: z.strictObject({
        endpoints: z
          .array(discoveredEndpoint)
          .max(300)
          .refine((all) => new Set(all.map((one) => one.endpointId)).size === all.length, 'a device is there twice'),
      }),
    }),
  ),
  'Alexa.Authorization AcceptGrant.Response': message(
    z.strictObject({ header: header('Alexa.Authorization', 'AcceptGrant.Response'), payload: nothing }),
  ),
  'Alexa.Authorization ErrorResponse': message(
    z.strictObject({
      header: header('Alexa.Authorization', 'ErrorResponse'),
      payload: z.strictObject({ type: z.literal('ACCEPT_GRANT_FAILED'), message: z.string() }),
    }),
  ),
  'Alexa StateReport': withContext(
    z.strictObject({ header: answering('Alexa', 'StateReport'), endpoint: device, payload: nothing }),
  ),
  'Alexa DeferredResponse': message(
    z.strictObject({
      header: answering('Alexa', 'DeferredResponse'),
      payload: z.strictObject({ estimatedDeferralInSeconds: z.int().min(0).optional() }),
    }),
  ),
  'Alexa ErrorResponse': message(
    z.strictObject({
      header: header('Alexa', 'ErrorResponse').extend({ correlationToken: text.optional() }),
      endpoint: device.optional(),
      payload: errorPayload,
    }),
  ),
};

const changeReport = withContext(
  z.strictObject({
    header: header('Alexa', 'ChangeReport'),
    endpoint: ownDevice,
    payload: z.strictObject({
      change: z.strictObject({ cause: z.strictObject({ type: z.enum(CAUSES) }), properties }),
    }),
  }),
).refine(({ event, context: { properties: others } }) => {
  const { properties: changed } = (event as { payload: { change: { properties: { name: string }[] } } }).payload.change;
  return !changed.some(({ name }) => others.some((other) => other.name === name));
}, 'a property is said to have changed, and not to have');

/** What may be posted to the event gateway. */
const GATEWAY: Readonly<Record<string, z.ZodType>> = {
  'Alexa Response': withContext(
    z.strictObject({ header: answering('Alexa', 'Response'), endpoint: ownDevice, payload: nothing }),
  ),
  'Alexa ErrorResponse': message(
    z.strictObject({ header: answering('Alexa', 'ErrorResponse'), endpoint: ownDevice, payload: errorPayload }),
  ),
  'Alexa ChangeReport': changeReport,
};

const named = z.looseObject({
  event: z.looseObject({ header: z.looseObject({ namespace: z.string(), name: z.string() }) }),
});

/**
 * What of a message does not keep Alexa's rules; nothing when it keeps them all.
 *
 * @param said whether the function answers it (`direct`), or it is posted to the event gateway.
 */
export function rulesBroken(said: 'direct' | 'gateway', whole: unknown): string[] {
  const known = said === 'direct' ? DIRECT : GATEWAY;
  const { data } = named.safeParse(whole);
  const type = data && `${data.event.header.namespace} ${data.event.header.name}`;
  const schema = type === undefined ? undefined : known[type];
  if (!schema) return [`'${type}' is not said here: ${Object.keys(known).join(', ')}`];
  const { error } = schema.safeParse(whole);
  return (error?.issues ?? []).map(({ path, message: why }) => `${path.join('.')}: ${why}`);
}
