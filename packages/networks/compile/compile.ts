import { ownerOf } from '../algebra/parts.ts';
import { edgeKey } from '../core/facts.ts';
import { sortedEntries } from '../core/json.ts';
import { type Edge, kindOf, type Network, type Node, nodeOf, type Supplied } from '../core/network.ts';
import { NODE_DEFAULTS } from '../core/rules.ts';
import type { EdgeType, FunctionSettings, HttpSettings, Json, Kind, SecretSettings } from '../core/settings.ts';
import { joinedWords } from '../core/words.ts';
import { KIND_NAMES } from '../draw/labels.ts';
import { arnOf, type Context, contextOf, logicalId, streamArnOf, suppliedOf, urlOf } from './context.ts';
import { deliveriesInto } from './deliveries.ts';
import { eventOf } from './events.ts';
import { givesUp, isAsynchronous } from './failures.ts';
import { metadataOf } from './metadata.ts';
import { environmentOf, grantsOf, statementsOf } from './permissions.ts';
import { failureQueueId, failureResources, queueResources } from './queues.ts';
import { busResources, hasStream, keyResources, streamResources, tableResources, topicResources } from './stores.ts';
import { timerResources } from './timers.ts';
import { type Compiled, CompileError, type CompileOptions, type FunctionConfig, type Template } from './types.ts';

/** What Lambda takes (docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html). */
const LONGEST_DESCRIPTION = 256;
const LOG_RETENTION_DAYS = 30;

/** Edges that a network may have and draw, and whose resources are written by hand: they need a role of their own. */
const ONLY_DRAWN = new Set<EdgeType>([
  'http sends queue',
  'http publishes topic',
  'http publishes bus',
  'http reads table',
  'http writes table',
  'http writes stream',
  'http calls external',
  'bus calls external',
  'websocket calls function',
  'function calls stream',
  'bus publishes bus',
  'schedule publishes bus',
  'bus writes stream',
  'schedule writes stream',
]);

/** Nodes that a network may have and draw, and that are written by hand, with all that they do. */
const NODES_ONLY_DRAWN = new Set<Kind>([
  'users',
  'identities',
  'archive',
  'pipe',
  'log',
  'delivery',
  'bucket',
  'parameter',
  'catalog',
]);

const functionConfig = (context: Context, node: Supplied<'function'>): FunctionConfig => {
  const { name } = node;
  const settings = { ...NODE_DEFAULTS.function, ...node.settings };
  const { handler, description, timeoutSeconds, memoryMb, reservedConcurrency, recursiveLoop } = settings;
  const said = joinedWords(description, '; ')?.slice(0, LONGEST_DESCRIPTION);
  const into = context.into.get(name) ?? [];
  const grants = grantsOf(context, name);
  const failures = { 'Fn::GetAtt': [failureQueueId(name), 'Arn'] };
  const asynchronous = into.some(isAsynchronous);
  return {
    handler: handler ?? context.options.handler?.(name) ?? `handlers/${name}.handler`,
    name: context.physical(name),
    ...(said === undefined ? {} : { description: said }),
    timeout: timeoutSeconds,
    memorySize: node.settings.memoryMb ?? context.options.memorySize ?? memoryMb,
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    ...(recursiveLoop === 'Allow' ? { recursiveLoop } : {}),
    logRetentionInDays: context.options.logRetentionDays ?? LOG_RETENTION_DAYS,
    environment: environmentOf(name, grants, settings.environment),
    iamRoleStatements: statementsOf(
      [
        ...grants.flatMap(({ allows }) => allows),
        ...(givesUp(into) ? [{ action: 'sqs:SendMessage', resource: failures }] : []),
      ],
      settings.statements,
    ),
    events: into.map((edge) => eventOf(context, edge)).filter((event) => event !== undefined),
    ...(asynchronous ? { destinations: { onFailure: { type: 'sqs', arn: failures } } } : {}),
  };
};

const resourceParts = (context: Context): Template[] => [
  ...suppliedOf(context, 'queue').flatMap((node) => [
    queueResources(context, node),
    deliveriesInto(context, node.name),
  ]),
  ...suppliedOf(context, 'topic').flatMap((node) => [
    topicResources(context, node),
    deliveriesInto(context, node.name),
  ]),
  ...suppliedOf(context, 'table').map((node) => tableResources(context, node)),
  ...suppliedOf(context, 'key').map((node) => keyResources(context, node)),
  ...suppliedOf(context, 'timer').map((node) => timerResources(context, node)),
  ...suppliedOf(context, 'bus').map((node) => busResources(context, node)),
  ...suppliedOf(context, 'stream').map((node) => streamResources(context, node)),
  ...suppliedOf(context, 'function')
    .filter(({ name }) => givesUp(context.into.get(name) ?? []))
    .map(({ name }) => failureResources(context, name)),
];

/** One record from many, none of whose keys may come twice. */
const united = (parts: readonly Template[]): Template => {
  const all = new Map<string, Json>();
  for (const [id, resource] of parts.flatMap((part) => Object.entries(part))) {
    if (all.has(id)) {
      throw new CompileError(
        'logical-id-twice',
        `Two resources would have the logical id ${id}: rename one of the nodes.`,
      );
    }
    all.set(id, resource);
  }
  return Object.fromEntries(sortedEntries(Object.fromEntries(all)));
};

