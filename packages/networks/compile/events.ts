import { type Edge, type EdgeOf, type Node, nodeOf, type Supplied } from '../core/network.ts';
import type { Json, Kind } from '../core/settings.ts';
import { arnOf, type Context, logicalId, streamArnOf } from './context.ts';
import { failureQueueId } from './queues.ts';
import { CompileError, type Template } from './types.ts';

const defined = (entries: Readonly<Record<string, Json | undefined>>): Template =>
  Object.fromEntries(Object.entries(entries).filter((entry): entry is [string, Json] => entry[1] !== undefined));

const BATCH_NEEDS_WINDOW = 10;

const filterPatterns = (filter: Json | undefined): Json | undefined => (filter === undefined ? undefined : [filter]);

const recordsEvent = (
  context: Context,
  edge: EdgeOf<'stream triggers function' | 'table triggers function'>,
  type: 'kinesis' | 'dynamodb',
): Template => {
  const { settings } = edge;
  const arn = type === 'dynamodb' ? streamArnOf(context, edge.from) : arnOf(context, edge.from);
  return {
    stream: defined({
      type,
      arn,
      batchSize: settings.batchSize,
      batchWindow: settings.windowSeconds,
      startingPosition: settings.startingPosition ?? 'TRIM_HORIZON',
      parallelizationFactor: settings.parallelization,
      maximumRetryAttempts: settings.retries ?? 5,
      bisectBatchOnFunctionError: true,
      functionResponseType: 'ReportBatchItemFailures',
      filterPatterns: filterPatterns(settings.filter),
      destinations: { onFailure: { type: 'sqs', arn: { 'Fn::GetAtt': [failureQueueId(edge.to), 'Arn'] } } },
    }),
  };
};

const queueEvent = (context: Context, edge: EdgeOf<'queue triggers function'>): Template => {
  const { batchSize, windowSeconds, concurrency, filter } = edge.settings;
  if ((batchSize ?? 0) > BATCH_NEEDS_WINDOW && windowSeconds === undefined) {
    throw new CompileError(
      'batch-needs-window',
      `"${edge.from} triggers ${edge.to}" has batches of ${batchSize}: SQS gathers more than ${BATCH_NEEDS_WINDOW} only over windowSeconds of at least 1.`,
    );
  }
  return {
    sqs: defined({
      arn: arnOf(context, edge.from),
      batchSize,
      maximumBatchingWindow: windowSeconds,
      maximumConcurrency: concurrency,
      functionResponseType: 'ReportBatchItemFailures',
      filterPatterns: filterPatterns(filter),
    }),
  };
};

const topicEvent = (context: Context, edge: EdgeOf<'topic triggers function'>): Template => {
  const node = nodeOf(context.network, edge.from) as Node;
  if (node.kind === 'topic' && node.settings.fifo) {
    throw new CompileError(
      'fifo-topic-to-function',
      `"${edge.from} triggers ${edge.to}": a FIFO topic delivers to queues only. Let it send to a queue that triggers the function.`,
    );
  }
  return {
    sns: defined({
      arn: arnOf(context, edge.from),
      // Only names the subscription's resource; Serverless wants it beside an ARN that is not a string.
      topicName: node.kind === 'open' ? undefined : edge.from,
      filterPolicy: edge.settings.filter,
      filterPolicyScope: edge.settings.filterScope,
    }),
  };
};

/** Serverless makes gateways, schedules and skill permissions in the stack of their functions: they cannot be imported. */
const gatewayIsHere = <K extends Kind>(context: Context, name: string, kind: K): Supplied<K> => {
  const node = nodeOf(context.network, name);
  if (node?.kind === kind) return node as Supplied<K>;
  throw new CompileError(
    'open-end',
    `The ${kind} "${name}" is an open end: Serverless makes it in the stack of its functions, so overlay it here.`,
  );
};

/** The event, as serverless.yml writes it, that an edge into a function stands for; undefined where it is none. */
export const eventOf = (context: Context, edge: Edge): Template | undefined => {
  switch (edge.type) {
    case 'queue triggers function':
      return queueEvent(context, edge);
    case 'topic triggers function':
      return topicEvent(context, edge);
    case 'stream triggers function':
      return recordsEvent(context, edge, 'kinesis');
    case 'table triggers function':
      return recordsEvent(context, edge, 'dynamodb');
    case 'bus triggers function': {
      const node = nodeOf(context.network, edge.from) as Node;
      const eventBus = node.kind === 'open' ? arnOf(context, edge.from) : { 'Fn::GetAtt': [logicalId(node), 'Name'] };
      return { eventBridge: { eventBus, pattern: edge.settings.pattern } };
    }
    case 'http triggers function': {
      const { style } = gatewayIsHere(context, edge.from, 'http').settings;
      const { method, path } = edge.settings;
      const isRest = style === 'rest';
      return isRest
        ? { http: { method: method.toLowerCase(), path } }
        : { httpApi: { method: method === 'ANY' ? '*' : method, path } };
    }
    case 'websocket triggers function':
      gatewayIsHere(context, edge.from, 'websocket');
      return { websocket: { route: edge.settings.route } };
    case 'schedule triggers function': {
      const { expression, enabled } = gatewayIsHere(context, edge.from, 'schedule').settings;
      return { schedule: defined({ rate: [expression], enabled: enabled ?? true, input: edge.settings.input }) };
    }
    case 'skill triggers function': {
      const { id } = gatewayIsHere(context, edge.from, 'skill').settings;
      return { alexaSmartHome: { appId: id ?? `\${param:${edge.from}SkillId}` } };
    }
    default:
      return undefined;
  }
};
