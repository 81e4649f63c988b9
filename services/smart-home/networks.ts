import { type Network, overlay } from '@arcade/networks';
import { asyncProcessor } from './patterns/asyncProcessor.ts';
import { deadline } from './patterns/deadline.ts';
import { dispatcher } from './patterns/dispatcher.ts';
import { entrypoint } from './patterns/entrypoint.ts';
import { hubGrants } from './patterns/hubGrants.ts';
import { optimisticProcessor } from './patterns/optimisticProcessor.ts';
import { pollingEventProcessor } from './patterns/pollingEventProcessor.ts';
import { pushGateway } from './patterns/pushGateway.ts';
import { syncProcessor } from './patterns/syncProcessor.ts';

/** The networks there are: `--param network=asyncPush`. */
export const NETWORK_NAMES = ['sync', 'asyncPush', 'asyncPoll', 'optimistic', 'home'] as const;
export type NetworkName = (typeof NETWORK_NAMES)[number];

/**
 * The networks, each an overlay of the same patterns.
 *
 * @param deferredAnswerSeconds within how many seconds of a directive its answer must have been sent; default 6.
 */
export const networksOf = (deferredAnswerSeconds = 6): Readonly<Record<NetworkName, Network>> => {
  const within = deferredAnswerSeconds;
  const every = overlay(entrypoint(within), deadline(within), dispatcher(within), hubGrants);
  /** The vendor's API answers with the new state. */
  const sync = overlay(every, syncProcessor());
  /** It says 202, and pushes the new state later. */
  const asyncPush = overlay(every, asyncProcessor('push'), pushGateway);
  /** It says 202 and never calls: it is asked. */
  const asyncPoll = overlay(every, asyncProcessor('polling'), pollingEventProcessor);
  /** Alexa is told what is expected, and corrected when it turns out otherwise. */
  const optimistic = overlay(every, optimisticProcessor, pushGateway);
  /** A home has devices of all of these kinds. */
  return { sync, asyncPush, asyncPoll, optimistic, home: overlay(sync, asyncPush, asyncPoll, optimistic) };
};
