import type { WireEdge, WireGraph, WireNode } from '@arcade/networks/wire/graph';
import type { Hop } from '../src/lib/journal.ts';

const PLACE = 'eu-west-1:000000000000';

/** Names of the journal for what ping-pong's stack has. */
export const ARN = {
  ping: `arn:aws:lambda:${PLACE}:function:ping-pong-local-ping`,
  pong: `arn:aws:lambda:${PLACE}:function:ping-pong-local-pong`,
  pingSession: 'arn:aws:sts::000000000000:assumed-role/ping-pong-local-ping-eu-west-1-lambdaRole/ping-pong-local-ping',
  pongSession: 'arn:aws:sts::000000000000:assumed-role/ping-pong-local-pong-eu-west-1-lambdaRole/ping-pong-local-pong',
  pingTopic: `arn:aws:sns:${PLACE}:ping-pong-local-ping`,
  pongTopic: `arn:aws:sns:${PLACE}:ping-pong-local-pong`,
  table: `arn:aws:dynamodb:${PLACE}:table/ping-pong-local-match`,
  queue: `arn:aws:sqs:${PLACE}:ping-pong-local-dead-letters`,
  rule: `arn:aws:events:${PLACE}:rule/ping-pong-local-PingEventsRuleSchedule1-J1FB26JHLKGJ`,
  api: `arn:aws:execute-api:${PLACE}:1lfjh74bui/local`,
} as const;

const node = (id: string, x: number, y: number, rest: Pick<WireNode, 'kind' | 'family' | 'arns'>): WireNode => ({
  id,
  label: id,
  x,
  y,
  width: 100,
  height: 34,
  themes: [],
  logicalIds: [],
  ...rest,
});

const edge = (from: WireNode, to: WireNode, rest: Partial<WireEdge> = {}): WireEdge => ({
  id: `${from.id} ${to.id}`,
  from: from.id,
  to: to.id,
  line: 'event',
  isFailure: false,
  sentences: [`${from.id} to ${to.id}`],
  points: [
    { x: from.x, y: from.y },
    { x: to.x, y: to.y },
  ],
  ...rest,
});

const nodes = {
  clock: node('clock', 60, 30, { kind: 'schedule', family: 'entry', arns: [ARN.rule] }),
  restApi: node('restApi', 60, 150, { kind: 'http', family: 'entry', arns: [ARN.api] }),
  ping: node('ping', 250, 30, { kind: 'function', family: 'function', arns: [ARN.ping, ARN.pingSession] }),
  pingTopic: node('pingTopic', 450, 30, { kind: 'topic', family: 'message', arns: [ARN.pingTopic] }),
  pongTopic: node('pongTopic', 450, 90, { kind: 'topic', family: 'message', arns: [ARN.pongTopic] }),
  pong: node('pong', 650, 30, { kind: 'function', family: 'function', arns: [ARN.pong, ARN.pongSession] }),
  matchTable: node('matchTable', 850, 30, { kind: 'table', family: 'store', arns: [ARN.table] }),
  deadLetters: node('deadLetters', 850, 150, { kind: 'queue', family: 'message', arns: [ARN.queue] }),
};

/** Ping-pong's rally, with a table and a dead-letter queue. */
export const rallyGraph: WireGraph = {
  version: 1,
  service: 'ping-pong',
  title: 'The network of ping-pong',
  width: 920,
  height: 180,
  groups: [],
  themes: [],
  nodes: Object.values(nodes),
  edges: [
    edge(nodes.clock, nodes.ping),
    edge(nodes.restApi, nodes.ping),
    edge(nodes.ping, nodes.pingTopic),
    edge(nodes.pingTopic, nodes.pong),
    edge(nodes.pong, nodes.pongTopic),
    edge(nodes.pongTopic, nodes.ping),
    edge(nodes.ping, nodes.matchTable, { line: 'data' }),
    edge(nodes.pong, nodes.matchTable, { line: 'data' }),
    edge(nodes.pong, nodes.deadLetters, { isFailure: true }),
  ],
};

let seq = 0;

/** A hop as the journal writes it: 100 ms after the one before. */
export function hop(overrides: Partial<Hop>): Hop {
  seq += 1;
  return {
    seq,
    atMs: 1_795_303_591_000 + 100 * seq,
    kind: 'call',
    service: 'sns',
    action: 'Publish',
    traceId: '1-6b0228a6-6a99f5f175aa495b93944445',
    outcome: 'ok',
    ...overrides,
  };
}

/** How a hop that had begun has ended. */
export function ended(begun: Hop, overrides: Partial<Hop> = {}): Hop {
  const { seq: began, ...same } = begun;
  const { seq: own, atMs } = hop({});
  return {
    ...same,
    seq: own,
    atMs,
    began,
    outcome: 'ok',
    durationMs: 12,
    ...overrides,
    detail: { ...same.detail, ...overrides.detail },
  };
}

export const publish = (overrides: Partial<Hop> = {}): Hop =>
  hop({ outcome: 'begun', from: ARN.pingSession, to: ARN.pingTopic, requestId: 'r-ping', ...overrides });

export const delivery = (overrides: Partial<Hop> = {}): Hop =>
  hop({
    kind: 'delivery',
    action: 'deliver',
    from: ARN.pingTopic,
    to: ARN.pong,
    correlationId: 'c-1',
    detail: { messageId: 'm-1' },
    durationMs: 1,
    ...overrides,
  });

export const run = (overrides: Partial<Hop> = {}): Hop =>
  hop({
    kind: 'invocation',
    service: 'lambda',
    action: 'Invoke',
    outcome: 'begun',
    from: ARN.pingTopic,
    to: ARN.pong,
    requestId: 'r-pong',
    ...overrides,
    detail: { attempt: 1, type: 'Event', ...overrides.detail },
  });

export const write = (overrides: Partial<Hop> = {}): Hop =>
  hop({
    service: 'dynamodb',
    action: 'UpdateItem',
    outcome: 'begun',
    from: ARN.pongSession,
    to: ARN.table,
    requestId: 'r-pong',
    ...overrides,
  });
