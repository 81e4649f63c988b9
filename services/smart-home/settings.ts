import * as z from 'zod/mini';

/** Whether the network has a processor for that kind of API: the pattern of each says so. */
const served = z.optional(z.literal('true'));

/** The variables of the entrypoint's environment that follow from no edge. What follows from edges has its names from the network: wiring.ts. */
const variables = {
  SERVES_SYNC: served,
  SERVES_PUSH: served,
  SERVES_POLLING: served,
  SERVES_OPTIMISTIC: served,
  /** Within how many seconds an answer must have been sent: less than six are too few to make good what has failed once, or to poll in. */
  DEFERRED_ANSWER_SECONDS: z.coerce
    .number()
    .check(z.int(), z.gte(6, 'less than 6 seconds are too few to make good what has failed once'), z.lte(300)),
  /** Where the services of others are: the patterns' edges give them. */
  VENDOR_URL: z.url(),
  TOKENS_URL: z.url(),
  GATEWAY_URL: z.url(),
  HUB_URL: z.url(),
};

export const settings = { variables };
