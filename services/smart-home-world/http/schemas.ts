import { bulbState, command } from '@arcade/events/contracts/smart-home';
import * as z from 'zod/mini';

const id = z.string().check(z.regex(/^[\w.:-]{1,128}$/));
const rate = z.number().check(z.gte(0), z.lte(1));
/** As long as any function that waits for a bulb may. */
const MOST_LATENCY_MS = 10_000;

export const homePath = z.object({ homeId: z.uuid() });
export const bulbPath = z.object({ homeId: z.uuid(), deviceId: id });
export const devicePath = z.object({ deviceId: id });
export const requestPath = z.object({ deviceId: id, requestId: id });
export const hubPath = z.object({ account: z.uuid() });

/** A new home: where its account keeps the skill's grant, and by which seed things go wrong in it. */
export const homeBody = z.strictObject({
  grants: z._default(z.enum(['table', 'hub']), 'table'),
  seed: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
});

export const utteranceBody = z.strictObject({ text: z.string().check(z.minLength(1), z.maxLength(200)) });

export const handBody = z
  .strictObject(z.partial(bulbState).shape)
  .check(
    z.refine(({ power, brightness }) => power !== undefined || brightness !== undefined, 'power, brightness or both'),
  );

/** What is left out is as it is in a world in which all goes well. */
export const misbehaviourBody = z.strictObject({
  latencyMs: z.optional(z.int().check(z.gte(0), z.lte(MOST_LATENCY_MS))),
  failureRate: z.optional(rate),
  lostPushRate: z.optional(rate),
  duplicatePushRate: z.optional(rate),
  forgedPushes: z.optional(z.boolean()),
  unreachable: z.optional(z.array(id).check(z.maxLength(20))),
  tokensExpire: z.optional(z.boolean()),
  skillDisabled: z.optional(z.boolean()),
  gatewayBusy: z.optional(z.boolean()),
  hubOff: z.optional(z.boolean()),
});

const address = z.url().check(z.maxLength(500));

export const commandBody = z
  .strictObject({ ...command.shape, requestId: id, callbackUrl: z.optional(address) })
  .check(
    z.refine(
      ({ power, brightness, brightnessDelta }) =>
        [power, brightness, brightnessDelta].filter((one) => one !== undefined).length === 1,
      'exactly one of power, brightness, brightnessDelta',
    ),
  );

export const subscriptionBody = z.strictObject({ callbackUrl: address });

const field = z.optional(z.string().check(z.maxLength(2000)));
/** All may be missing: what is, is told in OAuth's own words. */
export const tokenForm = z.object({
  grant_type: field,
  code: field,
  refresh_token: field,
  client_id: field,
  client_secret: field,
});

export const grantBody = z.record(z.string(), z.unknown());
