import type { Channel, Transport } from '../../packages/events/catalogue.ts';
import { kindOf, nodeOf } from '../../packages/networks/core/network.ts';
import type { CloudFormationTemplate } from '../../packages/networks/index.ts';
import { type KnownService, STAGE } from './services.ts';

/** The kinds of nodes that are channels. */
export const TRANSPORTS: Readonly<Record<string, Transport>> = {
  topic: 'topic',
  bus: 'bus',
  queue: 'queue',
  stream: 'stream',
  websocket: 'socket',
  timer: 'timer',
};

/** What says its name, of each type of resource; all others are named by CloudFormation. */
const NAMED_BY = ['TopicName', 'QueueName', 'Name'];

const ADDRESSES: Readonly<Record<Transport, (name: string, service: string) => string>> = {
  topic: (name) => `arn:aws:sns:{region}:{account}:${name}`,
  queue: (name) => `arn:aws:sqs:{region}:{account}:${name}`,
  bus: (name) => `arn:aws:events:{region}:{account}:event-bus/${name}`,
  stream: (name) => `arn:aws:kinesis:{region}:{account}:stream/${name}`,
  timer: (name) => `arn:aws:scheduler:{region}:{account}:schedule/${name}/*`,
  socket: (_name, service) => `/api/${service}/socket`,
  http: (name, service) => `/api/${service}${name}`,
};

function physicalName({ name: service, template, logicalIds }: KnownService, node: string): string {
  const ids = (logicalIds.get(node) ?? []).filter((id) => !template.Resources[id]?.Type.endsWith('::Rule'));
  const [id = node] = ids;
  const properties = (template as CloudFormationTemplate).Resources[id]?.Properties ?? {};
  const said = NAMED_BY.map((field) => properties[field]).find((value) => typeof value === 'string');
  // What CloudFormation names, it names by the stack and the logical id: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
  return said === undefined ? `${service}-{stage}-${id}-{suffix}` : String(said).replaceAll(`-${STAGE}`, '-{stage}');
}

/** The channel that a node of a service is; undefined for other nodes, and for those that other services hold. */
export function channelOf(service: KnownService, node: string): Channel | undefined {
  const found = nodeOf(service.network, node);
  const transport = found && found.kind !== 'open' ? TRANSPORTS[kindOf(found)] : undefined;
  if (transport === undefined) return undefined;
  const address = ADDRESSES[transport](physicalName(service, node), service.name);
  return { id: `${service.name}.${node}`, service: service.name, node, transport, address };
}

/** The channel that a route of a service is, for what others send there: `/changes`. */
export function routeChannel(service: string, node: string, path: string): Channel {
  return { id: `${service}.${node}`, service, node, transport: 'http', address: ADDRESSES.http(path, service) };
}
