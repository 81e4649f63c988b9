import { expect, it } from '@jest/globals';
import { createGraphs, type GraphParts } from '../graphs.ts';

it('keeps a network that is laid out when that of an earlier template turns out to be none', async () => {
  let template: unknown = null;
  const stack = { stackName: 'shop', resources: [] } as unknown as ReturnType<GraphParts['stacks']['get']>;
  const stacks = { get: () => stack, templateOf: () => template } as unknown as GraphParts['stacks'];
  const graphs = createGraphs({ stacks, stageOf: () => undefined, roleOf: () => undefined });

  const broken = expect(graphs.of('shop')).rejects.toThrow();
  template = { Resources: { OrdersQueue: { Type: 'AWS::SQS::Queue' } } };
  const laidOut = await graphs.of('shop');
  await broken;

  expect(laidOut?.nodes.length).toBe(1);
  expect((await graphs.of('shop'))?.edges).toBe(laidOut?.edges);
});

it('draws what a condition has let be made, and not what it has left out', async () => {
  const queue = (Condition?: string) => ({ Type: 'AWS::SQS::Queue', ...(Condition && { Condition }) });
  const template = { Resources: { OrdersQueue: queue(), MadeQueue: queue('Yes'), LeftOutQueue: queue('No') } };
  const made = ['OrdersQueue', 'MadeQueue'].map((logicalId) => ({
    logicalId,
    type: 'AWS::SQS::Queue',
    physicalId: logicalId,
    attributes: {},
  }));
  const stack = { stackName: 'shop', resources: made } as unknown as ReturnType<GraphParts['stacks']['get']>;
  const stacks = { get: () => stack, templateOf: () => template } as unknown as GraphParts['stacks'];

  const graph = await createGraphs({ stacks, stageOf: () => undefined, roleOf: () => undefined }).of('shop');

  expect(graph?.nodes.flatMap(({ logicalIds }) => logicalIds).sort()).toEqual(['MadeQueue', 'OrdersQueue']);
});
