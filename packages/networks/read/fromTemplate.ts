import type { Network } from '../core/network.ts';
import { readAccess } from './access.ts';
import { readEvents } from './events.ts';
import { readGateways } from './gateways.ts';
import { Reader } from './reader.ts';
import type { CloudFormationTemplate } from './template.ts';

/**
 * Reads a compiled CloudFormation template as a network: nodes from resources; edges from event source mappings,
 * subscriptions, rules and their targets, routes and service integrations, and from what each function's role
 * allows and its environment names. Dead-letter and failure queues belong to what they serve and are no nodes.
 * What another stack holds becomes an open end.
 */
export const fromTemplate = (template: CloudFormationTemplate): Network => {
  const reader = new Reader(template);
  readEvents(reader);
  readGateways(reader);
  readAccess(reader);
  return reader.network();
};
