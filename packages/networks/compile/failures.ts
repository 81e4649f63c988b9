import type { Edge, FailurePath, Network } from '../core/network.ts';
import { contextOf, suppliedOf } from './context.ts';
import { deadLetterId, failureQueueId } from './queues.ts';

/** Nobody waits for the answer: Lambda retries twice, and what then still fails must not be lost. */
export const isAsynchronous = (edge: Edge): boolean =>
  edge.type === 'topic triggers function' ||
  edge.type === 'bus triggers function' ||
  edge.type === 'schedule triggers function' ||
  edge.type === 'timer triggers function' ||
  (edge.type === 'function calls function' && edge.settings.async === true);

const keepsRecords = (edge: Edge): boolean =>
  edge.type === 'stream triggers function' || edge.type === 'table triggers function';

/** Whether a function that these edges reach has a queue for what it gives up on. */
export const givesUp = (into: readonly Edge[]): boolean =>
  into.some((edge) => isAsynchronous(edge) || keepsRecords(edge));

const nameOf = (id: string): string => id.charAt(0).toLowerCase() + id.slice(1);

/** The ways that `compile` makes for what fails: from each queue, and from each function that gives up, to a queue of its own. */
export const failuresOf = (network: Network): FailurePath[] => {
  const context = contextOf(network, {});
  return [
    ...suppliedOf(context, 'queue')
      .filter(({ settings }) => !settings.keeps)
      .map((node) => ({ from: node.name, to: nameOf(deadLetterId(node)) })),
    ...suppliedOf(context, 'function')
      .filter(({ name }) => givesUp(context.into.get(name) ?? []))
      .map(({ name }) => ({ from: name, to: nameOf(failureQueueId(name)) })),
  ].map((path) => ({ ...path, kind: 'queue' }));
};
