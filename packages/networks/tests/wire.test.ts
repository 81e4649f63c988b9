import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failuresOf, func, http, type Network, overlay, queue, schedule, table, themed, topic } from '../index.ts';
import {
  type WireGraph,
  type WireGroup,
  type WireNode,
  type WirePoint,
  wireGraphOf,
  wireGraphOfNetwork,
  withArns,
} from '../wire/index.ts';
import { aNetwork } from './generators.ts';
import { patterns } from './support/patterns.ts';

const [ping, pong, match] = [func('ping'), func('pong'), table('match', { partitionKey: 'id' })];
const [pingTopic, pongTopic, news] = [topic('pingTopic'), topic('pongTopic'), topic('news')];

/** Two players with a topic each, a topic that both use, and what stands beside. */
const rally = overlay(
  schedule('clock', { expression: 'rate(1 minute)' }).triggers(ping),
  ping.publishes(pingTopic),
  pingTopic.triggers(pong),
  pong.publishes(pongTopic),
  pongTopic.triggers(ping),
  ...[ping, pong].flatMap((player) => [player.publishes(news), news.triggers(player), player.writes(match)]),
  http('api').triggers(func('state'), { method: 'GET', path: '/match' }),
  func('state').reads(match),
);

const stripOf = (of: Network): Promise<WireGraph> => wireGraphOfNetwork(of, { service: 'arcade' });

const nodeOf = (graph: WireGraph, id: string): WireNode => graph.nodes.find((node) => node.id === id) as WireNode;

const isOnBorder = (node: WireNode, point: WirePoint): boolean => {
  const [dx, dy] = [Math.abs(point.x - node.x) - node.width / 2, Math.abs(point.y - node.y) - node.height / 2];
  return Math.abs(dx) < 0.2 && dy < 0.2;
};

/** The nodes that a straight piece of a line goes through. */
const through = (graph: WireGraph, one: WirePoint, other: WirePoint): string[] =>
  graph.nodes
    .filter(
      ({ x, y, width, height }) =>
        Math.max(one.x, other.x) > x - width / 2 + 0.5 &&
        Math.min(one.x, other.x) < x + width / 2 - 0.5 &&
        Math.max(one.y, other.y) > y - height / 2 + 0.5 &&
        Math.min(one.y, other.y) < y + height / 2 - 0.5,
    )
    .map(({ id }) => id);