const outputParts = (context: Context): Template[] =>
  (context.options.outputs ?? []).map((name): Template => {
    const node = context.network.nodes[name];
    if (
      node === undefined ||
      node.kind === 'open' ||
      !['queue', 'topic', 'table', 'bus', 'stream', 'function', 'key'].includes(node.kind)
    ) {
      throw new CompileError(
        'output-unknown',
        `"${name}" cannot be an output: it is no node of this stack that has an ARN.`,
      );
    }
    const id = logicalId(node);
    const arn: Template = { [`${id}Arn`]: { Value: arnOf(context, name) } };
    if (hasStream(context, node)) return { ...arn, [`${id}StreamArn`]: { Value: streamArnOf(context, name) } };
    if (kindOf(node) === 'queue') return { ...arn, [`${id}Url`]: { Value: urlOf(context, name) } };
    return kindOf(node) === 'stream' ? { ...arn, [`${id}Name`]: { Value: { Ref: id } } } : arn;
  });

const isOnlyDrawn = (node: Node): boolean =>
  NODES_ONLY_DRAWN.has(kindOf(node)) ||
  (kindOf(node) === 'secret' && (node.settings as SecretSettings).store === 'secretsManager');

const withoutAlarms = ({ alarms = true }: CompileOptions, resources: Template): Template =>
  alarms
    ? resources
    : Object.fromEntries(
        Object.entries(resources).filter(([, resource]) => (resource as Template).Type !== 'AWS::CloudWatch::Alarm'),
      );

/** Whether a delivery to a function elsewhere says something of what is made here: a table's stream, a timer's role, a queue's visibility. */
const concernsSender = (network: Network, edge: Edge): boolean => {
  const [from, to] = [nodeOf(network, edge.from), nodeOf(network, edge.to)];
  if (from?.kind === 'table' || from?.kind === 'timer') return edge.type.endsWith(' triggers function');
  if (from?.kind !== 'queue' || to === undefined || kindOf(to) !== 'function') return false;
  const { timeoutSeconds } = to.settings as FunctionSettings;
  return timeoutSeconds !== undefined || from.settings.visibilitySeconds !== undefined;
};

/** Nothing may be left out in silence: each edge is made here, made nowhere, or refused. */
const assertEdges = ({ network }: Context): void => {
  const byHand = Object.values(network.nodes).find(isOnlyDrawn);
  if (byHand !== undefined) {
    throw new CompileError(
      'node-only-drawn',
      `"${byHand.name}" (${KIND_NAMES[kindOf(byHand)]}) is drawn and checked, but not compiled: write it in resources, and leave it out of what you compile.`,
    );
  }
  const drawn = Object.values(network.edges).find(({ type }) => ONLY_DRAWN.has(type));
  if (drawn !== undefined) {
    throw new CompileError(
      'edge-only-drawn',
      `"${edgeKey(drawn)}" is drawn and checked, but not compiled: write that integration in resources, and leave the edge out of what you compile.`,
    );
  }
  const elsewhere = Object.values(network.edges).find(
    (edge) =>
      !edge.type.startsWith('external ') &&
      nodeOf(network, ownerOf(edge))?.kind === 'open' &&
      !concernsSender(network, edge),
  );
  if (elsewhere !== undefined) {
    const owner = ownerOf(elsewhere);
    throw new CompileError(
      'edge-elsewhere',
      `"${edgeKey(elsewhere)}" is made where "${owner}" is, and "${owner}" is an open end here: overlay it, or compile only the part that this stack holds.`,
    );
  }
};

const assertGateways = (context: Context): void => {
  const gateways = Object.values(context.network.nodes).filter(
    (node) => (node.kind === 'http' || node.kind === 'websocket') && context.outOf.has(node.name),
  );
  const seen = new Map<string, string>();
  for (const { kind, name, settings } of gateways) {
    const made = kind === 'http' ? ((settings as HttpSettings).style ?? NODE_DEFAULTS.http.style) : kind;
    const other = seen.get(made);
    if (other !== undefined) {
      throw new CompileError(
        'gateway-twice',
        `Serverless makes one ${made} gateway in a stack, and there are "${other}" and "${name}": compile parts of the network as stacks of their own.`,
      );
    }
    seen.set(made, name);
  }
};

/**
 * Compiles a network into what serverless.yml takes under `functions` and `resources`: events from the edges that
 * reach a function, variables and IAM statements from those that leave it, and for every queue a dead-letter queue
 * with its alarm. The same network gives the same bytes. Throws a `CompileError` that says what cannot be compiled.
 */
export const compile = (network: Network, options: CompileOptions = {}): Compiled => {
  const context = contextOf(network, options);
  assertEdges(context);
  assertGateways(context);
  return {
    functions: Object.fromEntries(
      suppliedOf(context, 'function').map((node) => [node.name, functionConfig(context, node)]),
    ),
    resources: {
      Resources: withoutAlarms(options, united(resourceParts(context))),
      Outputs: united(outputParts(context)),
      ...metadataOf(context),
    },
  };
};
