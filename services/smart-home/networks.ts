import { type Compiled, compile, overlay } from '@arcade/networks';
import { asyncProcessor } from './patterns/asyncProcessor.ts';
import { deadline } from './patterns/deadline.ts';
import { dispatcher } from './patterns/dispatcher.ts';
import { entrypoint } from './patterns/entrypoint.ts';
import { hubGrants } from './patterns/hubGrants.ts';
import { optimisticProcessor } from './patterns/optimisticProcessor.ts';
import { pollingEventProcessor } from './patterns/pollingEventProcessor.ts';
import { pushGateway } from './patterns/pushGateway.ts';
import { syncProcessor } from './patterns/syncProcessor.ts';

/**
 * The networks, each an overlay of the same patterns: `--param network=asyncPush`.
 *
 * @param within within how many seconds of a directive its answer must have been sent: `deferredAnswerSeconds`.
 */
export const networksOf = (within = 6) => {
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

/** All that functions do in any of the networks: its type names the variables that each function has. */
export type Home = ReturnType<typeof networksOf>['home'];

export type NetworkName = keyof ReturnType<typeof networksOf>;
export const NETWORK_NAMES = ['sync', 'asyncPush', 'asyncPoll', 'optimistic', 'home'] as const satisfies NetworkName[];

/** How Serverless tells a file what a variable is: `param:network`. */
interface Variables {
  resolveVariable(variable: string): Promise<unknown>;
}

/** The network that the param names, compiled for serverless.yml. Throws an Error that names those that there are. */
export async function compiledNetwork({ resolveVariable }: Variables): Promise<Compiled> {
  const networks = networksOf(Number(await resolveVariable('param:deferredAnswerSeconds')));
  const name = String(await resolveVariable('param:network'));
  if (!Object.hasOwn(networks, name)) throw new Error(`There is no network '${name}': ${NETWORK_NAMES.join(', ')}.`);
  // The frame derives alarms of all that the template has; the rest is as services/common.yml has it for all.
  return compile(networks[name as NetworkName], {
    alarms: false,
    outputs: ['outcomes'],
    memorySize: String(await resolveVariable("param:memorySize, '512'")),
    logRetentionDays: Number(await resolveVariable('self:provider.logRetentionInDays')),
  });
}
