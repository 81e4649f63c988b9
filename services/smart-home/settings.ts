import * as z from 'zod/mini';

/** Whether the network has a processor for that kind of API: the pattern of each says so. */
const served = z.optional(z.literal('true'));

/** The variables of the functions' environment, which follow from the network's edges. Each function has those that it reads. */
const variables = {
  DIRECTIVES_TOPIC_ARN: z.string(),
  DISPATCH_QUEUE_URL: z.string(),
  POLLS_QUEUE_URL: z.string(),
  LATE_ANSWERS_QUEUE_URL: z.string(),
  REQUESTS_TABLE_NAME: z.string(),
  DELIVERIES_TABLE_NAME: z.string(),
  GRANTS_TABLE_NAME: z.string(),
  GRANT_KEY_ARN: z.string(),
  VENDOR_URL: z.url(),
  TOKENS_URL: z.url(),
  GATEWAY_URL: z.url(),
  HUB_URL: z.url(),
  /** Where the vendor is told to push; there is one only where a pattern takes pushes. */
  PUSH_GATEWAY_API_URL: z.optional(z.url()),
  /** Names of the parameters that hold them. */
  LWA_CLIENT_SECRET_NAME: z.string(),
  PUSH_SECRET_NAME: z.string(),
  HUB_SECRET_NAME: z.string(),
  SERVES_SYNC: served,
  SERVES_PUSH: served,
  SERVES_POLLING: served,
  SERVES_OPTIMISTIC: served,
  /** Within how many seconds an answer must have been sent; there must be time left to give up in. */
  DEFERRED_ANSWER_SECONDS: z.coerce.number().check(z.int(), z.gte(4), z.lte(300)),
};

export const settings = { variables };
