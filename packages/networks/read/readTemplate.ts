import type { FailurePath, Network } from '../core/network.ts';
import { readAccess } from './access.ts';
import { readEvents } from './events.ts';
import { readGateways } from './gateways.ts';
import { Reader } from './reader.ts';
import type { CloudFormationTemplate } from './template.ts';

/** A template's network, and what of the template its nodes stand for. */
export interface ReadTemplate {
  readonly network: Network;
  /** By a node's name: the logical ids of its resources. Nodes that the template does not hold have none. */
  readonly logicalIds: ReadonlyMap<string, readonly string[]>;
  /** Dead-letter queues and failure destinations, and what leaves there what it could not do. */
  readonly failures: readonly FailurePath[];
  /** By a node's name: the ARNs, names and addresses by which the template knows what another stack holds, or somebody else. */
  readonly elsewhere: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a compiled CloudFormation template as a network: nodes from resources; edges from event source mappings,
 * subscriptions, rules and their targets, routes and service integrations, and from what each function's role
 * allows and its environment names. Dead-letter and failure queues belong to what they serve and are no nodes.
 * What another stack holds becomes an open end. `Metadata: { Themes: { <theme>: [<node>, ...] } }` says what belongs together.
 */
export const readTemplate = (template: CloudFormationTemplate): ReadTemplate => {
  const reader = new Reader(template);
  readEvents(reader);
  readGateways(reader);
  readAccess(reader);
  return {
    network: reader.network(),
    logicalIds: reader.logicalIds(),
    failures: reader.failures(),
    elsewhere: reader.elsewhere(),
  };
};