describe('a strip', () => {
  it('shows a rally as a ring: there straight ahead, back below it, and everything else beside it', async () => {
    const graph = await stripOf(rally);
    const at = (id: string): WireNode => nodeOf(graph, id);

    expect([at('ping').x < at('pingTopic').x, at('pingTopic').x < at('pong').x]).toEqual([true, true]);
    expect(Math.abs(at('pingTopic').x - at('pongTopic').x)).toBeLessThan(20);
    expect(at('pongTopic').y).toBeGreaterThan(at('pingTopic').y);
    const inside = graph.nodes.filter(
      ({ x, y }) => x > at('ping').x && x < at('pong').x && y > at('pingTopic').y && y < at('pongTopic').y,
    );
    expect(inside).toEqual([]);
    for (const [from, to] of [
      ['ping', 'pingTopic'],
      ['pingTopic', 'pong'],
    ]) {
      const points = graph.edges.find((edge) => edge.from === from && edge.to === to)?.points ?? [];
      expect([from, points.map(({ y }) => y)]).toEqual([from, [points[0]?.y, points[0]?.y]]);
    }
  });

  it.each(Object.entries({ rally, patterns }))('of %s is wide and low', async (_name, of) => {
    const { width, height } = await stripOf(of);

    expect(width).toBeLessThanOrEqual(1200);
    expect(height).toBeLessThanOrEqual(200);
  });

  it('has its lines from border to border, straight across or down, and through no node, whatever the network', async () => {
    await fc.assert(
      fc.asyncProperty(aNetwork, async (any) => {
        const graph = await stripOf(any);

        expect(graph.nodes.map(({ id }) => id)).toEqual(Object.keys(any.nodes));
        expect(graph.edges.flatMap(({ sentences }) => sentences).sort()).toEqual(Object.keys(any.edges).sort());
        for (const { from, to, points } of graph.edges) {
          expect(isOnBorder(nodeOf(graph, from), points[0] as WirePoint)).toBe(true);
          expect(isOnBorder(nodeOf(graph, to), points.at(-1) as WirePoint)).toBe(true);
          for (const [index, point] of points.slice(1).entries()) {
            const before = points[index] as WirePoint;
            expect(point.x === before.x || point.y === before.y).toBe(true);
            expect(through(graph, before, point)).toEqual([]);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('has one node for the dead letters of many queues, which stands for all of them', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const of = overlay(...names.map((name) => queue(name).triggers(func(`${name}Reader`))));
    const ids = new Map(names.map((name) => [`${name}DeadLetterQueue`, [`${name}Id`]] as const));
    const options = { service: 'shop', failures: failuresOf(of) };

    const { nodes, edges } = await wireGraphOfNetwork(of, options, { logicalIds: ids });
    const few = await wireGraphOfNetwork(of, { ...options, failures: options.failures.slice(1) }, { logicalIds: ids });

    expect(nodes.filter(({ id }) => !Object.hasOwn(of.nodes, id))).toMatchObject([
      { label: 'dead letters', kind: 'queue', logicalIds: names.map((name) => `${name}Id`) },
    ]);
    expect(edges.filter(({ isFailure }) => isFailure).map(({ from }) => from)).toEqual(names);
    expect(few.nodes.filter(({ id }) => !Object.hasOwn(of.nodes, id))).toHaveLength(6);
  });

  it('frames a theme whose nodes stand together, and none that others stand among', async () => {
    const themes = themed('rally', ping, pong, pingTopic, pongTopic);
    const spread = themed('spread', match, schedule('clock', { expression: 'rate(1 minute)' }));

    const { groups, nodes } = await stripOf(overlay(rally, themes, spread));

    expect(groups.map(({ title }) => title)).toEqual(['rally']);
    const [{ x, y, width, height }] = groups as [WireGroup];
    const framed = nodes.filter((node) => node.x > x && node.x < x + width && node.y > y && node.y < y + height);
    expect(framed.map(({ id }) => id)).toEqual(['ping', 'pingTopic', 'pong', 'pongTopic']);
  });

  it('is the same bytes for the same network', async () => {
    expect(JSON.stringify(await stripOf(rally))).toBe(JSON.stringify(await stripOf(rally)));
  });
});

describe('the strip of a template', () => {
  const template = {
    Resources: {
      OrdersQueue: { Type: 'AWS::SQS::Queue' },
      EventsBus: { Type: 'AWS::Events::EventBus' },
      PackLambdaFunction: { Type: 'AWS::Lambda::Function' },
      PackRule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventBusName: { Ref: 'EventsBus' },
          EventPattern: { source: ['shop'] },
          Targets: [{ Arn: { 'Fn::GetAtt': ['PackLambdaFunction', 'Arn'] } }],
        },
      },
    },
  } as const;

  it('says which resources each node stands for; a bus has its rules, which deliver for it', async () => {
    const { nodes } = await wireGraphOf(template, { service: 'shop' });

    expect(Object.fromEntries(nodes.map(({ id, logicalIds }) => [id, logicalIds]))).toEqual({
      events: ['EventsBus', 'PackRule'],
      orders: ['OrdersQueue'],
      pack: ['PackLambdaFunction'],
    });
  });

  it('shows the ways of what failed, to queues that are on no other way', async () => {
    const failing = {
      ...template.Resources,
      FailedQueue: { Type: 'AWS::SQS::Queue' },
      PackEvents: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: 'PackLambdaFunction' },
          DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FailedQueue', 'Arn'] } } },
        },
      },
    };

    const { nodes, edges } = await wireGraphOf({ Resources: failing }, { service: 'shop' });

    expect(edges.filter(({ isFailure }) => isFailure).map(({ from, to }) => [from, to])).toEqual([
      ['pack', 'failedQueue'],
    ]);
    expect(nodes.find(({ id }) => id === 'failedQueue')).toMatchObject({
      family: 'message',
      logicalIds: ['FailedQueue'],
    });
  });

  it('gets the ARNs of what runs, and keeps its places', async () => {
    const built = await wireGraphOf(template, { service: 'shop' });

    const running = withArns(built, (id) => (id === 'OrdersQueue' ? [] : [`arn:${id}`, `arn:${id}:session`]));

    expect(Object.fromEntries(running.nodes.map(({ id, arns }) => [id, arns]))).toEqual({
      events: ['arn:EventsBus', 'arn:EventsBus:session', 'arn:PackRule', 'arn:PackRule:session'],
      orders: [],
      pack: ['arn:PackLambdaFunction', 'arn:PackLambdaFunction:session'],
    });
    expect({ ...running, nodes: running.nodes.map((node) => ({ ...node, arns: [] })) }).toEqual(built);
  });
});
