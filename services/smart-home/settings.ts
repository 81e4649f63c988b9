import type { Settings } from '@arcade/lambda/env';
import { type Ends, variableOf } from '@arcade/networks/ends';
import * as z from 'zod/mini';
import type { Home } from './networks.ts';

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
};

/** Where the services of others are, which params say: addresses, or nothing is deployed. Who calls them has them from its edges. */
const addresses: readonly (keyof Ends<Home>)[] = ['vendorUrl', 'tokensUrl', 'gatewayUrl', 'hubUrl'];

export const settings: Settings<typeof variables> = {
  variables: { ...variables, ...Object.fromEntries(addresses.map((end) => [variableOf(end), z.url()])) },
};
