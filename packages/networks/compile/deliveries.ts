import { pascal } from '../core/names.ts';
import { type Edge, type EdgeOf, type Node, nodeOf } from '../core/network.ts';
import type { Json } from '../core/settings.ts';
import { arnOf, type Context, logicalId, nameOf } from './context.ts';
import { type Delivery, queuePolicy } from './queues.ts';
import { CompileError, type Template } from './types.ts';

type RuleEdge = EdgeOf<'bus sends queue' | 'schedule sends queue' | 'bus publishes topic' | 'schedule publishes topic'>;

const SNS = 'sns.amazonaws.com';
const EVENTS = 'events.amazonaws.com';

const subscription = (context: Context, edge: EdgeOf<'topic sends queue'>): Template => {
  const { filter, filterScope, raw } = edge.settings;
  return {
    [`${pascal(edge.from)}To${pascal(edge.to)}Subscription`]: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: arnOf(context, edge.from),
        Protocol: 'sqs',
        Endpoint: arnOf(context, edge.to),
        ...(raw ? { RawMessageDelivery: true } : {}),
        ...(filter === undefined ? {} : { FilterPolicy: filter }),
        ...(filterScope === undefined ? {} : { FilterPolicyScope: filterScope }),
      },
    },
  };
};

const ruleId = (edge: RuleEdge, at: number): string =>
  `${pascal(edge.from)}To${pascal(edge.to)}Rule${at === 0 ? '' : at + 1}`;

const ruleSource = (context: Context, edge: RuleEdge): Template => {
  if (edge.type === 'bus sends queue' || edge.type === 'bus publishes topic') {
    return { EventBusName: nameOf(context, edge.from), EventPattern: edge.settings.pattern };
  }
  const node = nodeOf(context.network, edge.from);
  if (node?.kind !== 'schedule') {
    throw new CompileError(
      'open-end',
      `The schedule "${edge.from}" is an open end: its rule is made here, so overlay it.`,
    );
  }
  return {
    ScheduleExpression: node.settings.expression,
    State: node.settings.enabled === false ? 'DISABLED' : 'ENABLED',
  };
};

const rule = (context: Context, edge: RuleEdge, id: string): Template => {
  const input = 'input' in edge.settings ? edge.settings.input : undefined;
  const target = { Id: edge.to, Arn: arnOf(context, edge.to) };
  return {
    [id]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ...ruleSource(context, edge),
        Targets: [input === undefined ? target : { ...target, Input: JSON.stringify(input) }],
      },
    },
  };
};

const topicPolicy = (context: Context, topic: string, rules: readonly string[]): Template => {
  const id = logicalId(nodeOf(context.network, topic) as Node);
  const statements = rules.map((source) => ({
    Effect: 'Allow',
    Principal: { Service: EVENTS },
    Action: 'sns:Publish',
    Resource: { Ref: id },
    Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [source, 'Arn'] } } },
  }));
  return {
    [`${id}Policy`]: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: [{ Ref: id }], PolicyDocument: { Version: '2012-10-17', Statement: statements } },
    },
  };
};

const RULES = new Set<string>([
  'bus sends queue',
  'schedule sends queue',
  'bus publishes topic',
  'schedule publishes topic',
]);

const isRule = (edge: Edge): edge is RuleEdge => RULES.has(edge.type);

/** Two rules between the same nodes (other patterns) are numbered in the order of their keys. */
const numbered = (edges: readonly RuleEdge[]): [RuleEdge, string][] =>
  edges.map((edge, index) => {
    const before = edges.slice(0, index).filter(({ from, to }) => from === edge.from && to === edge.to);
    return [edge, ruleId(edge, before.length)];
  });

/** Subscriptions and rules into one queue or topic, and the policy that lets them in. */
export const deliveriesInto = (context: Context, name: string): Template => {
  const edges = context.into.get(name) ?? [];
  const rules = numbered(edges.filter(isRule));
  const subscriptions = edges.filter((edge): edge is EdgeOf<'topic sends queue'> => edge.type === 'topic sends queue');
  const made: Template = Object.assign(
    {},
    ...subscriptions.map((edge) => subscription(context, edge)),
    ...rules.map(([edge, id]) => rule(context, edge, id)),
  );
  const ruleArn = (id: string): Json => ({ 'Fn::GetAtt': [id, 'Arn'] });
  const intoQueue: Delivery[] = [
    ...subscriptions.map((edge) => ({ service: SNS, source: arnOf(context, edge.from) })),
    ...rules.flatMap(([edge, id]) =>
      edge.type.endsWith('sends queue') ? [{ service: EVENTS, source: ruleArn(id) }] : [],
    ),
  ];
  const intoTopic = rules.flatMap(([edge, id]) => (edge.type.endsWith('publishes topic') ? [id] : []));
  if (intoQueue.length > 0) return { ...made, ...queuePolicy(context, name, intoQueue) };
  return intoTopic.length > 0 ? { ...made, ...topicPolicy(context, name, intoTopic) } : made;
};
